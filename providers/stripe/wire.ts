import type { Stripe } from 'stripe';
import type { SubscriptionEvent, SubscriptionState, SubscriptionStatus } from '@alo/core/ports';
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

const idOf = (reference: string | { readonly id: string } | null | undefined) =>
  typeof reference === 'string' ? reference : reference?.id;

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
    currentPeriodEnd: ends.length > 0 ? new Date(Math.max(...ends) * 1_000) : undefined,
    // Newer accounts say when it ends rather than that it ends.
    cancelAtPeriodEnd: subscription.cancel_at_period_end || Boolean(subscription.cancel_at),
  };
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
    case 'invoice.paid':
    case 'invoice.payment_failed':
    case 'invoice.payment_action_required': {
      const subscriptionId = idOf(event.data.object.parent?.subscription_details?.subscription);
      if (subscriptionId) return { ...base, type: 'subscription.changed', subscriptionId };
      break;
    }
    default:
  }
  return { ...base, type: 'other' };
}
