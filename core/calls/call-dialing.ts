import { randomBytes } from 'node:crypto';
import { notify } from '../db/index.ts';
import {
  limits,
  ProviderError,
  sha256Hex,
  type Id,
  type ProviderErrorKind,
} from '../kernel/index.ts';
import type { CallEnding } from './call-ending.ts';
import type { CallRuntimeDeps } from './calls.deps.ts';
import * as repo from './calls.repo.ts';

/** Failures after which the carrier may have made the call: it only could not say so. */
const mayHaveDialed: readonly ProviderErrorKind[] = ['timeout', 'connection', 'unavailable'];

export function createDialing(deps: CallRuntimeDeps, ending: CallEnding) {
  const { db, clock, telephony, log } = deps;
  let stopped = false;

  /** Marks the call as ours to dial. Null if it is not waiting to be dialled (any more). */
  async function startDialing(
    id: Id<'call'>,
  ): Promise<{ call: repo.CallRow; token: string } | null> {
    const token = randomBytes(24).toString('base64url');
    return db.withSystem(async (tx) => {
      const call = await repo.lockCall(tx, id);
      if (call?.status !== 'queued') return null;
      const row = await repo.updateCall(tx, id, {
        status: 'dialing',
        dialed_at: clock.now(),
        stream_token_hash: sha256Hex(token),
      });
      await repo.appendEvents(tx, call, [
        { type: 'call.dialing', atMs: 0, data: { to: call.to_number } },
      ]);
      await notify(tx, repo.CALL_DIALING_CHANNEL, call.id);
      return { call: row, token };
    });
  }

  return {
    /**
     * This process dials no more. What waits stays queued: another one dials it, or this one's
     * successor if it comes in time.
     */
    stopDialing: () => void (stopped = true),

    /**
     * Dials a queued call, once: a call that was ever marked as dialling is never dialled again,
     * because nobody can tell whether a phone has rung. The sweep settles such a call.
     */
    async dial(id: Id<'call'>): Promise<void> {
      if (stopped) return;
      const started = await startDialing(id);
      if (!started) return;
      const { call, token } = started;
      try {
        const dialed = await telephony.dial({
          to: call.to_number,
          from: call.from_number,
          commandId: call.command_id,
          callId: id,
          streamUrl: `${deps.mediaUrl}/${token}`,
          streamToken: token,
          webhookUrl: deps.webhookUrl,
          ringTimeoutMs: limits.call.ringTimeoutMs,
          durationMsMax: limits.call.durationMsMax,
        });
        const row = await db.withSystem((tx) =>
          repo.updateCall(tx, id, { carrier_call_id: dialed.carrierCallId }),
        );
        // Settled while the carrier was being asked: nobody waits for who answers now.
        if (row.ended_at !== null) await ending.hangup(dialed.carrierCallId);
      } catch (error) {
        log.error({ err: error, call_id: id }, 'dialling failed');
        // The phone may be ringing all the same: its webhooks or the sweep will tell.
        const unsure = error instanceof ProviderError && mayHaveDialed.includes(error.kind);
        if (!unsure)
          await ending.endById(id, { status: 'failed', reason: 'carrier_error', durationMs: 0 });
      }
    },
  };
}
