export type { CallRecords, TurnRecord } from './call-records.ts';
export { createCallRuntime, type CallRuntime, type ClaimedCall } from './call-runtime.ts';
export { createCallWatcher, type CallWatcher } from './call-watcher.ts';
export type { NewCallEvent } from './calls.repo.ts';
export {
  callDetailSchema,
  callEventListSchema,
  callEventSchema,
  callPageSchema,
  callSchema,
  startTestCallSchema,
} from './calls.schema.ts';
export { createCallsService, type CallsService } from './calls.service.ts';
