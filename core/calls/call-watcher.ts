import type { Db } from '../db/index.ts';
import type { Clock, Id } from '../kernel/index.ts';
import { CALL_EVENTS_CHANNEL } from './calls.repo.ts';

/** Looked at again after this long even without news: a notification may be lost with a connection. */
const POLL_MS = 2_000;

/** Tells when a call may have new events. One database listener for all who watch. */
export interface CallWatcher {
  watch(callId: Id<'call'>, signal: AbortSignal): CallChanges;
  close(): Promise<void>;
}

export interface CallChanges extends Disposable {
  /** Resolves when there may be something new, when the signal aborts, or after a while. */
  next(): Promise<void>;
}

export async function createCallWatcher({
  db,
  clock,
}: {
  db: Db;
  clock: Clock;
}): Promise<CallWatcher> {
  const watchers = new Map<string, Set<() => void>>();
  const stop = await db.listen(CALL_EVENTS_CHANNEL, (callId) => {
    for (const wake of watchers.get(callId) ?? []) wake();
  });

  return {
    watch(callId, signal) {
      let news = false;
      let wakeUp: (() => void) | undefined;
      const wake = () => {
        news = true;
        wakeUp?.();
      };
      const set = watchers.get(callId) ?? new Set();
      watchers.set(callId, set.add(wake));
      signal.addEventListener('abort', wake);
      return {
        async next() {
          if (!news && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const cancel = clock.setTimer(POLL_MS, resolve);
              wakeUp = () => {
                cancel();
                resolve();
              };
            });
          }
          wakeUp = undefined;
          news = false;
        },
        [Symbol.dispose]() {
          set.delete(wake);
          if (set.size === 0) watchers.delete(callId);
          signal.removeEventListener('abort', wake);
        },
      };
    },
    close: stop,
  };
}
