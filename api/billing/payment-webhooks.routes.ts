import { z } from 'zod';
import type { SubscriptionProvider, TopUpProvider } from '@alo/core/ports';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { Routes } from '../http/routes.ts';

export interface PaymentWebhookDeps {
  readonly subscriptions: Pick<SubscriptionProvider, 'name' | 'parseWebhook'>;
  readonly topUps: Pick<TopUpProvider, 'name' | 'parseWebhook'>;
  readonly providerEvents: Pick<ProviderEventsService, 'receive'>;
}

const receivedSchema = z.object({ received: z.literal(true) });

/**
 * Where Stripe and Wompi tell of payments. An event is verified over its raw body, kept once and
 * answered; whatever it leads to is a job's doing, after asking the provider. Nothing of the body
 * is kept but ids.
 */
export function paymentWebhookRoutes(deps: PaymentWebhookDeps): Routes {
  const { subscriptions, topUps, providerEvents } = deps;
  return async (app) => {
    app.post(
      '/webhooks/stripe',
      {
        config: { access: 'public', idempotency: 'none' },
        schema: {
          operationId: 'receiveStripeWebhook',
          tags: ['webhooks'],
          summary: 'Events of subscriptions, signed by Stripe',
          response: { 200: receivedSchema },
        },
      },
      async ({ rawBody, headers }) => {
        const event = await subscriptions.parseWebhook({ rawBody, headers });
        await providerEvents.receive({
          provider: subscriptions.name,
          eventId: event.eventId,
          name: event.name,
          payload: event,
        });
        return { received: true as const };
      },
    );

    app.post(
      '/webhooks/wompi',
      {
        config: { access: 'public', idempotency: 'none' },
        schema: {
          operationId: 'receiveWompiWebhook',
          tags: ['webhooks'],
          summary: 'Events of payments, signed by Wompi',
          response: { 200: receivedSchema },
        },
      },
      async ({ rawBody, headers }) => {
        const event = await topUps.parseWebhook({ rawBody, headers });
        await providerEvents.receive({
          provider: topUps.name,
          eventId: event.eventId,
          name: event.name,
          payload: event,
        });
        return { received: true as const };
      },
    );
  };
}
