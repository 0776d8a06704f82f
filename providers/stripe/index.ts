import type { Stripe } from 'stripe';
import { AppError, ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type {
  SubscriptionCheckoutRequest,
  SubscriptionEvent,
  SubscriptionProvider,
  WebhookRequest,
} from '@alo/core/ports';
import { asProviderErrors, createStripeClient, isMissingCustomer } from './client.ts';
import { toSubscriptionEvent, toSubscriptionState } from './wire.ts';

/** Stripe refuses signatures older than this; so do we. */
const SIGNATURE_TOLERANCE_S = 300;

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
  const { clock, log } = options;
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

    async getSubscription(subscriptionId) {
      return toSubscriptionState(
        await asProviderErrors(stripe.subscriptions.retrieve(subscriptionId)),
      );
    },

    async parseWebhook(request) {
      const event = verify(request);
      if (typeof event?.id !== 'string' || typeof event.type !== 'string' || !event.data?.object) {
        throw malformed(undefined);
      }
      const parsed = readEvent(event);
      log.debug({ event: parsed.eventId, name: parsed.name }, 'stripe event verified');
      return parsed;
    },
  };

  function openSession(request: SubscriptionCheckoutRequest) {
    return stripe.checkout.sessions.create(
      {
        mode: 'subscription',
        line_items: [{ price: options.priceId, quantity: 1 }],
        // On the session and on the subscription: either may reach us first.
        client_reference_id: request.organizationId,
        subscription_data: { metadata: { org_id: request.organizationId } },
        ...(request.customerId === undefined
          ? { customer_email: request.email }
          : { customer: request.customerId }),
        success_url: request.successUrl,
        cancel_url: request.cancelUrl,
        locale: 'es-419',
      },
      { idempotencyKey: request.idempotencyKey },
    );
  }

  function verify({ rawBody, headers }: WebhookRequest): Stripe.Event {
    const signature = headers['stripe-signature'];
    if (typeof signature !== 'string') throw new AppError('invalid_signature');
    try {
      return stripe.webhooks.constructEvent(
        rawBody,
        signature,
        options.webhookSecret.reveal(),
        SIGNATURE_TOLERANCE_S,
        undefined,
        clock.now().getTime(),
      );
    } catch (error) {
      // The text is parsed only after its signature was found right.
      if (error instanceof SyntaxError) throw malformed(error);
      throw new AppError('invalid_signature', { cause: error });
    }
  }
}

function readEvent(event: Stripe.Event): SubscriptionEvent {
  try {
    return toSubscriptionEvent(event);
  } catch (error) {
    throw malformed(error);
  }
}

/** Signed, but no event that we can read. */
function malformed(cause: unknown): AppError {
  return new AppError('invalid_request', { cause });
}
