import { sql } from 'kysely';
import type { AnyTx, SystemTx } from '../db/index.ts';
import type { Currency, Id } from '../kernel/index.ts';
import type { SubscriptionState, SubscriptionStatus } from '../ports/index.ts';
import type { Plan } from '../rates/index.ts';

export interface SubscriptionRow {
  readonly id: Id<'sub'>;
  readonly orgId: Id<'org'>;
  readonly customerId: string | null;
  readonly subscriptionId: string | null;
  readonly status: SubscriptionStatus;
  readonly currentPeriodEnd: Date | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly pastDueSince: Date | null;
  readonly failedInvoice: string | null;
  /** Changes with every write of the row. */
  readonly version: string;
}

const selectSubscription = (tx: AnyTx) =>
  tx.selectFrom('subscriptions').select([
    'id',
    'org_id as orgId',
    'provider_customer_id as customerId',
    'provider_subscription_id as subscriptionId',
    // Written by us alone, from the port's type.
    sql<SubscriptionStatus>`status`.as('status'),
    'current_period_end as currentPeriodEnd',
    'cancel_at_period_end as cancelAtPeriodEnd',
    'past_due_since as pastDueSince',
    'failed_invoice as failedInvoice',
    sql<string>`xmin::text`.as('version'),
  ]);

export async function findSubscription(
  tx: AnyTx,
  orgId: Id<'org'>,
): Promise<SubscriptionRow | undefined> {
  return selectSubscription(tx).where('org_id', '=', orgId).executeTakeFirst();
}

/** The organization an event is about, by what we have recorded of the provider's ids. */
export async function findSubscriptionByProviderIds(
  tx: SystemTx,
  ids: { subscriptionId: string; customerId: string | undefined },
): Promise<SubscriptionRow | undefined> {
  return selectSubscription(tx)
    .where((where) =>
      where.or([
        where('provider_subscription_id', '=', ids.subscriptionId),
        ...(ids.customerId === undefined
          ? []
          : [where('provider_customer_id', '=', ids.customerId)]),
      ]),
    )
    .executeTakeFirst();
}

/** What of the organization itself decides prices. */
export async function findProfile(
  tx: AnyTx,
  orgId: Id<'org'>,
): Promise<{ plan: Plan; currency: Currency } | undefined> {
  return tx
    .selectFrom('organizations')
    .select(['plan', 'currency'])
    .where('id', '=', orgId)
    .executeTakeFirst();
}

/**
 * Lets one transaction at a time decide about an organization's plan and money. Rows that only refer
 * to it do not wait. Undefined: no such organization.
 */
export async function lockPlan(tx: SystemTx, orgId: Id<'org'>): Promise<Plan | undefined> {
  const row = await tx
    .selectFrom('organizations')
    .select('plan')
    .where('id', '=', orgId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.plan;
}

/** Keeps the subscription; the row as it is now. */
export async function saveSubscription(
  tx: SystemTx,
  save: {
    id: Id<'sub'>;
    orgId: Id<'org'>;
    provider: string;
    state: SubscriptionState;
    pastDueSince: Date | null;
    failedInvoice: string | null;
    at: Date;
  },
): Promise<SubscriptionRow> {
  const columns = {
    provider: save.provider,
    provider_customer_id: save.state.customerId,
    provider_subscription_id: save.state.subscriptionId,
    status: save.state.status,
    current_period_end: save.state.currentPeriodEnd ?? null,
    cancel_at_period_end: save.state.cancelAtPeriodEnd,
    past_due_since: save.pastDueSince,
    failed_invoice: save.failedInvoice,
    updated_at: save.at,
  };
  await tx
    .insertInto('subscriptions')
    .values({ id: save.id, org_id: save.orgId, created_at: save.at, ...columns })
    .onConflict((conflict) => conflict.column('org_id').doUpdateSet(columns))
    .execute();
  return selectSubscription(tx).where('org_id', '=', save.orgId).executeTakeFirstOrThrow();
}

export async function savePlan(
  tx: SystemTx,
  orgId: Id<'org'>,
  plan: Plan,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('organizations')
    .set({ plan, updated_at: at })
    .where('id', '=', orgId)
    .execute();
}
