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
  rateCardAt,
  type CallPrice,
  type Plan,
} from './rates.rules.ts';
import type { RateListWire, RateQuoteWire } from './rates.schema.ts';

export interface PricedCall extends CallPrice {
  readonly currency: Currency;
  readonly plan: Plan;
  readonly to: PhoneNumber;
  readonly destination: Destination;
}

export interface RatesService {
  /** Every destination with its price on the organization's plan, in the order of their prefixes. */
  list(scope: OrgScope, language: Language): Promise<RateListWire>;
  /** What a call to `to` costs, and how long the wallet lasts for it. Throws as `price` does. */
  quote(
    scope: OrgScope,
    request: { to: string; seconds: number; language: Language },
  ): Promise<RateQuoteWire>;
  /**
   * The price of a call to `to` now. Throws `invalid_phone_number`, `destination_not_served`
   * (nowhere on the card) or `plan_required` (the free plan calls its own country only).
   */
  price(tx: AnyTx, orgId: Id<'org'>, to: string): Promise<PricedCall>;
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

    list: (scope, language) =>
      db.withOrg(scope, async (tx) => {
        const { plan, currency } = await account(tx, scope.orgId);
        const card = rateCardAt(clock.now());
        const data = card.destinations.map((destination) => {
          const found = priceOf(card, { currency, plan, destination });
          return {
            prefix: destination.prefix,
            destination: destination.name[language],
            countries: [...destination.countries],
            per_minute: found && { amount: minorFromMicros(found.microsPerMinute), currency },
          };
        });
        const rounding = presentRounding(card.rounding[plan]);
        return { card: card.id, plan, rounding, data };
      }),

    quote: (scope, { to, seconds, language }) =>
      db.withOrg(scope, async (tx) => {
        const wallet = await account(tx, scope.orgId);
        const found = priceFor(wallet, to);
        const money = (micros: bigint) => ({
          amount: minorFromMicros(micros),
          currency: found.currency,
        });
        const free = wallet.wallet_balance - wallet.wallet_held;
        const talkMs = Math.min(paidForMs(free, found), limits.call.durationMsMax);
        return {
          to: found.to.e164,
          country: found.to.country,
          card: found.card,
          plan: found.plan,
          prefix: found.prefix,
          destination: found.destination.name[language],
          per_minute: money(found.microsPerMinute),
          rounding: presentRounding(found.rounding),
          least_to_call: money(callCostMicros(limits.call.fundedMsMin, found)),
          talk_seconds: talkMs < limits.call.fundedMsMin ? 0 : talkMs / 1_000,
          estimate: {
            seconds,
            billed_seconds: billedSeconds(seconds * 1_000, found.rounding),
            cost: money(callCostMicros(seconds * 1_000, found)),
          },
        };
      }),
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
