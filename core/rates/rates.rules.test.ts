import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currencies,
  MICROS_PER_MINOR,
  MICROS_PER_UNIT,
  parsePhone,
  type PhoneNumber,
} from '../kernel/index.ts';
import { rateCards, type RateCard, type Rounding, type Zone } from './rate-card.ts';
import {
  billedSeconds,
  callCostMicros,
  findDestination,
  paidForMs,
  priceOf,
  rateCardAt,
} from './rates.rules.ts';

const pesos = (amount: bigint) => amount * MICROS_PER_UNIT;
const card = rateCardAt(new Date('2026-11-23T12:00:00Z'));
const bySecond: Rounding = { firstSeconds: 1, nextSeconds: 1 };
const byMinute: Rounding = { firstSeconds: 60, nextSeconds: 60 };

const phone = (text: string): PhoneNumber => {
  const parsed = parsePhone(text);
  if (!parsed) throw new Error(`${text} is no number`);
  return parsed;
};
const destinationOf = (text: string) => findDestination(card, phone(text));
const homeIn = (currency: (typeof currencies)[number]) => {
  const { country } = card.prices[currency];
  const found = card.destinations.find(({ countries }) => countries.includes(country));
  if (!found) throw new Error(`nobody can call home in ${currency}`);
  return found;
};

const durationMs = fc.integer({ min: 0, max: 4 * 3_600_000 });
const rounding = fc.record({
  firstSeconds: fc.integer({ min: 1, max: 90 }),
  nextSeconds: fc.integer({ min: 1, max: 90 }),
});
const price = fc.record({
  microsPerMinute: fc.bigInt({ min: 1n, max: 5_000n * MICROS_PER_UNIT }),
  rounding,
});

describe('the destination of a number', () => {
  it.each([
    ['+576017654321', '57'],
    ['+573001112233', '573'],
    ['+14155552671', '1'],
    ['+17872345678', '1'],
    ['+18092345678', '1809'],
    ['+5491123456789', '549'],
    ['+541145678901', '54'],
    ['+447400123456', '447'],
    ['+442079460018', '44'],
    ['+34612345678', '346'],
  ])('%s is that of its longest prefix, %s', (to, prefix) => {
    expect(destinationOf(to)?.prefix).toBe(prefix);
  });

  it.each([
    ['+18765551234', 'Jamaica, behind the +1 of the United States'],
    ['+12684601234', 'Antigua'],
    ['+447781123456', 'Guernsey, behind the +44 of the United Kingdom'],
    ['+79161234567', 'Russia'],
    ['+8613812345678', 'China'],
    ['+5355512345', 'Cuba'],
  ])('%s is none of ours: %s', (to) => {
    expect(destinationOf(to)).toBeUndefined();
  });

  it('is at least as long a prefix as any other that serves the number', () => {
    const numbers = fc.constantFrom(
      ...card.destinations.flatMap(({ prefix, countries }) =>
        countries.map((country) => ({ prefix, country })),
      ),
    );
    fc.assert(
      fc.property(numbers, fc.stringMatching(/^\d{6,8}$/), ({ prefix, country }, rest) => {
        const e164 = `+${prefix}${rest}`;
        const found = findDestination(card, { e164, country });
        expect(found && e164.slice(1).startsWith(found.prefix)).toBe(true);
        expect(found?.prefix.length).toBeGreaterThanOrEqual(prefix.length);
        expect(found?.countries).toContain(country);
      }),
    );
  });

  it('is named once for each prefix', () => {
    for (const { destinations } of rateCards) {
      const prefixes = destinations.map(({ prefix }) => prefix);
      expect(new Set(prefixes).size).toBe(prefixes.length);
    }
  });
});

describe('the rate', () => {
  it('from a wallet in pesos to Colombia is 350 a minute on Pro, by the second', () => {
    const destination = destinationOf('+573001112233');
    expect(destination && priceOf(card, { currency: 'COP', plan: 'pro', destination })).toEqual({
      card: '2026-01',
      prefix: '573',
      microsPerMinute: pesos(350n),
      rounding: bySecond,
    });
  });

  it('on the free plan is that of home, by the minute, and there is none abroad', () => {
    for (const currency of currencies) {
      for (const destination of card.destinations) {
        const free = priceOf(card, { currency, plan: 'free', destination });
        const pro = priceOf(card, { currency, plan: 'pro', destination });
        const atHome = destination.countries.includes(card.prices[currency].country);
        expect(free !== null).toBe(atHome);
        if (free) expect(free.microsPerMinute).toBeGreaterThan(pro?.microsPerMinute ?? 0n);
      }
      expect(
        priceOf(card, { currency, plan: 'free', destination: homeIn(currency) })?.rounding,
      ).toEqual(byMinute);
    }
  });

  it('is whole minor units, and nowhere lower than at home', () => {
    for (const currency of currencies) {
      const home = priceOf(card, { currency, plan: 'pro', destination: homeIn(currency) });
      for (const destination of card.destinations) {
        const found = priceOf(card, { currency, plan: 'pro', destination });
        expect(found && found.microsPerMinute % MICROS_PER_MINOR).toBe(0n);
        expect(found?.microsPerMinute).toBeGreaterThanOrEqual(home?.microsPerMinute ?? 0n);
      }
    }
  });

  it('is that of the card in force at that instant', () => {
    const from = (id: string, validFrom: string): RateCard => ({
      ...card,
      id,
      validFrom: new Date(validFrom),
    });
    const cards = [from('a', '2026-01-01T05:00:00Z'), from('b', '2026-06-01T05:00:00Z')];
    const at = (instant: string) => rateCardAt(new Date(instant), cards).id;
    expect(at('2026-05-31T23:59:59.999Z')).toBe('a');
    expect(at('2026-06-01T05:00:00Z')).toBe('b');
    expect(at('2025-12-31T00:00:00Z')).toBe('a');
    expect(rateCards.map(({ validFrom }) => validFrom.getTime())).toEqual(
      rateCards.map(({ validFrom }) => validFrom.getTime()).toSorted((a, b) => a - b),
    );
  });

  it('covers every zone in every currency', () => {
    const zones: readonly Zone[] = ['north', 'latam', 'latam_mobile', 'europe', 'europe_mobile'];
    for (const currency of currencies)
      expect(Object.keys(card.prices[currency].abroad).toSorted()).toEqual(zones.toSorted());
  });
});

describe('the seconds a call is charged for', () => {
  it.each([
    [bySecond, 0, 0],
    [bySecond, 1, 1],
    [bySecond, 1_000, 1],
    [bySecond, 1_001, 2],
    [byMinute, 0, 0],
    [byMinute, 1, 60],
    [byMinute, 60_000, 60],
    [byMinute, 60_001, 120],
    [{ firstSeconds: 30, nextSeconds: 6 }, 30_000, 30],
    [{ firstSeconds: 30, nextSeconds: 6 }, 30_001, 36],
    [{ firstSeconds: 30, nextSeconds: 6 }, 37_000, 42],
  ])('by %o of %d ms are %d', (rule, ms, seconds) => {
    expect(billedSeconds(ms, rule)).toBe(seconds);
  });

  it('are at least those that were talked, by less than a step more', () => {
    fc.assert(
      fc.property(durationMs, rounding, (ms, rule) => {
        const talked = Math.ceil(ms / 1_000);
        const billed = billedSeconds(ms, rule);
        expect(billed).toBeGreaterThanOrEqual(talked);
        if (talked > rule.firstSeconds) expect(billed - talked).toBeLessThan(rule.nextSeconds);
        else expect(billed).toBe(talked === 0 ? 0 : rule.firstSeconds);
      }),
    );
  });

  it('are of a duration, not of something else', () => {
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => billedSeconds(ms, bySecond)).toThrow(/no duration/);
  });
});

describe('the cost of a call', () => {
  it('is rounded up to a whole minor unit, by less than one', () => {
    fc.assert(
      fc.property(durationMs, price, (ms, charge) => {
        const cost = callCostMicros(ms, charge);
        const exactTimes60 = charge.microsPerMinute * BigInt(billedSeconds(ms, charge.rounding));
        expect(cost % MICROS_PER_MINOR).toBe(0n);
        expect(cost * 60n >= exactTimes60).toBe(true);
        expect(cost * 60n - exactTimes60 < 60n * MICROS_PER_MINOR).toBe(true);
      }),
    );
  });

  it('never falls as the call goes on', () => {
    fc.assert(
      fc.property(durationMs, durationMs, price, (a, b, charge) => {
        const [short, long] = a < b ? [a, b] : [b, a];
        expect(callCostMicros(short, charge) <= callCostMicros(long, charge)).toBe(true);
      }),
    );
  });
});

describe('how long money lasts', () => {
  const money = fc
    .integer({ min: 0, max: 10_000_000 })
    .map((minor) => BigInt(minor) * MICROS_PER_MINOR);

  it('is as long as it pays for, and not a step longer', () => {
    fc.assert(
      fc.property(money, price, (micros, charge) => {
        const ms = paidForMs(micros, charge);
        expect(callCostMicros(ms, charge) <= micros).toBe(true);
        expect(callCostMicros(ms + 1, charge) > micros).toBe(true);
      }),
    );
  });

  it('is for ever where calls cost nothing', () => {
    expect(paidForMs(0n, { microsPerMinute: 0n, rounding: bySecond })).toBe(Infinity);
  });
});
