import type { AnyTx, Db, OrgScope } from '../db/index.ts';
import {
  AppError,
  limits,
  minorFromMicros,
  notFound,
  parsePhone,
  type Clock,
  type Currency,
  type Id,
  type Language,
  type PhoneNumber,
} from '../kernel/index.ts';
import type { Destination, RateCard } from './rate-card.ts';
import {
  billedSeconds,
  callCostMicros,
  findDestination,
  paidForMs,
  priceOf,
  talkPriceOf,
  rateCardAt,
  type CallPrice,
  type Plan,
} from './rates.rules.ts';
import type { RatesWire } from './rates.schema.ts';

export interface PricedCall extends CallPrice {
  readonly currency: Currency;
  readonly plan: Plan;
  readonly to: PhoneNumber;
  readonly destination: Destination;
}

export type PricedTalk = Omit<CallPrice, 'prefix'> & { readonly currency: Currency };

export interface RatesService {
  /**
   * What calls cost on the organization's plan: everywhere, or to one number, with what a call of
   * `seconds` costs and how long the wallet lasts for it. Throws as `price` does.
   */
  show(
    scope: OrgScope,
    request: { to?: string | undefined; seconds: number; language: Language },
  ): Promise<RatesWire>;
  /**
   * The price of a call to `to` now. Throws `invalid_phone_number`, `destination_not_served`
   * (nowhere on the card) or `plan_required` (the free plan calls its own country only).
   */
  price(tx: AnyTx, orgId: Id<'org'>, to: string): Promise<PricedCall>;
  /** The price of a call without a phone, now. */
  talkPrice(tx: AnyTx, orgId: Id<'org'>): Promise<PricedTalk>;
}

/** What calls cost, by where they go and by the organization's plan and currency. */
export function createRatesService({ db, clock }: { db: Db; clock: Clock }): RatesService {
  async function account(tx: AnyTx, orgId: Id<'org'>) {
    const found = await tx
      .selectFrom('organizations')
      .select(['plan', 'currency', 'wallet_balance', 'wallet_held'])
      .where('id', '=', orgId)
      .executeTakeFirst();
    if (!found) throw notFound();
    return found;
  }

  function priceFor(
    { plan, currency }: { plan: Plan; currency: Currency },
    text: string,
  ): PricedCall {
    const to = parsePhone(text);
    if (!to) throw new AppError('invalid_phone_number', { param: 'to' });
    const card = rateCardAt(clock.now());
    const destination = findDestination(card, to);
    if (!destination) throw notServed(to);
    const found = priceOf(card, { currency, plan, destination });
    if (!found) throw planRequired(destination, card, currency);
    return { ...found, currency, plan, to, destination };
  }

  return {
    price: async (tx, orgId, to) => priceFor(await account(tx, orgId), to),

    async talkPrice(tx, orgId) {
      const { plan, currency } = await account(tx, orgId);
      return { ...talkPriceOf(rateCardAt(clock.now()), { plan, currency }), currency };
    },

    show: (scope, { to, seconds, language }) =>
      db.withOrg(scope, async (tx) => {
        const wallet = await account(tx, scope.orgId);
        const { plan, currency } = wallet;
        const card = rateCardAt(clock.now());
        const priced = to === undefined ? null : priceFor(wallet, to);
        const destinations = priced ? [priced.destination] : card.destinations;
        return {
          card: card.id,
          plan,
          rounding: presentRounding(card.rounding[plan]),
          data: destinations.map((destination) => {
            const price = priceOf(card, { currency, plan, destination });
            return {
              prefix: destination.prefix,
              destination: destination.name[language],
              countries: [...destination.countries],
              per_minute: price && { amount: minorFromMicros(price.microsPerMinute), currency },
            };
          }),
          quote:
            priced && presentQuote(priced, wallet.wallet_balance - wallet.wallet_held, seconds),
        };
      }),
  };
}

function presentQuote(priced: PricedCall, freeMicros: bigint, seconds: number) {
  const money = (micros: bigint) => ({
    amount: minorFromMicros(micros),
    currency: priced.currency,
  });
  const talkMs = Math.min(paidForMs(freeMicros, priced), limits.call.durationMsMax);
  return {
    to: priced.to.e164,
    country: priced.to.country,
    per_minute: money(priced.microsPerMinute),
    least_to_call: money(callCostMicros(limits.call.fundedMsMin, priced)),
    talk_seconds: talkMs < limits.call.fundedMsMin ? 0 : talkMs / 1_000,
    seconds,
    billed_seconds: billedSeconds(seconds * 1_000, priced.rounding),
    cost: money(callCostMicros(seconds * 1_000, priced)),
  };
}

function presentRounding({ firstSeconds, nextSeconds }: CallPrice['rounding']) {
  return { first_seconds: firstSeconds, next_seconds: nextSeconds };
}

function notServed(to: PhoneNumber): AppError {
  return new AppError('destination_not_served', {
    param: 'to',
    detail: {
      es: `No llamamos a ${to.e164} (${to.country}). Vea los destinos en GET /v1/rates.`,
      en: `We do not call ${to.e164} (${to.country}). See the destinations at GET /v1/rates.`,
    },
  });
}

function planRequired(destination: Destination, card: RateCard, currency: Currency): AppError {
  const { country } = card.prices[currency];
  return new AppError('plan_required', {
    param: 'to',
    detail: {
      es: `El plan gratuito solo llama dentro de su país (${country}). Para llamar a ${destination.name.es}, pase al plan Pro.`,
      en: `The free plan calls within its own country only (${country}). To call ${destination.name.en}, move to the Pro plan.`,
    },
  });
}
