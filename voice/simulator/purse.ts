import { limits } from '@alo/core/kernel';
import { callCostMicros, paidForMs } from '@alo/core/rates';
import type { World } from './providers.ts';

/** 350 pesos a minute, by the second or by the minute. */
const MICROS_PER_MINUTE = 350_000_000n;
const seconds = { firstSeconds: 1, nextSeconds: 1 };
const minutes = { firstSeconds: 60, nextSeconds: 60 };

/** What a purse can show for a call once that is over. */
export interface PurseReport {
  /** What was held for the call when it began. */
  readonly grantedMicros: bigint;
  /** What the call used, by what was metered. */
  readonly usedMicros: bigint;
  readonly heldMicros: bigint;
  readonly settlements: number;
}

/**
 * The money of one call, at the platform's own prices: held before it begins, and charged by what was
 * metered. Most purses hold the longest call there is; a small one says when it runs out, as the
 * wallet does: half a minute before the goodbye, and in time for the goodbye to be paid for.
 */
export function createPurse(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  onFunds: (level: 'low' | 'exhausted') => void,
) {
  const charge = { microsPerMinute: MICROS_PER_MINUTE, rounding: random.pick([seconds, minutes]) };
  const small = random.chance(0.2);
  const pays = small ? random.between(limits.call.fundedMsMin, 90_000) : limits.call.durationMsMax;
  const grantedMicros = callCostMicros(pays, charge);
  const goodbyeMs = paidForMs(grantedMicros, charge) - limits.call.fundsGoodbyeMs;
  const timers = small
    ? [
        clock.setTimer(goodbyeMs - limits.call.fundsNoticeMs, () => onFunds('low')),
        clock.setTimer(goodbyeMs, () => onFunds('exhausted')),
      ]
    : [];
  let heldMicros = grantedMicros;
  let usedMicros = 0n;
  let settlements = 0;

  return {
    small,
    /** The call is over. */
    settle(durationMs: number): void {
      for (const cancel of timers) cancel();
      settlements += 1;
      usedMicros += callCostMicros(durationMs, charge);
      heldMicros -= grantedMicros;
    },
    report: (): PurseReport => ({ grantedMicros, usedMicros, heldMicros, settlements }),
  };
}
