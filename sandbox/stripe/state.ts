/** Everything this stand-in knows. Plain JSON, so that it can be kept in a file. */
export interface StripeState {
  customers: Record<string, Customer>;
  sessions: Record<string, CheckoutSession>;
  subscriptions: Record<string, Subscription>;
  invoices: Record<string, Invoice>;
  /** By payment intent. */
  payments: Record<string, InvoicePayment>;
  refunds: Record<string, Refund>;
  /** By idempotency key: what was asked and what was answered. */
  answers: Record<string, StoredAnswer>;
  /** Webhooks not delivered yet. */
  pending: Record<string, string>;
}

interface StoredAnswer {
  readonly requestHash: string;
  readonly status: number;
  readonly body: unknown;
  readonly at: number;
}

export interface Customer {
  readonly id: string;
  readonly object: 'customer';
  readonly created: number;
  readonly email: string | null;
  readonly name: string | null;
  readonly metadata: Record<string, string>;
  /** Not on Stripe's wire without asking: `POST /v1/customers/{id}/tax_ids`. */
  tax_ids: TaxId[];
  readonly livemode: false;
}

/** A NIT is `co_nit`. */
export interface TaxId {
  readonly type: string;
  readonly value: string;
}

export interface CheckoutSession {
  readonly id: string;
  readonly object: 'checkout.session';
  readonly created: number;
  readonly expires_at: number;
  readonly mode: 'subscription';
  readonly ui_mode: 'hosted_page';
  status: 'open' | 'complete' | 'expired';
  payment_status: 'unpaid' | 'paid' | 'no_payment_required';
  readonly url: string;
  customer: string | null;
  readonly customer_email: string | null;
  subscription: string | null;
  invoice: string | null;
  readonly client_reference_id: string | null;
  readonly success_url: string;
  readonly cancel_url: string | null;
  readonly amount_total: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
  readonly tax_id_collection: { readonly enabled: boolean };
  readonly livemode: false;
  /** Not on Stripe's wire: what the subscription will be made from. */
  readonly plan: { priceId: string; metadata: Record<string, string>; trialDays: number };
}

type SubscriptionStatus = 'active' | 'trialing' | 'past_due' | 'unpaid' | 'canceled';

export interface Subscription {
  readonly id: string;
  readonly object: 'subscription';
  readonly created: number;
  readonly start_date: number;
  readonly customer: string;
  status: SubscriptionStatus;
  cancel_at_period_end: boolean;
  cancel_at: number | null;
  canceled_at: number | null;
  ended_at: number | null;
  readonly trial_start: number | null;
  readonly trial_end: number | null;
  readonly currency: string;
  readonly collection_method: 'charge_automatically';
  latest_invoice: string | null;
  metadata: Record<string, string>;
  readonly items: {
    readonly object: 'list';
    readonly data: readonly SubscriptionItem[];
    readonly has_more: false;
    readonly url: string;
  };
  readonly livemode: false;
}

interface SubscriptionItem {
  readonly id: string;
  readonly object: 'subscription_item';
  readonly subscription: string;
  readonly quantity: 1;
  readonly price: Price;
  current_period_start: number;
  current_period_end: number;
}

export interface Price {
  readonly id: string;
  readonly object: 'price';
  readonly active: true;
  readonly currency: string;
  readonly unit_amount: number;
  readonly type: 'recurring';
  readonly recurring: { readonly interval: 'month'; readonly interval_count: 1 };
  readonly product: string;
  readonly livemode: false;
}

export interface Invoice {
  readonly id: string;
  readonly object: 'invoice';
  readonly created: number;
  readonly number: string;
  readonly customer: string;
  readonly customer_tax_ids: readonly TaxId[];
  status: 'open' | 'paid' | 'void';
  readonly billing_reason: 'subscription_create' | 'subscription_cycle';
  readonly currency: string;
  readonly amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  readonly total: number;
  attempt_count: number;
  readonly hosted_invoice_url: string;
  readonly invoice_pdf: string;
  readonly parent: {
    readonly type: 'subscription_details';
    readonly subscription_details: {
      readonly subscription: string;
      readonly metadata: Record<string, string>;
    };
  };
  readonly livemode: false;
}

/** What an invoice was paid with; one payment intent each. */
export interface InvoicePayment {
  readonly id: string;
  readonly object: 'invoice_payment';
  readonly created: number;
  readonly invoice: string;
  readonly status: 'paid';
  readonly amount_paid: number;
  readonly amount_requested: number;
  readonly currency: string;
  readonly is_default: true;
  readonly livemode: false;
  readonly payment: { readonly type: 'payment_intent'; readonly payment_intent: string };
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly created: number;
  readonly amount: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly reason: string | null;
  readonly status: 'succeeded';
}

export function emptyState(): StripeState {
  return {
    customers: {},
    sessions: {},
    subscriptions: {},
    invoices: {},
    payments: {},
    refunds: {},
    answers: {},
    pending: {},
  };
}
