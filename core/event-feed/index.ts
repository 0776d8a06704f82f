export { eventCatalog } from './event-catalog.ts';
export {
  createEventFeed,
  createEventFeedWatcher,
  type EventFeedService,
} from './event-feed.service.ts';
export {
  eventPageSchema,
  eventParamsSchema,
  eventQuerySchema,
  eventSchema,
  eventSchemaName,
  eventStreamQuerySchema,
  streamCursorSchema,
  triggerEventSchema,
} from './event.schema.ts';
export { eventSamples } from './samples.ts';
