export { eventTypes, type EventType } from './catalog.ts';
export type { EventData } from './event-data.ts';
export { presentEvent, type EventWire } from './events.present.ts';
export { eventPatterns, matchesEvent, typesOf } from './filter.rules.ts';
export {
  deleteEvents,
  EVENT_FEED_CHANNEL,
  findEvent,
  findFeedEnd,
  listEvents,
  listFeed,
  listUnrelayed,
  lockRelay,
  markRelayed,
  type EventRow,
} from './events.repo.ts';
export { EVENTS_CHANNEL, recordEvent } from './record.ts';
