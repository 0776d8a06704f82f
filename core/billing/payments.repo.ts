import type { AnyTx, OrgTx, SystemTx } from '../db/index.ts';
import type { Currency, Id } from '../kernel/index.ts';
import type { TopUpStatus } from './payment.rules.ts';
import { lockPlan } from './subscriptions.repo.ts';

export interface PaymentRow {
  readonly id: Id<'pay'>;
  readonly org_id: Id<'org'>;
  readonly provider: string;
  readonly reference: string;
  readonly provider_payment_id: string | null;
  readonly checkout_id: string | null;
  /** Micros. */
  readonly amount: bigint;
  readonly refunded: bigint;
  readonly currency: Currency;
  readonly status: TopUpStatus;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const paymentColumns = [
  'id',
  'org_id',
  'provider',
  'reference',
  'provider_payment_id',
  'checkout_id',
  'amount',
  'refunded',
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
      checkout_id: null,
      amount: payment.amountMicros,
      currency: payment.currency,
      created_by: payment.createdBy ?? null,
      created_at: payment.at,
      updated_at: payment.at,
    })
    .returning(paymentColumns)
    .executeTakeFirstOrThrow();
}

export async function setCheckoutId(
  tx: SystemTx,
  id: Id<'pay'>,
  checkoutId: string,
): Promise<void> {
  await tx.updateTable('payments').set({ checkout_id: checkoutId }).where('id', '=', id).execute();
}

export async function findPayment(tx: AnyTx, id: Id<'pay'>): Promise<PaymentRow | undefined> {
  return tx.selectFrom('payments').select(paymentColumns).where('id', '=', id).executeTakeFirst();
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

/**
 * The payment of a reference, ours or the provider's checkout, for this transaction alone to decide
 * about. Its organization is locked before it, as by whoever moves money: nobody waits in a circle.
 */
export async function claimPayment(
  tx: SystemTx,
  provider: string,
  reference: string,
): Promise<PaymentRow | undefined> {
  const found = await tx
    .selectFrom('payments')
    .select(['id', 'org_id'])
    .where('provider', '=', provider)
    .where((where) =>
      where.or([where('reference', '=', reference), where('checkout_id', '=', reference)]),
    )
    .executeTakeFirst();
  if (!found) return undefined;
  await lockPlan(tx, found.org_id);
  return tx
    .selectFrom('payments')
    .select(paymentColumns)
    .where('id', '=', found.id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updatePayment(
  tx: SystemTx,
  payment: {
    id: Id<'pay'>;
    status: TopUpStatus;
    providerPaymentId: string | null;
    refundedMicros: bigint;
    at: Date;
  },
): Promise<PaymentRow> {
  return tx
    .updateTable('payments')
    .set({
      status: payment.status,
      provider_payment_id: payment.providerPaymentId,
      refunded: payment.refundedMicros,
      updated_at: payment.at,
    })
    .where('id', '=', payment.id)
    .returning(paymentColumns)
    .executeTakeFirstOrThrow();
}

export interface OwedRow {
  readonly id: Id<'rfd'>;
  readonly payment_id: Id<'pay'>;
  readonly amount: bigint;
}

/** What refunds could not take from the wallet yet, oldest first. */
export async function listOwed(tx: SystemTx, orgId: Id<'org'>): Promise<OwedRow[]> {
  return tx
    .selectFrom('payment_refunds')
    .select(['id', 'payment_id', 'amount'])
    .where('org_id', '=', orgId)
    .where('status', '=', 'owed')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** The sum of it, in micros. */
export async function owedMicros(tx: AnyTx, orgId: Id<'org'>): Promise<bigint> {
  const row = await tx
    .selectFrom('payment_refunds')
    .select((of) => of.fn.sum<string | null>('amount').as('owed'))
    .where('org_id', '=', orgId)
    .where('status', '=', 'owed')
    .executeTakeFirst();
  return BigInt(row?.owed ?? 0);
}

export async function insertRefund(
  tx: SystemTx,
  refund: {
    id: Id<'rfd'>;
    orgId: Id<'org'>;
    paymentId: Id<'pay'>;
    amountMicros: bigint;
    status: 'booked' | 'owed';
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('payment_refunds')
    .values({
      id: refund.id,
      org_id: refund.orgId,
      payment_id: refund.paymentId,
      amount: refund.amountMicros,
      status: refund.status,
      created_at: refund.at,
      booked_at: refund.status === 'booked' ? refund.at : null,
    })
    .execute();
}

/** Less is owed: what is left, or nothing any more. */
export async function reduceOwed(tx: SystemTx, id: Id<'rfd'>, leftMicros: bigint): Promise<void> {
  const query =
    leftMicros === 0n
      ? tx.deleteFrom('payment_refunds').where('id', '=', id)
      : tx.updateTable('payment_refunds').set({ amount: leftMicros }).where('id', '=', id);
  await query.execute();
}

/** How often something of a payment has been taken back. */
export async function countBookedRefunds(tx: SystemTx, paymentId: Id<'pay'>): Promise<number> {
  const row = await tx
    .selectFrom('payment_refunds')
    .select((of) => of.fn.countAll<string>().as('n'))
    .where('payment_id', '=', paymentId)
    .where('status', '=', 'booked')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}
