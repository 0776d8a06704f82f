import { createWatcher, type Db, type Watcher } from '../db/index.ts';
import type { Clock, Id } from '../kernel/index.ts';
import { CALL_EVENTS_CHANNEL } from './calls.repo.ts';

/** Tells when a call may have new events. */
export type CallWatcher = Watcher<Id<'call'>>;

export function createCallWatcher(deps: { db: Db; clock: Clock }): Promise<CallWatcher> {
  return createWatcher({ ...deps, channel: CALL_EVENTS_CHANNEL });
}
