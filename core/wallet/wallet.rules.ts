import { assert, MICROS_PER_MINOR, MICROS_PER_UNIT, type Currency } from '../kernel/index.ts';

/** A wallet in micros of its currency. */
export interface WalletState {
  readonly balanceMicros: bigint;
  /** Promised to calls that have not been settled yet. */
  readonly heldMicros: bigint;
}

/** What can still be promised or taken. */
export function availableMicros(wallet: WalletState): bigint {
  return wallet.balanceMicros - wallet.heldMicros;
}

/** What a hold gives up for what was used: never more than was promised. */
export function capturedMicros(holdMicros: bigint, usedMicros: bigint): bigint {
  assert(usedMicros >= 0n, 'a call cannot use less than nothing');
  return usedMicros < holdMicros ? usedMicros : holdMicros;
}

/** What is promised of what is free: all of `amountMicros`, or what there is. Null: not even the least. */
export function holdableMicros(
  freeMicros: bigint,
  amountMicros: bigint,
  leastMicros: bigint,
): bigint | null {
  assert(leastMicros <= amountMicros, 'the least is no more than the whole');
  if (freeMicros < leastMicros) return null;
  return freeMicros < amountMicros ? freeMicros : amountMicros;
}

/** The ledger holds whole minor units only, so that every figure can be shown and added up exactly. */
export function assertBookable(amountMicros: bigint): void {
  assert(amountMicros > 0n, `an amount must be positive, got ${amountMicros}`);
  assert(amountMicros % MICROS_PER_MINOR === 0n, `${amountMicros} micros is no whole minor unit`);
}

/** Where a wallet counts as low unless its organization says otherwise: a good ten minutes of calls. */
const lowUnits: Readonly<Record<Currency, bigint>> = { COP: 10_000n, USD: 3n, MXN: 50n, PEN: 10n };

export function defaultLowMicros(currency: Currency): bigint {
  return lowUnits[currency] * MICROS_PER_UNIT;
}

/** Whether this movement took the balance below the line: once on the way down, not again below it. */
export function becomesLow(beforeMicros: bigint, afterMicros: bigint, lowMicros: bigint): boolean {
  return beforeMicros >= lowMicros && afterMicros < lowMicros;
}
