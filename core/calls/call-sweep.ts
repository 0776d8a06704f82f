import { isId, limits } from '../kernel/index.ts';
import type { CallEnding } from './call-ending.ts';
import type { CallRuntimeDeps } from './calls.deps.ts';
import * as repo from './calls.repo.ts';
import { endOfAnswered } from './calls.rules.ts';

/** A queued call that nobody dialled for this long would surprise who asked for it. */
const QUEUED_MS_MAX = 5 * 60_000;
/** Left alone for this long: the job is on its way. */
const QUEUED_PATIENCE_MS = 5_000;
/** Beyond the ring time: answering, the socket's way to us, a late webhook. */
const DIALING_GRACE_MS = 15_000;

export function createCallSweep(deps: CallRuntimeDeps, ending: CallEnding) {
  const { db, clock, log } = deps;

  /**
   * Whether the process that has a call in progress is gone: it has not been heard of for a lease,
   * or has missed two beats and is not connected to the database any more.
   */
  async function isAbandoned(call: repo.CallRow, silentMs: number): Promise<boolean> {
    if (silentMs > limits.call.leaseMs) return true;
    const { owner_instance: owner } = call;
    if (owner === null || owner === deps.instance || silentMs <= 2 * limits.call.heartbeatMs)
      return false;
    return !(await db.withSystem((tx) => db.isPresent(tx, owner)));
  }

  return {
    /** Gives back what is held for calls that are over or never were. The living keep theirs. */
    releaseLostHolds: () =>
      deps.wallet.releaseExpired(async (tx, sourceId) => {
        const call = isId('call', sourceId) ? await repo.findCall(tx, sourceId) : undefined;
        return call?.ended_at === null;
      }),

    /**
     * Settles what nobody owns any more and queues what was never queued. `alone`: no other process
     * serves this database, so whatever is open now belongs to a process that is gone.
     */
    async sweep({ alone }: { alone: boolean }): Promise<void> {
      const open = await db.withSystem((tx) => repo.listOpenCalls(tx));
      const nowMs = clock.now().getTime();
      const since = (date: Date | null) => nowMs - (date?.getTime() ?? 0);
      for (const call of open) {
        if (call.status === 'queued') {
          if (since(call.created_at) > QUEUED_MS_MAX) {
            await ending.endById(call.id, { status: 'failed', reason: 'expired', durationMs: 0 });
          } else if (alone || since(call.created_at) > QUEUED_PATIENCE_MS) {
            await deps.jobs.enqueue('call.dial', { call_id: call.id }, call.id);
          }
        } else if (call.status === 'dialing') {
          if (!alone && since(call.dialed_at) <= limits.call.ringTimeoutMs + DIALING_GRACE_MS)
            continue;
          await ending.hangup(call.carrier_call_id);
          const reason = alone ? 'interrupted' : 'no_answer';
          await ending.endById(call.id, {
            status: alone ? 'failed' : 'no_answer',
            reason,
            durationMs: 0,
          });
        } else if (alone || (await isAbandoned(call, since(call.heartbeat_at)))) {
          log.warn({ call_id: call.id }, 'settling a call whose process is gone');
          await ending.hangup(call.carrier_call_id);
          const lastSign = call.heartbeat_at?.getTime() ?? 0;
          const durationMs = Math.max(0, lastSign - (call.answered_at?.getTime() ?? lastSign));
          await ending.endById(call.id, { ...endOfAnswered('interrupted'), durationMs });
        }
      }
    },
  };
}
