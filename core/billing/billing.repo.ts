import { sql } from 'kysely';
import type { AnyTx, OrgTx, SystemTx } from '../db/index.ts';
import type { Currency, Id } from '../kernel/index.ts';
import type { PaymentStatus, SubscriptionState, SubscriptionStatus } from '../ports/index.ts';
import type { Plan } from './rates.rules.ts';

export interface SubscriptionRow {
  readonly id: Id<'sub'>;
  readonly orgId: Id<'org'>;
  readonly customerId: string | null;
  readonly subscriptionId: string | null;
  readonly status: SubscriptionStatus;
  readonly currentPeriodEnd: Date | null;
  readonly cancelAtPeriodEnd: boolean;
  /** Changes with every write of the row. */
  readonly version: string;
}

const subscriptionColumns = [
  'id',
  'org_id',
  'provider_customer_id',
  'provider_subscription_id',
  'status',
  'current_period_end',
  'cancel_at_period_end',
] as const;

const selectSubscription = (tx: AnyTx) =>
  tx
    .selectFrom('subscriptions')
    .select(subscriptionColumns)
    .select(sql<string>`xmin::text`.as('version'));

const toSubscription = (row: {
  id: Id<'sub'>;
  org_id: Id<'org'>;
  provider_customer_id: string | null;
  provider_subscription_id: string | null;
  status: string;
  current_period_end: Date | null;
  cancel_at_period_end: boolean;
  version: string;
}): SubscriptionRow => ({
  id: row.id,
  orgId: row.org_id,
  customerId: row.provider_customer_id,
  subscriptionId: row.provider_subscription_id,
  // Written by us alone, from the port's type.
  status: row.status as SubscriptionStatus,
  currentPeriodEnd: row.current_period_end,
  cancelAtPeriodEnd: row.cancel_at_period_end,
  version: row.version,
});

export async function findSubscription(
  tx: AnyTx,
  orgId: Id<'org'>,
): Promise<SubscriptionRow | undefined> {
  const row = await selectSubscription(tx).where('org_id', '=', orgId).executeTakeFirst();
  return row && toSubscription(row);
}

/** The organization an event is about, by what we have recorded of the provider's ids. */
export async function findSubscriptionByProviderIds(
  tx: SystemTx,
  ids: { subscriptionId: string; customerId: string | undefined },
): Promise<SubscriptionRow | undefined> {
  const row = await selectSubscription(tx)
    .where((where) =>
      where.or([
        where('provider_subscription_id', '=', ids.subscriptionId),
        ...(ids.customerId === undefined
          ? []
          : [where('provider_customer_id', '=', ids.customerId)]),
      ]),
    )
    .executeTakeFirst();
  return row && toSubscription(row);
}

export async function findPlan(tx: AnyTx, orgId: Id<'org'>): Promise<Plan | undefined> {
  const row = await tx
    .selectFrom('organizations')
    .select('plan')
    .where('id', '=', orgId)
    .executeTakeFirst();
  return row?.plan;
}

/** Lets one transaction at a time decide about an organization's plan. False: no such organization. */
export async function lockOrganization(tx: SystemTx, orgId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('organizations')
    .select('id')
    .where('id', '=', orgId as Id<'org'>)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** The subscription and the plan that comes of it, together. */
export async function saveSubscription(
  tx: SystemTx,
  save: {
    id: Id<'sub'>;
    orgId: Id<'org'>;
    provider: string;
    state: SubscriptionState;
    plan: Plan;
    at: Date;
  },
): Promise<void> {
  const columns = {
    provider: save.provider,
    provider_customer_id: save.state.customerId,
    provider_subscription_id: save.state.subscriptionId,
    status: save.state.status,
    current_period_end: save.state.currentPeriodEnd ?? null,
    cancel_at_period_end: save.state.cancelAtPeriodEnd,
    updated_at: save.at,
  };
  await tx
    .insertInto('subscriptions')
    .values({ id: save.id, org_id: save.orgId, created_at: save.at, ...columns })
    .onConflict((conflict) => conflict.column('org_id').doUpdateSet(columns))
    .execute();
  await tx
    .updateTable('organizations')
    .set({ plan: save.plan, updated_at: save.at })
    .where('id', '=', save.orgId)
    .where('plan', '<>', save.plan)
    .execute();
}

export interface PaymentRow {
  readonly id: Id<'pay'>;
  readonly org_id: Id<'org'>;
  readonly provider_payment_id: string | null;
  /** Micros. */
  readonly amount: bigint;
  readonly currency: Currency;
  readonly status: PaymentStatus;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const paymentColumns = [
  'id',
  'org_id',
  'provider_payment_id',
  'amount',
  'currency',
  'status',
  'created_at',
  'updated_at',
] as const;

export async function insertPayment(
  tx: SystemTx,
  payment: {
    id: Id<'pay'>;
    orgId: Id<'org'>;
    provider: string;
    reference: string;
    amountMicros: bigint;
    currency: Currency;
    createdBy: Id<'usr'> | undefined;
    at: Date;
  },
): Promise<PaymentRow> {
  return tx
    .insertInto('payments')
    .values({
      id: payment.id,
      org_id: payment.orgId,
      provider: payment.provider,
      reference: payment.reference,
      provider_payment_id: null,
      amount: payment.amountMicros,
      currency: payment.currency,
      created_by: payment.createdBy ?? null,
      created_at: payment.at,
      updated_at: payment.at,
    })
    .returning(paymentColumns)
    .executeTakeFirstOrThrow();
}

export async function findPayment(
  tx: OrgTx,
  orgId: Id<'org'>,
  id: Id<'pay'>,
): Promise<PaymentRow | undefined> {
  return tx
    .selectFrom('payments')
    .select(paymentColumns)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export async function listPayments(
  tx: OrgTx,
  orgId: Id<'org'>,
  page: { limit: number; before: Id<'pay'> | undefined },
): Promise<PaymentRow[]> {
  let query = tx
    .selectFrom('payments')
    .select(paymentColumns)
    .where('org_id', '=', orgId)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.execute();
}

/** The payment of a reference, for this transaction alone to decide about. */
export async function lockPayment(
  tx: SystemTx,
  provider: string,
  reference: string,
): Promise<PaymentRow | undefined> {
  return tx
    .selectFrom('payments')
    .select(paymentColumns)
    .where('provider', '=', provider)
    .where('reference', '=', reference)
    .forUpdate()
    .executeTakeFirst();
}

export async function updatePayment(
  tx: SystemTx,
  payment: { id: Id<'pay'>; status: PaymentStatus; providerPaymentId: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('payments')
    .set({
      status: payment.status,
      provider_payment_id: payment.providerPaymentId,
      updated_at: payment.at,
    })
    .where('id', '=', payment.id)
    .execute();
}
