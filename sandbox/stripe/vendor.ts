import type { Clock } from '@alo/core/kernel';
import type { WebhookOutbox } from '../kit/webhook-outbox.ts';
import { StripeError } from './errors.ts';
import { eventBody } from './events.ts';
import { newCustomer, newInvoice, newSubscription, priceOf } from './objects.ts';
import type { CheckoutSession, StripeState, Subscription } from './state.ts';

/** What happens at Stripe, whoever causes it: the API, the payer's page, the customer's portal. */
export interface StripeVendor {
  readonly state: StripeState;
  nowS(): number;
  save(): void;
  /** Finds, or throws Stripe's `resource_missing`. */
  session(id: string): CheckoutSession;
  subscription(id: string): Subscription;
  /** Completes an open session: customer, subscription, invoice and their events. Again: nothing. */
  pay(session: CheckoutSession): void;
  changeSubscription(
    subscription: Subscription,
    change: { cancelAtPeriodEnd?: boolean; metadata?: Record<string, string> },
  ): void;
  cancelSubscription(subscription: Subscription): void;
}

export function createStripeVendor(deps: {
  state: StripeState;
  outbox: WebhookOutbox;
  save: () => void;
  clock: Clock;
}): StripeVendor {
  const { state, outbox, save, clock } = deps;
  const nowS = () => Math.floor(clock.now().getTime() / 1_000);

  function emit(type: string, object: object, previous?: object): void {
    const { id, body } = eventBody(type, object, nowS(), previous);
    outbox.post(id, body);
  }

  return {
    state,
    nowS,
    save,

    session(id) {
      const session = state.sessions[id];
      if (!session) throw StripeError.missing('checkout.session', id);
      if (session.status === 'open' && session.expires_at <= nowS()) session.status = 'expired';
      return session;
    },

    subscription(id) {
      const subscription = state.subscriptions[id];
      if (!subscription) throw StripeError.missing('subscription', id);
      return subscription;
    },

    pay(session) {
      const price = priceOf(session.plan.priceId);
      if (session.status !== 'open' || !price) return;
      const now = nowS();
      const known = session.customer === null ? undefined : state.customers[session.customer];
      const customer =
        known ?? newCustomer({ email: session.customer_email, name: null, metadata: {} }, now);
      state.customers[customer.id] = customer;
      const subscription = newSubscription(session, price, customer.id, now);
      const invoice = newInvoice(subscription, session.amount_total, now);
      subscription.latest_invoice = invoice.id;
      session.customer = customer.id;
      session.subscription = subscription.id;
      session.invoice = invoice.id;
      session.status = 'complete';
      session.payment_status = session.amount_total > 0 ? 'paid' : 'no_payment_required';
      state.subscriptions[subscription.id] = subscription;
      state.invoices[invoice.id] = invoice;
      save();
      emit('checkout.session.completed', onWire(session));
      emit('customer.subscription.created', subscription);
      emit('invoice.paid', invoice);
    },

    changeSubscription(subscription, { cancelAtPeriodEnd, metadata }) {
      const previous = { cancel_at_period_end: subscription.cancel_at_period_end };
      if (metadata) subscription.metadata = { ...subscription.metadata, ...metadata };
      if (cancelAtPeriodEnd !== undefined) {
        subscription.cancel_at_period_end = cancelAtPeriodEnd;
        subscription.cancel_at = cancelAtPeriodEnd
          ? (subscription.items.data[0]?.current_period_end ?? null)
          : null;
        subscription.canceled_at = cancelAtPeriodEnd ? nowS() : null;
      }
      save();
      emit('customer.subscription.updated', subscription, previous);
    },

    cancelSubscription(subscription) {
      if (subscription.status === 'canceled') {
        throw StripeError.missing('subscription', subscription.id);
      }
      subscription.status = 'canceled';
      subscription.canceled_at = nowS();
      subscription.ended_at = nowS();
      save();
      emit('customer.subscription.deleted', subscription);
    },
  };
}

/** A session as Stripe shows it. */
export function onWire(session: CheckoutSession): object {
  const { plan: _plan, ...visible } = session;
  return { ...visible, url: session.status === 'open' ? session.url : null };
}
