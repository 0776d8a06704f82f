import type { Stripe } from 'stripe';
import { ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { SubscriptionCheckoutRequest, SubscriptionProvider } from '@alo/core/ports';
import {
  asProviderErrors,
  createStripeClient,
  isMissing,
  isMissingCustomer,
  isNotOpen,
} from './client.ts';
import { endSubscription } from './end-subscription.ts';
import { createEventReader } from './webhook.ts';
import { toCheckout, toInvoice, toPlanPrice, toSubscriptionState } from './wire.ts';

/** A customer has one subscription, or a handful that were given up. */
const SUBSCRIPTIONS_READ_MAX = 100;

export interface StripeOptions {
  readonly secretKey: Secret;
  /** The whole `whsec_…` of the webhook endpoint. */
  readonly webhookSecret: Secret;
  /** The recurring price of the Pro plan. */
  readonly priceId: string;
  /** Absent: Stripe itself. */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The Pro subscription on Stripe Checkout. Source: docs.stripe.com/api, at the version pinned in client.ts. */
export function createStripeSubscriptions(options: StripeOptions): SubscriptionProvider {
  const stripe = createStripeClient(options.secretKey.reveal(), options.baseUrl);

  return {
    name: 'stripe',

    async createCheckout(request) {
      const session = await asProviderErrors(
        openSession(request).catch((error: unknown) => {
          // One that was deleted at Stripe cannot stand in the way: the payer becomes a new customer.
          if (!isMissingCustomer(error)) throw error;
          return openSession({
            ...request,
            customerId: undefined,
            idempotencyKey: `${request.idempotencyKey}-new`,
          });
        }),
      );
      if (!session.url) throw new ProviderError('stripe', 'protocol', 'a session without address');
      return { id: session.id, url: session.url };
    },

    async getCheckout(checkoutId) {
      return toCheckout(await asProviderErrors(stripe.checkout.sessions.retrieve(checkoutId)));
    },

    async expireCheckout(checkoutId) {
      await asProviderErrors(
        stripe.checkout.sessions.expire(checkoutId).catch((error: unknown) => {
          if (!isMissing(error) && !isNotOpen(error)) throw error;
        }),
      );
    },

    async createPortal({ customerId, returnUrl, language }) {
      const locale = language === 'es' ? 'es-419' : 'en';
      const { url } = await asProviderErrors(
        stripe.billingPortal.sessions.create({
          customer: customerId,
          return_url: returnUrl,
          locale,
        }),
      );
      return { url };
    },

    async getSubscription(subscriptionId) {
      return toSubscriptionState(
        await asProviderErrors(stripe.subscriptions.retrieve(subscriptionId)),
      );
    },

    async listSubscriptions(customerId) {
      const query = { customer: customerId, status: 'all', limit: SUBSCRIPTIONS_READ_MAX } as const;
      const listed = await asProviderErrors(
        stripe.subscriptions.list(query).catch((error: unknown) => {
          if (isMissingCustomer(error)) return { data: [] };
          throw error;
        }),
      );
      return listed.data.map(toSubscriptionState);
    },

    async setCancelAtPeriodEnd(subscriptionId, cancel) {
      return toSubscriptionState(
        await asProviderErrors(
          stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: cancel }),
        ),
      );
    },

    endSubscription: (subscriptionId, how) =>
      asProviderErrors(endSubscription(stripe, subscriptionId, how)),

    async listInvoices(customerId, { limit, after }) {
      const query = {
        customer: customerId,
        limit,
        ...(after === undefined ? {} : { starting_after: after }),
      };
      const page = await asProviderErrors(stripe.invoices.list(query));
      return { invoices: page.data.map(toInvoice), hasMore: page.has_more };
    },

    async getInvoice(invoiceId) {
      return toInvoice(await asProviderErrors(stripe.invoices.retrieve(invoiceId)));
    },

    async getPrice() {
      return toPlanPrice(await asProviderErrors(stripe.prices.retrieve(options.priceId)));
    },

    parseWebhook: createEventReader(stripe, options),
  };

  function openSession(request: SubscriptionCheckoutRequest) {
    const { customerId } = request;
    return stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        line_items: [{ price: options.priceId, quantity: 1 }],
        // On the session and on the subscription: either may reach us first.
        client_reference_id: request.organizationId,
        subscription_data: { metadata: { org_id: request.organizationId } },
        // A NIT (`co_nit`) and the name it belongs to, for who needs them on the invoice.
        tax_id_collection: { enabled: true },
        ...(customerId === undefined
          ? { customer_email: request.email }
          : { customer: customerId, customer_update: { name: 'auto', address: 'auto' } }),
        success_url: request.successUrl,
        cancel_url: request.cancelUrl,
        locale: 'es-419',
      } satisfies Stripe.Checkout.SessionCreateParams,
      { idempotencyKey: request.idempotencyKey },
    );
  }
}
