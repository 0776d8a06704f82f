import type { Db, OrgScope } from '../db/index.ts';
import {
  AppError,
  limits,
  minorFromMicros,
  notFound,
  sha256Hex,
  type Clock,
  type Id,
  type Language,
  type Log,
  type Page,
} from '../kernel/index.ts';
import type { PlanPrice, SubscriptionProvider } from '../ports/index.ts';
import { homeRateMicros } from '../rates/index.ts';
import { presentInvoicePage } from './billing.present.ts';
import { readBilling } from './billing.read.ts';
import type {
  BillingWire,
  CheckoutWire,
  InvoiceWire,
  PlanListWire,
  PortalWire,
} from './billing.schema.ts';
import { listOpenCheckouts, scheduleCheck } from './checks.repo.ts';
import { nextCheckoutCheck } from './payment.rules.ts';
import { planOf } from './subscription.rules.ts';
import type { SubscriptionSync } from './subscription-sync.ts';
import { findProfile, findSubscription, type SubscriptionRow } from './subscriptions.repo.ts';

const PRICE_KEPT_MS = 10 * 60_000;
const CHECKOUTS_PER_SYNC = 10;

export interface StartCheckout {
  readonly email: string;
  /** The caller's own key: the same one gets the same checkout. */
  readonly idempotencyKey: string;
  readonly successUrl?: string | undefined;
  readonly cancelUrl?: string | undefined;
}

export interface SubscriptionsService {
  /** Plan, and the subscription behind it. */
  getSubscription(scope: OrgScope): Promise<BillingWire>;
  /** What can be subscribed to, with its prices. */
  listPlans(scope: OrgScope): Promise<PlanListWire>;
  /**
   * Opens the hosted checkout of the Pro plan. The plan changes when the provider says so.
   * Throws `conflict` for an organization that has the plan.
   */
  startCheckout(scope: OrgScope, checkout: StartCheckout): Promise<CheckoutWire>;
  /** The provider's page for card, tax id and invoices. `conflict` before the first checkout. */
  openPortal(
    scope: OrgScope,
    portal: { returnUrl?: string | undefined; language: Language },
  ): Promise<PortalWire>;
  /** Cancels at the end of the paid period, or takes that back. `conflict` without a subscription. */
  setCancelled(scope: OrgScope, cancel: boolean): Promise<BillingWire>;
  /** Reads everything from the provider again and puts the record right. */
  syncSubscription(scope: OrgScope): Promise<BillingWire>;
  /** Newest first, as the provider has them. */
  listInvoices(
    scope: OrgScope,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<Page<InvoiceWire>>;
}

export function createSubscriptionsService(deps: {
  db: Db;
  subscriptions: SubscriptionProvider;
  sync: SubscriptionSync;
  clock: Clock;
  log: Log;
  /** Where payers come back to. */
  returnUrl: string;
}): SubscriptionsService {
  const { db, subscriptions, sync, clock, log, returnUrl } = deps;
  const readPrice = createPriceReader(deps);

  const findOwn = (scope: OrgScope) => db.withOrg(scope, (tx) => findSubscription(tx, scope.orgId));

  const read = (scope: OrgScope) =>
    db.withOrg(scope, async (tx) => {
      const billing = await readBilling(tx, scope.orgId);
      if (!billing) throw notFound();
      return billing;
    });

  async function requireCustomer(scope: OrgScope): Promise<string> {
    const customerId = (await findOwn(scope))?.customerId;
    if (!customerId) throw neverSubscribed();
    return customerId;
  }

  const checkOpenCheckouts = async (orgId: Id<'org'>) => {
    const open = await db.withSystem((tx) => listOpenCheckouts(tx, orgId, CHECKOUTS_PER_SYNC));
    for (const check of open) await sync.checkCheckout(check);
  };

  return {
    getSubscription: read,

    async listPlans(scope) {
      const profile = await db.withOrg(scope, (tx) => findProfile(tx, scope.orgId));
      if (!profile) throw notFound();
      const { currency } = profile;
      const price = await readPrice();
      const plan = (id: 'free' | 'pro') => ({
        id,
        price: id === 'pro' && price ? presentPrice(price) : null,
        call_rate_per_minute: {
          amount: minorFromMicros(homeRateMicros(clock.now(), currency, id)),
          currency,
        },
      });
      return { data: [plan('free'), plan('pro')] };
    },

    async startCheckout(scope, checkout) {
      const subscription = await findOwn(scope);
      if (subscription && planOf(subscription, clock.now()) === 'pro') {
        throw alreadyPro(subscription);
      }
      const opened = await subscriptions.createCheckout({
        organizationId: scope.orgId,
        email: checkout.email,
        customerId: subscription?.customerId ?? undefined,
        successUrl: checkout.successUrl ?? `${returnUrl}?session_id={CHECKOUT_SESSION_ID}`,
        cancelUrl: checkout.cancelUrl ?? `${returnUrl}?cancelled=true`,
        // The provider's keys are one space for all our organizations, and bounded in length.
        idempotencyKey: sha256Hex(`checkout ${scope.orgId} ${checkout.idempotencyKey}`),
      });
      const now = clock.now();
      const check = {
        subject: opened.id,
        orgId: scope.orgId,
        kind: 'checkout',
        since: now,
      } as const;
      await db.withSystem((tx) => scheduleCheck(tx, check, nextCheckoutCheck(now, now)));
      return opened;
    },

    async openPortal(scope, portal) {
      const customerId = await requireCustomer(scope);
      const { language } = portal;
      return subscriptions.createPortal({
        customerId,
        returnUrl: portal.returnUrl ?? `${returnUrl}?portal=true`,
        language,
      });
    },

    async setCancelled(scope, cancel) {
      const subscription = await findOwn(scope);
      const id = subscription?.subscriptionId;
      if (!subscription || !id || subscription.status === 'canceled') throw neverSubscribed();
      if (subscription.cancelAtPeriodEnd !== cancel) {
        await sync.apply(scope, () => subscriptions.setCancelAtPeriodEnd(id, cancel));
      }
      return read(scope);
    },

    async syncSubscription(scope) {
      log.info({ org_id: scope.orgId }, 'a subscription is read again on demand');
      await sync.reconcile(scope.orgId);
      await checkOpenCheckouts(scope.orgId);
      return read(scope);
    },

    async listInvoices(scope, { limit, cursor }) {
      const after = cursor === undefined ? undefined : invoiceCursor(cursor);
      const customerId = (await findOwn(scope))?.customerId;
      if (!customerId) return presentInvoicePage([], false);
      const page = { limit: Math.min(limit, limits.billing.invoicesPageMax), after };
      const { invoices, hasMore } = await subscriptions.listInvoices(customerId, page);
      return presentInvoicePage(invoices, hasMore);
    },
  };
}

/** The price at the provider, read now and then. Undefined while it cannot be. */
function createPriceReader({
  subscriptions,
  clock,
  log,
}: {
  subscriptions: SubscriptionProvider;
  clock: Clock;
  log: Log;
}): () => Promise<PlanPrice | undefined> {
  let kept: { price: PlanPrice; atMs: number } | undefined;
  return async () => {
    const nowMs = clock.monotonicMs();
    if (kept && nowMs - kept.atMs < PRICE_KEPT_MS) return kept.price;
    try {
      kept = { price: await subscriptions.getPrice(), atMs: nowMs };
    } catch (error) {
      log.warn({ err: error }, 'the price of the plan could not be read');
    }
    return kept?.price;
  };
}

const presentPrice = ({ amountMinor, currency, interval }: PlanPrice) => ({
  amount: amountMinor,
  currency,
  interval,
});

function invoiceCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (/^in_\w{1,100}$/.test(id)) return id;
  throw new AppError('invalid_request', {
    param: 'cursor',
    detail: { es: 'El cursor no es de esta lista.', en: 'The cursor is not of this list.' },
  });
}

function alreadyPro({ cancelAtPeriodEnd }: SubscriptionRow): AppError {
  return new AppError('conflict', {
    detail: cancelAtPeriodEnd
      ? {
          es: 'La organización tiene el plan Pro hasta el final del periodo: reanude la suscripción.',
          en: 'The organization is on the Pro plan until its period ends: resume the subscription.',
        }
      : {
          es: 'La organización ya tiene el plan Pro.',
          en: 'The organization is on the Pro plan already.',
        },
  });
}

function neverSubscribed(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'La organización no tiene una suscripción. Empiece por suscribirse.',
      en: 'The organization has no subscription. Subscribe first.',
    },
  });
}
