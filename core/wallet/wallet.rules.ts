import { assert, MICROS_PER_MINOR } from '../kernel/index.ts';

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

/** The ledger holds whole minor units only, so that every figure can be shown and added up exactly. */
export function assertBookable(amountMicros: bigint): void {
  assert(amountMicros > 0n, `an amount must be positive, got ${amountMicros}`);
  assert(amountMicros % MICROS_PER_MINOR === 0n, `${amountMicros} micros is no whole minor unit`);
}
