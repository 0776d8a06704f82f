import type { CallRuntime } from '@alo/core/calls';
import { limits, type Clock, type Id, type Log } from '@alo/core/kernel';

/** Says for all running calls of this process, in one breath, that their owner is alive. */
export interface Heartbeat {
  /** From now on this call is one of ours; the returned function ends it. */
  add(callId: Id<'call'>): () => void;
}

export function createHeartbeat(deps: {
  runtime: Pick<CallRuntime, 'heartbeat'>;
  clock: Clock;
  log: Log;
}): Heartbeat {
  const { runtime, clock, log } = deps;
  const calls = new Set<Id<'call'>>();
  let cancel: (() => void) | undefined;

  const next = () => {
    cancel = clock.setTimer(limits.call.heartbeatMs, () => {
      runtime
        .heartbeat([...calls])
        .catch((error: unknown) => log.warn({ err: error }, 'heartbeat not written'));
      next();
    });
  };

  return {
    add(callId) {
      calls.add(callId);
      if (!cancel) next();
      return () => {
        calls.delete(callId);
        if (calls.size > 0) return;
        cancel?.();
        cancel = undefined;
      };
    },
  };
}
