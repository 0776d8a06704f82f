import type { Stripe } from 'stripe';
import type {
  PlanPrice,
  SubscriptionCheckout,
  SubscriptionEvent,
  SubscriptionInvoice,
  SubscriptionState,
  SubscriptionStatus,
} from '@alo/core/ports';
import { ProviderError } from '@alo/core/kernel';

const statuses: ReadonlySet<string> = new Set<SubscriptionStatus>([
  'active',
  'trialing',
  'past_due',
  'unpaid',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'paused',
]);
const checkoutStatuses: ReadonlySet<string> = new Set<SubscriptionCheckout['status']>([
  'open',
  'complete',
  'expired',
]);
const invoiceStatuses: ReadonlySet<string> = new Set<SubscriptionInvoice['status']>([
  'draft',
  'open',
  'paid',
  'uncollectible',
  'void',
]);

const idOf = (reference: string | { readonly id: string } | null | undefined) =>
  typeof reference === 'string' ? reference : reference?.id;

const timeOf = (seconds: number | undefined) =>
  seconds === undefined ? undefined : new Date(seconds * 1_000);

/** Stripe's subscription → ours. The period lives on the items; with one item it is that item's. */
export function toSubscriptionState(subscription: Stripe.Subscription): SubscriptionState {
  if (!statuses.has(subscription.status)) {
    throw new ProviderError('stripe', 'protocol', `unknown status ${subscription.status}`);
  }
  const ends = (subscription.items?.data ?? []).map((item) => item.current_period_end);
  const customerId = idOf(subscription.customer);
  if (!customerId) throw new ProviderError('stripe', 'protocol', 'a subscription of no customer');
  return {
    subscriptionId: subscription.id,
    customerId,
    organizationId: subscription.metadata?.['org_id'],
    status: subscription.status as SubscriptionStatus,
    createdAt: timeOf(subscription.created),
    currentPeriodEnd: ends.length > 0 ? timeOf(Math.max(...ends)) : undefined,
    // Newer accounts say when it ends rather than that it ends.
    cancelAtPeriodEnd: subscription.cancel_at_period_end || Boolean(subscription.cancel_at),
  };
}

/** A checkout session, as far as its outcome goes. */
export function toCheckout(session: Stripe.Checkout.Session): SubscriptionCheckout {
  if (!session.status || !checkoutStatuses.has(session.status)) {
    throw new ProviderError('stripe', 'protocol', `unknown session status ${session.status}`);
  }
  return {
    status: session.status as SubscriptionCheckout['status'],
    subscriptionId: idOf(session.subscription),
    organizationId: session.client_reference_id ?? undefined,
  };
}

/** Stripe's invoice → ours. */
export function toInvoice(invoice: Stripe.Invoice): SubscriptionInvoice {
  const status = invoice.status ?? 'draft';
  if (!invoiceStatuses.has(status)) {
    throw new ProviderError('stripe', 'protocol', `unknown invoice status ${status}`);
  }
  const [taxId] = invoice.customer_tax_ids ?? [];
  return {
    invoiceId: invoice.id,
    number: invoice.number ?? undefined,
    status: status as SubscriptionInvoice['status'],
    totalMinor: invoice.total,
    paidMinor: invoice.amount_paid,
    currency: invoice.currency.toUpperCase(),
    createdAt: new Date(invoice.created * 1_000),
    url: invoice.hosted_invoice_url ?? undefined,
    pdfUrl: invoice.invoice_pdf ?? undefined,
    taxId: taxId?.value ?? undefined,
    attempts: invoice.attempt_count,
  };
}

/** A flat recurring price. Tiers and amounts with fractions have no place in a list of plans. */
export function toPlanPrice(price: Stripe.Price): PlanPrice {
  const { unit_amount: amountMinor, recurring } = price;
  if (amountMinor === null || !recurring) {
    throw new ProviderError('stripe', 'protocol', `${price.id} is no flat recurring price`);
  }
  const currency = price.currency.toUpperCase();
  return { amountMinor, currency, interval: recurring.interval as PlanPrice['interval'] };
}

/** What an event is about. Its contents are not believed, so only ids are taken. */
export function toSubscriptionEvent(event: Stripe.Event): SubscriptionEvent {
  const base = {
    eventId: event.id,
    occurredAt: new Date(event.created * 1_000),
    name: event.type,
  };
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      const customerId = idOf(session.customer);
      const subscriptionId = idOf(session.subscription);
      if (session.mode !== 'subscription' || !customerId || !subscriptionId) break;
      const organizationId = session.client_reference_id ?? undefined;
      return { ...base, type: 'checkout.completed', organizationId, customerId, subscriptionId };
    }
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
    case 'customer.subscription.paused':
    case 'customer.subscription.resumed':
    case 'customer.subscription.trial_will_end':
      return { ...base, type: 'subscription.changed', subscriptionId: event.data.object.id };
    case 'invoice.payment_failed': {
      const { id: invoiceId } = event.data.object;
      const subscriptionId = subscriptionOf(event.data.object);
      if (!subscriptionId) break;
      return invoiceId
        ? { ...base, type: 'invoice.payment_failed', subscriptionId, invoiceId }
        : { ...base, type: 'subscription.changed', subscriptionId };
    }
    case 'invoice.paid':
    case 'invoice.payment_action_required': {
      const subscriptionId = subscriptionOf(event.data.object);
      if (subscriptionId) return { ...base, type: 'subscription.changed', subscriptionId };
      break;
    }
    default:
  }
  return { ...base, type: 'other' };
}

/** Since 2025 an invoice names its subscription in its parent only. */
const subscriptionOf = (invoice: Stripe.Invoice) =>
  idOf(invoice.parent?.subscription_details?.subscription);
