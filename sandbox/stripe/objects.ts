import { randomBytes } from 'node:crypto';
import type {
  CheckoutSession,
  Customer,
  Invoice,
  InvoicePayment,
  Price,
  Subscription,
} from './state.ts';

export const MONTH_S = 30 * 86_400;
const DAY_S = 86_400;
const SESSION_TTL_S = DAY_S;
/** The Pro plan: $ 89.000 COP a month. */
const PRO_PRICE_MINOR = 8_900_000;

/** `cus_` and 14 characters, as Stripe's are. */
export function objectId(prefix: string): string {
  const text = randomBytes(24)
    .toString('base64')
    .replace(/[^a-zA-Z0-9]/g, '');
  return `${prefix}_${text.slice(0, 14)}`;
}

/** Any well-formed price id is a monthly Pro plan here: the settings name one, and it exists. */
export function priceOf(id: string): Price | undefined {
  if (!/^price_\w{1,100}$/.test(id)) return undefined;
  return {
    id,
    object: 'price',
    active: true,
    currency: 'cop',
    unit_amount: PRO_PRICE_MINOR,
    type: 'recurring',
    recurring: { interval: 'month', interval_count: 1 },
    product: 'prod_alo_pro',
    livemode: false,
  };
}

export function newCustomer(
  given: { email: string | null; name: string | null; metadata: Record<string, string> },
  nowS: number,
): Customer {
  return {
    id: objectId('cus'),
    object: 'customer',
    created: nowS,
    ...given,
    tax_ids: [],
    livemode: false,
  };
}

export function newSession(
  given: {
    origin: string;
    price: Price;
    customer: string | null;
    customerEmail: string | null;
    clientReferenceId: string | null;
    successUrl: string;
    cancelUrl: string | null;
    metadata: Record<string, string>;
    subscriptionMetadata: Record<string, string>;
    trialDays: number;
    collectsTaxId: boolean;
  },
  nowS: number,
): CheckoutSession {
  const id = objectId('cs_test');
  return {
    id,
    object: 'checkout.session',
    created: nowS,
    expires_at: nowS + SESSION_TTL_S,
    mode: 'subscription',
    ui_mode: 'hosted_page',
    status: 'open',
    payment_status: 'unpaid',
    url: `${given.origin}/c/pay/${id}`,
    customer: given.customer,
    customer_email: given.customerEmail,
    subscription: null,
    invoice: null,
    client_reference_id: given.clientReferenceId,
    success_url: given.successUrl,
    cancel_url: given.cancelUrl,
    amount_total: given.trialDays > 0 ? 0 : given.price.unit_amount,
    currency: given.price.currency,
    metadata: given.metadata,
    tax_id_collection: { enabled: given.collectsTaxId },
    livemode: false,
    plan: {
      priceId: given.price.id,
      metadata: given.subscriptionMetadata,
      trialDays: given.trialDays,
    },
  };
}

export function newSubscription(
  session: CheckoutSession,
  price: Price,
  customer: string,
  nowS: number,
): Subscription {
  const id = objectId('sub');
  const { trialDays, metadata } = session.plan;
  const endS = nowS + (trialDays > 0 ? trialDays * DAY_S : MONTH_S);
  const item = {
    id: objectId('si'),
    object: 'subscription_item' as const,
    subscription: id,
    quantity: 1 as const,
    price,
    // Only here: since 2025 the subscription itself has no period.
    current_period_start: nowS,
    current_period_end: endS,
  };
  return {
    id,
    object: 'subscription',
    created: nowS,
    start_date: nowS,
    customer,
    status: trialDays > 0 ? 'trialing' : 'active',
    cancel_at_period_end: false,
    cancel_at: null,
    canceled_at: null,
    ended_at: null,
    trial_start: trialDays > 0 ? nowS : null,
    trial_end: trialDays > 0 ? endS : null,
    currency: price.currency,
    collection_method: 'charge_automatically',
    latest_invoice: null,
    metadata,
    items: {
      object: 'list',
      data: [item],
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    livemode: false,
  };
}

export function newInvoice(
  given: {
    subscription: Subscription;
    customer: Customer;
    amount: number;
    reason: Invoice['billing_reason'];
    number: string;
    /** Where its page is. */
    origin: string;
  },
  nowS: number,
): Invoice {
  const { subscription, customer, amount, origin } = given;
  const id = objectId('in');
  return {
    id,
    object: 'invoice',
    created: nowS,
    number: given.number,
    customer: customer.id,
    customer_tax_ids: customer.tax_ids,
    status: 'open',
    billing_reason: given.reason,
    currency: subscription.currency,
    amount_due: amount,
    amount_paid: 0,
    amount_remaining: amount,
    total: amount,
    attempt_count: 0,
    hosted_invoice_url: `${origin}/i/${id}`,
    invoice_pdf: `${origin}/i/${id}/pdf`,
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: subscription.id, metadata: subscription.metadata },
    },
    livemode: false,
  };
}

export function newInvoicePayment(invoice: Invoice, nowS: number): InvoicePayment {
  return {
    id: objectId('inpay'),
    object: 'invoice_payment',
    created: nowS,
    invoice: invoice.id,
    status: 'paid',
    amount_paid: invoice.total,
    amount_requested: invoice.total,
    currency: invoice.currency,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: objectId('pi') },
  };
}
