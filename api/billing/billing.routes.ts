import type { BillingService } from '@alo/core/billing';
import type { Routes } from '../http/routes.ts';
import { paymentWebhookRoutes, type PaymentWebhookDeps } from './payment-webhooks.routes.ts';
import { returnPage } from './return-page.ts';
import { subscriptionRoutes } from './subscription.routes.ts';
import { topUpRoutes } from './top-ups.routes.ts';

export interface BillingRoutesDeps extends PaymentWebhookDeps {
  readonly billing: BillingService;
}

export function billingRoutes(deps: BillingRoutesDeps): Routes {
  return async (app) => {
    await app.register(paymentWebhookRoutes(deps));
    await app.register(subscriptionRoutes(deps));
    await app.register(topUpRoutes(deps));
    await app.register(returnRoutes(deps));
  };
}

/** Where hosted pages send the payer back to. Its query is anybody's word: it only hastens a look. */
function returnRoutes({ billing }: BillingRoutesDeps): Routes {
  return async (app) => {
    app.get(
      '/billing/return',
      { config: { access: 'public' }, schema: { hide: true } },
      async (request, reply) => {
        const query = request.query as Record<string, unknown>;
        const outcome =
          query['cancelled'] !== undefined
            ? 'cancelled'
            : query['portal'] !== undefined
              ? 'portal'
              : 'paid';
        if (outcome === 'paid') {
          await billing.noteReturn({
            topUpId: query['top_up'] ?? query['bold-order-id'],
            transactionId: query['id'],
            checkoutId: query['session_id'],
          });
        }
        return reply.type('text/html; charset=utf-8').send(returnPage(outcome, request.language));
      },
    );
  };
}
