import { limits, type Id } from '../kernel/index.ts';
import { callCostMicros, paidForMs, type CallPrice } from '../rates/index.ts';
import type { CallEnding } from './call-ending.ts';
import type { CallRuntimeDeps, ClaimedCall } from './calls.deps.ts';
import * as repo from './calls.repo.ts';
import { chargeOf } from './calls.rules.ts';

/** A caller does not wait for a slow database to hear goodbye: without an answer there is no money. */
const EXTEND_MS_MAX = 2_000;
const RETRY_MS = 1_000;

/** `low`: the call is told that little is left. `exhausted`: its last words, now. */
export type FundsLevel = 'low' | 'exhausted';

interface Funds {
  readonly charge: Pick<CallPrice, 'microsPerMinute' | 'rounding'>;
  readonly heldMicros: bigint;
}

/** Ends calls before they cost more than was held for them. */
export function createFundsWatch(deps: CallRuntimeDeps, ending: CallEnding) {
  const { db, wallet, clock, log } = deps;

  /** Undefined for a call that is over. */
  async function readFunds(callId: Id<'call'>): Promise<Funds | undefined> {
    return db.withSystem(async (tx) => {
      const call = await repo.findCall(tx, callId);
      const receipt = await wallet.findReceipt(tx, callId);
      if (call?.ended_at !== null || receipt?.hold.status !== 'held') return undefined;
      return { charge: chargeOf(call), heldMicros: receipt.hold.amount };
    });
  }

  /** A call whose funds cannot be read is not cut for that: it is tried until the call ends. */
  async function readFundsAtLast(callId: Id<'call'>, signal: AbortSignal) {
    for (;;) {
      try {
        return await readFunds(callId);
      } catch (error) {
        log.warn({ err: error, call_id: callId }, 'funds not read');
        await clock.sleep(RETRY_MS, signal);
      }
    }
  }

  /** What is held after asking for more: what came in, or what other calls gave back. */
  async function extend(callId: Id<'call'>, heldMicros: bigint, amountMicros: bigint) {
    const patience = new AbortController();
    const extended = db
      .withSystem((tx) => wallet.extendHold(tx, { sourceId: callId, amountMicros }))
      .catch((error: unknown) => {
        log.warn({ err: error, call_id: callId }, 'funds not extended');
        return heldMicros;
      });
    const late = clock.sleep(EXTEND_MS_MAX, patience.signal).then(
      () => heldMicros,
      () => heldMicros,
    );
    const held = await Promise.race([extended, late]);
    patience.abort();
    return held;
  }

  async function watch(
    call: Pick<ClaimedCall, 'callId' | 'carrierCallId'>,
    onFunds: (level: FundsLevel) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { callId } = call;
    const startedMs = clock.monotonicMs();
    const elapsedMs = () => clock.monotonicMs() - startedMs;
    const until = (ms: number) => clock.sleep(Math.max(0, ms - elapsedMs()), signal);
    const funds = await readFundsAtLast(callId, signal);
    if (!funds) return;
    const { charge } = funds;
    const wholeMicros = callCostMicros(limits.call.durationMsMax, charge);
    const goodbyeAt = (held: bigint) => paidForMs(held, charge) - limits.call.fundsGoodbyeMs;
    const noticeAt = (held: bigint) => goodbyeAt(held) - limits.call.fundsNoticeMs;

    let held = funds.heldMicros;
    let told = false;
    const grows = async () => {
      const before = held;
      held = await extend(callId, held, wholeMicros);
      // With time enough for another notice, the one that was given is forgotten.
      if (noticeAt(held) > elapsedMs()) told = false;
      return held > before;
    };
    // Held to the longest call there is, a call ends by that limit, not by its money.
    while (held < wholeMicros) {
      await until(noticeAt(held));
      if (await grows()) continue;
      if (!told) onFunds('low');
      told = true;
      await until(goodbyeAt(held));
      if (await grows()) continue;
      onFunds('exhausted');
      // Nobody talks on unpaid: should the goodbye not end the call, the carrier does.
      await until(paidForMs(held, charge));
      return ending.hangup(call.carrierCallId);
    }
  }

  return {
    /**
     * Watches what is held for a call from the moment it is talked: tries to have more held as it
     * runs out, says `low` half a minute before the goodbye, and `exhausted` in time for the
     * goodbye to be paid for. Returns the function that stops it.
     */
    watchFunds(
      call: Pick<ClaimedCall, 'callId' | 'carrierCallId'>,
      onFunds: (level: FundsLevel) => void,
    ): () => void {
      const stop = new AbortController();
      watch(call, onFunds, stop.signal).catch((error: unknown) => {
        if (!stop.signal.aborted)
          log.error({ err: error, call_id: call.callId }, 'funds unwatched');
      });
      return () => stop.abort();
    },
  };
}
