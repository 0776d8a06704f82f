import { notFound } from '@alo/core/kernel';
import type { SubscriptionProvider, TopUpProvider } from '@alo/core/ports';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { Routes } from '../http/routes.ts';
import { webhookRoute } from '../http/webhooks.ts';

export interface PaymentWebhookDeps {
  readonly subscriptions: Pick<SubscriptionProvider, 'parseWebhook'>;
  readonly topUps: readonly Pick<TopUpProvider, 'name' | 'parseWebhook'>[];
  readonly providerEvents: Pick<ProviderEventsService, 'receive'>;
}

/** Where Stripe, Wompi and Bold tell of payments. Nothing of a body is kept but ids. */
export function paymentWebhookRoutes(deps: PaymentWebhookDeps): Routes {
  const { subscriptions, providerEvents } = deps;

  const topUpWebhook = (provider: 'wompi' | 'bold', title: 'Wompi' | 'Bold') =>
    webhookRoute(
      {
        provider,
        operationId: `receive${title}Webhook`,
        summary: `Events of payments, signed by ${title}`,
        async read(request) {
          const collector = deps.topUps.find(({ name }) => name === provider);
          if (!collector) throw notFound();
          const event = await collector.parseWebhook(request);
          return { eventId: event.eventId, name: event.name, payload: event };
        },
      },
      providerEvents,
    );

  return async (app) => {
    await app.register(
      webhookRoute(
        {
          provider: 'stripe',
          operationId: 'receiveStripeWebhook',
          summary: 'Events of subscriptions, signed by Stripe',
          async read(request) {
            const event = await subscriptions.parseWebhook(request);
            return { eventId: event.eventId, name: event.name, payload: event };
          },
        },
        providerEvents,
      ),
    );
    await app.register(topUpWebhook('wompi', 'Wompi'));
    await app.register(topUpWebhook('bold', 'Bold'));
  };
}
