import type { Db, OrgScope } from '../db/index.ts';
import {
  AppError,
  cursorId,
  microsFromMinor,
  notFound,
  pageOf,
  sha256Hex,
  type Clock,
  type Currency,
  type Id,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { SubscriptionProvider, TopUpProvider } from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { presentBilling, presentTopUp } from './billing.present.ts';
import * as repo from './billing.repo.ts';
import type { BillingWire, CheckoutWire, StartedTopUpWire, TopUpWire } from './billing.schema.ts';
import { createPaymentEventHandler } from './payment-events.ts';
import { createSubscriptionEventHandler } from './subscription-events.ts';
import { planOf } from './subscription.rules.ts';

export interface StartCheckout {
  readonly email: string;
  /** The caller's own key: the same one gets the same checkout. */
  readonly idempotencyKey: string;
  readonly successUrl?: string | undefined;
  readonly cancelUrl?: string | undefined;
}

export interface StartTopUp {
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly email: string;
  readonly redirectUrl?: string | undefined;
}

export interface BillingService {
  /**
   * Opens the hosted checkout of the Pro plan. The plan changes when the provider's event says so.
   * Throws `conflict` for an organization that has the plan.
   */
  startCheckout(scope: OrgScope, checkout: StartCheckout): Promise<CheckoutWire>;
  /** Plan, and the subscription behind it. */
  getSubscription(scope: OrgScope): Promise<BillingWire>;
  /** Makes a pending payment and the signed address to pay it at. The wallet's own currency only. */
  startTopUp(scope: OrgScope, topUp: StartTopUp): Promise<StartedTopUpWire>;
  getTopUp(scope: OrgScope, id: Id<'pay'>): Promise<TopUpWire>;
  listTopUps(scope: OrgScope, page: PageQuery): Promise<Page<TopUpWire>>;
  /** For the job that processes events of the subscription provider. */
  handleSubscriptionEvent(event: ProviderEvent): Promise<void>;
  /** For the job that processes events of the top-up provider. */
  handlePaymentEvent(event: ProviderEvent): Promise<void>;
}

/** `publicUrl`: where the API is reached from outside, without a path. */
export function createBillingService(deps: {
  db: Db;
  wallet: WalletService;
  subscriptions: SubscriptionProvider;
  topUps: TopUpProvider;
  clock: Clock;
  newId: NewId;
  publicUrl: string;
  log: Log;
}): BillingService {
  const { db, wallet, subscriptions, topUps, clock, newId, log } = deps;
  const returnUrl = `${deps.publicUrl.replace(/\/+$/, '')}/v1/billing/return`;

  return {
    async startCheckout(scope, checkout) {
      const subscription = await db.withOrg(scope, (tx) => repo.findSubscription(tx, scope.orgId));
      if (subscription && planOf(subscription.status) === 'pro') throw alreadyPro();
      return subscriptions.createCheckout({
        organizationId: scope.orgId,
        email: checkout.email,
        customerId: subscription?.customerId ?? undefined,
        successUrl: checkout.successUrl ?? `${returnUrl}?session_id={CHECKOUT_SESSION_ID}`,
        cancelUrl: checkout.cancelUrl ?? `${returnUrl}?cancelled=true`,
        // The provider's keys are one space for all our organizations, and bounded in length.
        idempotencyKey: sha256Hex(`checkout ${scope.orgId} ${checkout.idempotencyKey}`),
      });
    },

    getSubscription: (scope) =>
      db.withOrg(scope, async (tx) => {
        const plan = await repo.findPlan(tx, scope.orgId);
        if (!plan) throw notFound();
        return presentBilling(plan, await repo.findSubscription(tx, scope.orgId));
      }),

    async startTopUp(scope, topUp) {
      const { currency } = await wallet.get(scope);
      if (currency !== topUp.currency) throw wrongCurrency(currency);
      const id = newId('pay');
      const row = await db.withSystem((tx) =>
        repo.insertPayment(tx, {
          id,
          orgId: scope.orgId,
          provider: topUps.name,
          reference: id,
          amountMicros: microsFromMinor(topUp.amountMinor),
          currency,
          createdBy: scope.userId,
          at: clock.now(),
        }),
      );
      const url = topUps.checkoutUrl({
        reference: id,
        amountMinor: topUp.amountMinor,
        currency,
        email: topUp.email,
        redirectUrl: topUp.redirectUrl ?? `${returnUrl}?top_up=${id}`,
      });
      return { ...presentTopUp(row), url };
    },

    getTopUp: (scope, id) =>
      db.withOrg(scope, async (tx) => {
        const row = await repo.findPayment(tx, scope.orgId, id);
        if (!row) throw notFound();
        return presentTopUp(row);
      }),

    async listTopUps(scope, page) {
      const before = cursorId('pay', page.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listPayments(tx, scope.orgId, { limit: page.limit, before }),
      );
      return pageOf(rows, page.limit, presentTopUp);
    },

    handleSubscriptionEvent: createSubscriptionEventHandler({
      db,
      subscriptions,
      newId,
      clock,
      log,
    }),
    handlePaymentEvent: createPaymentEventHandler({ db, topUps, wallet, clock, log }),
  };
}

function alreadyPro(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'La organización ya tiene el plan Pro.',
      en: 'The organization is on the Pro plan already.',
    },
  });
}

function wrongCurrency(currency: Currency): AppError {
  return new AppError('validation_failed', {
    param: 'currency',
    detail: {
      es: `El saldo de esta organización es en ${currency}.`,
      en: `The wallet of this organization is in ${currency}.`,
    },
  });
}
