import type { Clock } from '@alo/core/kernel';
import type { WebhookOutbox } from '../kit/webhook-outbox.ts';
import { StripeError } from './errors.ts';
import { eventBody } from './events.ts';
import {
  MONTH_S,
  newCustomer,
  newInvoice,
  newInvoicePayment,
  newSubscription,
  objectId,
  priceOf,
} from './objects.ts';
import type { CheckoutSession, Customer, Invoice, StripeState, Subscription } from './state.ts';

/** What happens at Stripe, whoever causes it: the API, the payer's page, the customer's portal. */
export interface StripeVendor {
  readonly state: StripeState;
  nowS(): number;
  save(): void;
  /** Finds, or throws Stripe's `resource_missing`. */
  session(id: string): CheckoutSession;
  subscription(id: string): Subscription;
  invoice(id: string): Invoice;
  /** Completes an open session: customer, subscription, invoice and their events. Again: nothing. */
  pay(session: CheckoutSession, taxId?: string): void;
  changeSubscription(
    subscription: Subscription,
    change: { cancelAtPeriodEnd?: boolean; metadata?: Record<string, string> },
  ): void;
  cancelSubscription(subscription: Subscription): void;
  /** The period ends: the next one is charged, or the subscription is over if it was cancelled. */
  renew(subscription: Subscription, outcome: 'paid' | 'failed'): void;
  /** Another try at an open invoice: by the calendar of retries, or by the customer at its page. */
  collect(invoice: Invoice, outcome: 'paid' | 'failed'): void;
  /** Every retry has failed. */
  giveUp(subscription: Subscription, status: 'unpaid' | 'canceled'): void;
  /** Gives a payment back, once. */
  refund(paymentIntent: string, reason: string | null): object;
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

  const known = <T>(objects: Record<string, T>, id: string): T | undefined =>
    Object.hasOwn(objects, id) ? objects[id] : undefined;

  function find<T>(objects: Record<string, T>, name: string, id: string): T {
    const object = known(objects, id);
    if (!object) throw StripeError.missing(name, id);
    return object;
  }

  function bill(
    subscription: Subscription,
    customer: Customer,
    charge: { amount: number; reason: Invoice['billing_reason']; origin: string },
  ): Invoice {
    const number = `ALO-${String(Object.keys(state.invoices).length + 1).padStart(4, '0')}`;
    const invoice = newInvoice({ subscription, customer, number, ...charge }, nowS());
    state.invoices[invoice.id] = invoice;
    subscription.latest_invoice = invoice.id;
    return invoice;
  }

  function settle(invoice: Invoice): void {
    invoice.status = 'paid';
    invoice.amount_paid = invoice.total;
    invoice.amount_remaining = 0;
    invoice.attempt_count += 1;
    if (invoice.total === 0) return;
    const payment = newInvoicePayment(invoice, nowS());
    state.payments[payment.payment.payment_intent] = payment;
  }

  const subscriptionOf = (invoice: Invoice) =>
    find(state.subscriptions, 'subscription', invoice.parent.subscription_details.subscription);

  function end(subscription: Subscription): void {
    subscription.status = 'canceled';
    subscription.canceled_at ??= nowS();
    subscription.ended_at = nowS();
    emit('customer.subscription.deleted', subscription);
  }

  const vendor: StripeVendor = {
    state,
    nowS,
    save,

    session(id) {
      const session = find(state.sessions, 'checkout.session', id);
      if (session.status === 'open' && session.expires_at <= nowS()) session.status = 'expired';
      return session;
    },
    subscription: (id) => find(state.subscriptions, 'subscription', id),
    invoice: (id) => find(state.invoices, 'invoice', id),

    pay(session, taxId) {
      const price = priceOf(session.plan.priceId);
      if (session.status !== 'open' || !price) return;
      const customer =
        (session.customer === null ? undefined : known(state.customers, session.customer)) ??
        newCustomer({ email: session.customer_email, name: null, metadata: {} }, nowS());
      state.customers[customer.id] = customer;
      if (taxId && session.tax_id_collection.enabled) {
        customer.tax_ids = [{ type: 'co_nit', value: taxId }];
      }
      const subscription = newSubscription(session, price, customer.id, nowS());
      state.subscriptions[subscription.id] = subscription;
      const { origin } = new URL(session.url);
      const charge = {
        amount: session.amount_total,
        reason: 'subscription_create',
        origin,
      } as const;
      const invoice = bill(subscription, customer, charge);
      settle(invoice);
      session.customer = customer.id;
      session.subscription = subscription.id;
      session.invoice = invoice.id;
      session.status = 'complete';
      session.payment_status = session.amount_total > 0 ? 'paid' : 'no_payment_required';
      emit('checkout.session.completed', onWire(session));
      emit('customer.subscription.created', subscription);
      emit('invoice.paid', invoice);
      save();
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
      emit('customer.subscription.updated', subscription, previous);
      save();
    },

    cancelSubscription(subscription) {
      if (subscription.status === 'canceled') {
        throw StripeError.missing('subscription', subscription.id);
      }
      end(subscription);
      save();
    },

    renew(subscription, outcome) {
      const [item] = subscription.items.data;
      if (!item || subscription.status === 'canceled') return;
      if (subscription.cancel_at_period_end) {
        end(subscription);
        return save();
      }
      item.current_period_start = item.current_period_end;
      item.current_period_end += MONTH_S;
      const before = vendor.invoice(subscription.latest_invoice ?? '');
      const customer = find(state.customers, 'customer', subscription.customer);
      const { origin } = new URL(before.hosted_invoice_url);
      const charge = {
        amount: item.price.unit_amount,
        reason: 'subscription_cycle',
        origin,
      } as const;
      return vendor.collect(bill(subscription, customer, charge), outcome);
    },

    collect(invoice, outcome) {
      const subscription = subscriptionOf(invoice);
      if (invoice.status !== 'open') return;
      const previous = { status: subscription.status };
      if (outcome === 'paid') {
        settle(invoice);
        if (subscription.status !== 'canceled') subscription.status = 'active';
        emit('invoice.paid', invoice);
      } else {
        invoice.attempt_count += 1;
        if (subscription.status === 'active' || subscription.status === 'trialing') {
          subscription.status = 'past_due';
        }
        emit('invoice.payment_failed', invoice);
      }
      emit('customer.subscription.updated', subscription, previous);
      save();
    },

    giveUp(subscription, status) {
      const previous = { status: subscription.status };
      if (subscription.status === 'canceled') return;
      if (status === 'canceled') end(subscription);
      else {
        subscription.status = status;
        emit('customer.subscription.updated', subscription, previous);
      }
      save();
    },

    refund(paymentIntent, reason) {
      const payment = known(state.payments, paymentIntent);
      if (!payment) {
        const message = `No such payment_intent: '${paymentIntent}'`;
        throw StripeError.invalid(400, 'resource_missing', message, 'payment_intent');
      }
      if (known(state.refunds, paymentIntent)) {
        const message = 'Charge has already been refunded.';
        throw new StripeError(400, {
          type: 'invalid_request_error',
          code: 'charge_already_refunded',
          message,
        });
      }
      const refund = {
        id: objectId('re'),
        object: 'refund',
        created: nowS(),
        amount: payment.amount_paid,
        currency: payment.currency,
        payment_intent: paymentIntent,
        reason,
        status: 'succeeded',
      } as const;
      state.refunds[paymentIntent] = refund;
      emit('refund.created', refund);
      save();
      return refund;
    },
  };
  return vendor;
}

/** A session as Stripe shows it. */
export function onWire(session: CheckoutSession): object {
  const { plan: _plan, ...visible } = session;
  return { ...visible, url: session.status === 'open' ? session.url : null };
}
