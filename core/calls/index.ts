export {
  sentOrderSchema,
  spokenOrderSchema,
  type CallOrder,
  type ReceivedOrder,
} from './call-orders.ts';
export type { CallRecords, TurnRecord } from './call-records.ts';
export type { FundsLevel } from './call-funds.ts';
export { createCallRuntime, type CallRuntime } from './call-runtime.ts';
export type { ClaimedCall } from './calls.deps.ts';
export { createCallWatcher, type CallWatcher } from './call-watcher.ts';
export type { NewCallEvent } from './calls.repo.ts';
export {
  callDetailSchema,
  callEventListSchema,
  callEventSchema,
  callPageSchema,
  callReceiptSchema,
  callSchema,
  openedTalkSchema,
  openTalkSchema,
  startTestCallSchema,
  type CallWire,
} from './calls.schema.ts';
export { latencyQuerySchema, latencyReportSchema } from './latency.schema.ts';
export { createLatencyService, type LatencyService } from './latency.service.ts';
export { BROWSER } from './calls.rules.ts';
export { createTalksService, type OpenedTalk, type TalksService } from './talks.service.ts';
export { createCallsService, type CallsService } from './calls.service.ts';
