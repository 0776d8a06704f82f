export type { ProviderEvent } from './provider-events.repo.ts';
export {
  createProviderEventsService,
  type ProviderEventHandler,
  type ProviderEventsService,
  type ReceivedEvent,
} from './provider-events.service.ts';
