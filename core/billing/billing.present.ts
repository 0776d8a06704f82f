import { minorFromMicros, type Currency, type Page } from '../kernel/index.ts';
import type { SubscriptionInvoice } from '../ports/index.ts';
import type { BillingWire, InvoiceWire, TopUpWire } from './billing.schema.ts';
import type { PaymentRow } from './payments.repo.ts';
import type { Plan } from '../rates/index.ts';
import { graceEndsAt } from './subscription.rules.ts';
import type { SubscriptionRow } from './subscriptions.repo.ts';

export function presentBilling(
  plan: Plan,
  subscription: SubscriptionRow | undefined,
  owed: { micros: bigint; currency: Currency },
): BillingWire {
  return {
    plan,
    subscription: subscription
      ? {
          id: subscription.id,
          status: subscription.status,
          current_period_end: subscription.currentPeriodEnd?.toISOString() ?? null,
          cancel_at_period_end: subscription.cancelAtPeriodEnd,
          grace_ends_at:
            subscription.pastDueSince && graceEndsAt(subscription.pastDueSince).toISOString(),
        }
      : null,
    owed: minorFromMicros(owed.micros),
    currency: owed.currency,
  };
}

export function presentTopUp(row: PaymentRow): TopUpWire {
  return {
    id: row.id,
    status: row.status,
    provider: row.provider,
    amount: minorFromMicros(row.amount),
    refunded: minorFromMicros(row.refunded),
    currency: row.currency,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentInvoice(invoice: SubscriptionInvoice): InvoiceWire {
  return {
    id: invoice.invoiceId,
    number: invoice.number ?? null,
    status: invoice.status,
    amount: invoice.totalMinor,
    amount_paid: invoice.paidMinor,
    currency: invoice.currency,
    tax_id: invoice.taxId ?? null,
    url: invoice.url ?? null,
    pdf_url: invoice.pdfUrl ?? null,
    created_at: invoice.createdAt.toISOString(),
  };
}

/** The provider pages by its own ids: the last invoice's is the cursor. */
export function presentInvoicePage(
  invoices: readonly SubscriptionInvoice[],
  hasMore: boolean,
): Page<InvoiceWire> {
  const last = invoices.at(-1);
  return {
    data: invoices.map(presentInvoice),
    has_more: hasMore,
    next_cursor: hasMore && last ? Buffer.from(last.invoiceId).toString('base64url') : null,
  };
}
