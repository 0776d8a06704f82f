import {
  assert,
  ceilToMinor,
  MICROS_PER_UNIT,
  type Currency,
  type PhoneNumber,
} from '../kernel/index.ts';
import { rateCards, type Destination, type RateCard, type Rounding } from './rate-card.ts';

export type Plan = 'free' | 'pro';

/** What a call is charged by, fixed when it is asked for. */
export interface CallPrice {
  /** The rate card's id and the prefix that decided. */
  readonly card: string;
  readonly prefix: string;
  readonly microsPerMinute: bigint;
  readonly rounding: Rounding;
}

/** The card that prices what is asked for at this instant. */
export function rateCardAt(at: Date, cards: readonly RateCard[] = rateCards): RateCard {
  const first = cards[0];
  assert(first, 'there is a rate card');
  return cards.findLast((card) => card.validFrom <= at) ?? first;
}

/**
 * Where a number belongs: the longest prefix it starts with, of those that serve its country.
 * Undefined where we do not call: a country that is not on the card, even behind a prefix that is
 * (islands that share +1 or +44 with a big neighbour cost ten times as much).
 */
export function findDestination(card: RateCard, to: PhoneNumber): Destination | undefined {
  const digits = to.e164.slice(1);
  return card.destinations
    .filter(({ prefix, countries }) => digits.startsWith(prefix) && countries.includes(to.country))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** The price of a destination; null where the plan does not call there. */
export function priceOf(
  card: RateCard,
  { currency, plan, destination }: { currency: Currency; plan: Plan; destination: Destination },
): CallPrice | null {
  const { country, home, abroad } = card.prices[currency];
  const atHome = destination.countries.includes(country);
  if (!atHome && plan === 'free') return null;
  const hundredths = atHome ? home[plan] : abroad[destination.zone];
  return {
    card: card.id,
    prefix: destination.prefix,
    microsPerMinute: (hundredths * MICROS_PER_UNIT) / 100n,
    rounding: card.rounding[plan],
  };
}

/** The price of talking without a phone. */
export function talkPriceOf(
  card: RateCard,
  { currency, plan }: { currency: Currency; plan: Plan },
): Omit<CallPrice, 'prefix'> {
  return {
    card: card.id,
    microsPerMinute: (card.prices[currency].talk * MICROS_PER_UNIT) / 100n,
    rounding: card.rounding[plan],
  };
}

/** What a minute within the currency's own country costs, in micros. */
export function homeRateMicros(at: Date, currency: Currency, plan: Plan): bigint {
  return (rateCardAt(at).prices[currency].home[plan] * MICROS_PER_UNIT) / 100n;
}

/** Seconds a call of this length is charged for: none if it was not answered (0 ms). */
export function billedSeconds(durationMs: number, { firstSeconds, nextSeconds }: Rounding): number {
  assert(Number.isFinite(durationMs) && durationMs >= 0, `no duration: ${durationMs}`);
  const seconds = Math.ceil(durationMs / 1_000);
  if (seconds === 0) return 0;
  const steps = Math.ceil(Math.max(0, seconds - firstSeconds) / nextSeconds);
  return firstSeconds + steps * nextSeconds;
}

type Charge = Pick<CallPrice, 'microsPerMinute' | 'rounding'>;

/** What a call of this length costs, rounded up to a whole minor unit once, at the end. */
export function callCostMicros(durationMs: number, price: Charge): bigint {
  assert(price.microsPerMinute >= 0n, 'a rate is not negative');
  const seconds = BigInt(billedSeconds(durationMs, price.rounding));
  return ceilToMinor((price.microsPerMinute * seconds + 59n) / 60n);
}

/** How long a call may last for this much money; Infinity if it costs nothing. */
export function paidForMs(micros: bigint, { microsPerMinute, rounding }: Charge): number {
  if (microsPerMinute === 0n) return Infinity;
  const { firstSeconds, nextSeconds } = rounding;
  const seconds = Number((micros * 60n) / microsPerMinute);
  if (seconds < firstSeconds) return 0;
  const steps = Math.floor((seconds - firstSeconds) / nextSeconds);
  return (firstSeconds + steps * nextSeconds) * 1_000;
}
