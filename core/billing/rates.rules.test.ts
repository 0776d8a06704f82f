import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencies, limits, MICROS_PER_MINOR, MICROS_PER_UNIT } from '../kernel/index.ts';
import { callCostMicros, callRateMicrosPerMinute, worstCaseMicros } from './index.ts';

const pesos = (amount: bigint) => amount * MICROS_PER_UNIT;
const duration = fc.integer({ min: 0, max: 4 * 3_600_000 });
const rate = fc.bigInt({ min: 0n, max: 5_000n * MICROS_PER_UNIT });

describe('the rate', () => {
  it('to Colombia from a wallet in pesos is 350 a minute on Pro', () => {
    expect(callRateMicrosPerMinute('COP', 'pro', 'CO')).toBe(pesos(350n));
  });

  it('is never lower abroad than at home, nor on the free plan than on Pro', () => {
    const home = { COP: 'CO', USD: 'US', MXN: 'MX', PEN: 'PE' } as const;
    for (const currency of currencies) {
      const at = (plan: 'free' | 'pro', country: string) =>
        callRateMicrosPerMinute(currency, plan, country);
      expect(at('pro', home[currency])).toBeGreaterThan(0n);
      expect(at('pro', 'DE')).toBeGreaterThan(at('pro', home[currency]));
      expect(at('free', home[currency])).toBeGreaterThan(at('pro', home[currency]));
      expect(at('free', 'DE')).toBeGreaterThan(at('pro', 'DE'));
    }
  });
});

describe('the cost of a call', () => {
  it('counts every second that began', () => {
    const perMinute = pesos(60n);
    expect(callCostMicros(0, perMinute)).toBe(0n);
    expect(callCostMicros(1, perMinute)).toBe(pesos(1n));
    expect(callCostMicros(1_000, perMinute)).toBe(pesos(1n));
    expect(callCostMicros(1_001, perMinute)).toBe(pesos(2n));
    expect(callCostMicros(60_000, perMinute)).toBe(perMinute);
  });

  it('is rounded up to a whole minor unit, and by less than one', () => {
    fc.assert(
      fc.property(duration, rate, (ms, perMinute) => {
        const cost = callCostMicros(ms, perMinute);
        const exactTimes60 = perMinute * BigInt(Math.ceil(ms / 1_000));
        expect(cost % MICROS_PER_MINOR).toBe(0n);
        expect(cost * 60n >= exactTimes60).toBe(true);
        expect(cost * 60n - exactTimes60 < 60n * MICROS_PER_MINOR).toBe(true);
      }),
    );
  });

  it('never falls as the call goes on, so the worst case covers it', () => {
    fc.assert(
      fc.property(duration, duration, rate, (a, b, perMinute) => {
        const [short, long] = a < b ? [a, b] : [b, a];
        expect(callCostMicros(short, perMinute) <= worstCaseMicros(perMinute, long)).toBe(true);
      }),
    );
    const perMinute = callRateMicrosPerMinute('COP', 'pro', 'CO');
    expect(worstCaseMicros(perMinute, limits.call.durationMsMax)).toBe(pesos(3_500n));
  });

  it('refuses what is no duration', () => {
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => callCostMicros(ms, 1n)).toThrow(/no duration/);
    }
  });
});
