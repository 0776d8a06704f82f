import { assert } from './assert.ts';

/** ISO 4217 codes we hold wallets in. All have two decimals, so one minor unit = 10,000 micros. */
export const currencies = ['COP', 'USD', 'MXN', 'PEN'] as const;
export type Currency = (typeof currencies)[number];

/** An amount of money: integer micros (millionths of the main unit). Never a float. */
export interface Money {
  readonly micros: bigint;
  readonly currency: Currency;
}

export const MICROS_PER_MINOR = 10_000n;
export const MICROS_PER_UNIT = 1_000_000n;

/** Integer minor units (cents, centavos) → micros. Throws on a fraction or an unsafe integer. */
export function microsFromMinor(minor: number): bigint {
  assert(Number.isSafeInteger(minor), `minor units must be a safe integer, got ${minor}`);
  return BigInt(minor) * MICROS_PER_MINOR;
}

/** Micros → integer minor units, for the wire. Throws if the amount has a fraction of a minor unit. */
export function minorFromMicros(micros: bigint): number {
  assert(micros % MICROS_PER_MINOR === 0n, `${micros} micros is no whole minor unit`);
  const minor = Number(micros / MICROS_PER_MINOR);
  assert(Number.isSafeInteger(minor), `${micros} micros does not fit a JSON number`);
  return minor;
}

/** Rounds up to a whole minor unit: what is charged can always be shown and added up exactly. */
export function ceilToMinor(micros: bigint): bigint {
  assert(micros >= 0n, 'only charges are rounded up');
  return ((micros + MICROS_PER_MINOR - 1n) / MICROS_PER_MINOR) * MICROS_PER_MINOR;
}

/** `$ 12.500` in Spanish (Colombia), `$12,500` in English; decimals only where there are any. */
export function formatMinor(minor: number, currency: Currency, lang: 'es' | 'en' = 'es'): string {
  return new Intl.NumberFormat(lang === 'es' ? 'es-CO' : 'en-US', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: minor % 100 === 0 ? 0 : 2,
  }).format(minor / 100);
}
