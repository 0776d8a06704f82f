import { assert, ceilToMinor, MICROS_PER_UNIT, type Currency } from '../kernel/index.ts';

export type Plan = 'free' | 'pro';

interface RateCard {
  /** The country a wallet of this currency is at home in. */
  readonly home: string;
  /** Main units per minute to numbers at home and anywhere else, by plan. In hundredths: no floats. */
  readonly centsPerMinute: Readonly<
    Record<Plan, { readonly home: bigint; readonly abroad: bigint }>
  >;
}

/** What a minute on the phone costs. The one place where a price of calls is written down. */
const rateCards: Readonly<Record<Currency, RateCard>> = {
  COP: {
    home: 'CO',
    centsPerMinute: {
      pro: { home: 350_00n, abroad: 1_400_00n },
      free: { home: 500_00n, abroad: 2_000_00n },
    },
  },
  USD: {
    home: 'US',
    centsPerMinute: { pro: { home: 9n, abroad: 35n }, free: { home: 13n, abroad: 50n } },
  },
  MXN: {
    home: 'MX',
    centsPerMinute: { pro: { home: 160n, abroad: 650n }, free: { home: 230n, abroad: 900n } },
  },
  PEN: {
    home: 'PE',
    centsPerMinute: { pro: { home: 35n, abroad: 130n }, free: { home: 50n, abroad: 190n } },
  },
};

/**
 * The price of a minute, in micros of `currency`.
 * @param toCountry ISO 3166 country of the number that is called.
 */
export function callRateMicrosPerMinute(currency: Currency, plan: Plan, toCountry: string): bigint {
  const card = rateCards[currency];
  const { home, abroad } = card.centsPerMinute[plan];
  return ((toCountry === card.home ? home : abroad) * MICROS_PER_UNIT) / 100n;
}

/**
 * What a call of this length costs: every second that began, rounded up to a whole minor unit
 * once, at the end. A call that was not answered (0 ms) costs nothing.
 */
export function callCostMicros(durationMs: number, rateMicrosPerMinute: bigint): bigint {
  assert(Number.isFinite(durationMs) && durationMs >= 0, `no duration: ${durationMs}`);
  assert(rateMicrosPerMinute >= 0n, 'a rate is not negative');
  const seconds = BigInt(Math.ceil(durationMs / 1_000));
  return ceilToMinor((rateMicrosPerMinute * seconds + 59n) / 60n);
}

/** The most a call may cost: what is held before it dials. */
export function worstCaseMicros(rateMicrosPerMinute: bigint, durationMsMax: number): bigint {
  return callCostMicros(durationMsMax, rateMicrosPerMinute);
}
