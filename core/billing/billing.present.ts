import { minorFromMicros } from '../kernel/index.ts';
import type { PaymentRow, SubscriptionRow } from './billing.repo.ts';
import type { BillingWire, TopUpWire } from './billing.schema.ts';
import type { Plan } from './rates.rules.ts';

export function presentBilling(plan: Plan, subscription: SubscriptionRow | undefined): BillingWire {
  return {
    plan,
    subscription: subscription
      ? {
          id: subscription.id,
          status: subscription.status,
          current_period_end: subscription.currentPeriodEnd?.toISOString() ?? null,
          cancel_at_period_end: subscription.cancelAtPeriodEnd,
        }
      : null,
  };
}

export function presentTopUp(row: PaymentRow): TopUpWire {
  return {
    id: row.id,
    status: row.status,
    amount: minorFromMicros(row.amount),
    currency: row.currency,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
