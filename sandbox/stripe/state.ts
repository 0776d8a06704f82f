/** Everything this stand-in knows. Plain JSON, so that it can be kept in a file. */
export interface StripeState {
  customers: Record<string, Customer>;
  sessions: Record<string, CheckoutSession>;
  subscriptions: Record<string, Subscription>;
  invoices: Record<string, Invoice>;
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
  readonly livemode: false;
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
  readonly current_period_start: number;
  readonly current_period_end: number;
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
  readonly customer: string;
  readonly status: 'paid';
  readonly billing_reason: 'subscription_create';
  readonly currency: string;
  readonly amount_due: number;
  readonly amount_paid: number;
  readonly total: number;
  readonly parent: {
    readonly type: 'subscription_details';
    readonly subscription_details: {
      readonly subscription: string;
      readonly metadata: Record<string, string>;
    };
  };
  readonly livemode: false;
}

export function emptyState(): StripeState {
  return {
    customers: {},
    sessions: {},
    subscriptions: {},
    invoices: {},
    answers: {},
    pending: {},
  };
}
