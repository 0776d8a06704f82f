export { eventTypes, type EventType } from './catalog.ts';
export { EVENTS_CHANNEL, recordEvent } from './record.ts';
