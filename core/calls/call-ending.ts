import { randomUUID } from 'node:crypto';
import type { SystemTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { minorFromMicros, type Id } from '../kernel/index.ts';
import { billedSeconds, callCostMicros } from '../rates/index.ts';
import type { CallRuntimeDeps } from './calls.deps.ts';
import { presentCall } from './calls.present.ts';
import * as repo from './calls.repo.ts';
import { chargeOf, type CallEnd } from './calls.rules.ts';

export type CallEnding = ReturnType<typeof createCallEnding>;

/** How calls end: in the database once, whoever comes first; at the carrier as well as we can. */
export function createCallEnding(deps: CallRuntimeDeps) {
  const { db, clock, telephony, log } = deps;

  /** Ends a call once: status, charge, hold and last event in one transaction. False if it was over already. */
  async function end(
    tx: SystemTx,
    call: repo.CallRow,
    outcome: CallEnd & { durationMs: number; recordingPath?: string },
  ): Promise<boolean> {
    if (call.ended_at !== null) return false;
    const charge = chargeOf(call);
    const cost = await deps.wallet.settle(tx, {
      sourceId: call.id,
      usedMicros: callCostMicros(outcome.durationMs, charge),
      seconds: billedSeconds(outcome.durationMs, charge.rounding),
    });
    const at = clock.now();
    const ended = await repo.updateCall(tx, call.id, {
      status: outcome.status,
      end_reason: outcome.reason,
      ended_at: at,
      duration_ms: outcome.durationMs,
      cost,
      stream_token_hash: null,
      ...(outcome.recordingPath === undefined ? {} : { recording_path: outcome.recordingPath }),
    });
    await repo.appendEvents(tx, call, [
      {
        type: 'call.ended',
        atMs: outcome.durationMs,
        data: {
          status: outcome.status,
          reason: outcome.reason,
          duration_ms: outcome.durationMs,
          cost: { amount: minorFromMicros(cost), currency: call.currency },
        },
      },
    ]);
    await recordEvent(tx, {
      orgId: call.org_id,
      type: 'call.ended',
      data: presentCall(ended),
      at,
    });
    return true;
  }

  async function endById(id: Id<'call'>, outcome: Parameters<typeof end>[2]): Promise<boolean> {
    return db.withSystem(async (tx) => {
      const call = await repo.lockCall(tx, id);
      return call !== undefined && end(tx, call, outcome);
    });
  }

  /** Best effort: the carrier's own time limit ends the call if this cannot. */
  async function hangup(carrierCallId: string | null): Promise<void> {
    if (carrierCallId === null) return;
    try {
      await telephony.hangup(carrierCallId, randomUUID());
    } catch (error) {
      log.warn({ err: error, carrier_call_id: carrierCallId }, 'hang-up failed');
    }
  }

  return { end, endById, hangup };
}
