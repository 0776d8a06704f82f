import { z } from 'zod';
import { type Member } from '@alo/core/accounts';
import {
  billingSchema,
  checkoutSchema,
  startCheckoutSchema,
  startedTopUpSchema,
  startTopUpSchema,
  topUpPageSchema,
  topUpSchema,
  type BillingService,
} from '@alo/core/billing';
import { AppError, idSchema, pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { paymentWebhookRoutes, type PaymentWebhookDeps } from './payment-webhooks.routes.ts';
import { returnPage } from './return-page.ts';

export interface BillingRoutesDeps extends PaymentWebhookDeps {
  readonly billing: BillingService;
}

export function billingRoutes(deps: BillingRoutesDeps): Routes {
  return async (app) => {
    await app.register(paymentWebhookRoutes(deps));
    await app.register(subscriptionRoutes(deps));
    await app.register(topUpRoutes(deps));
  };
}

function subscriptionRoutes({ billing }: BillingRoutesDeps): Routes {
  return async (app) => {
    app.get(
      '/billing',
      {
        config: { access: 'member', permission: 'billing:read' },
        schema: {
          operationId: 'getBilling',
          tags: ['billing'],
          summary: 'The plan, and the subscription behind it',
          response: { 200: billingSchema },
        },
      },
      async (request) => billing.getSubscription(memberOf(request)),
    );

    app.post(
      '/billing/checkout',
      {
        config: { access: 'member', permission: 'billing:write', idempotency: 'required' },
        // Every field has a default, so no body is a body too.
        preValidation: async (request) => void (request.body ??= {}),
        schema: {
          operationId: 'startCheckout',
          tags: ['billing'],
          summary: 'Start paying for the Pro plan',
          description:
            'Answers with the address of a hosted page. The plan changes once the provider has ' +
            'confirmed the payment. Owners and admins only.',
          body: startCheckoutSchema,
          response: { 201: checkoutSchema },
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        const { email, success_url, cancel_url } = request.body;
        const checkout = await billing.startCheckout(member, {
          email: emailFor(member, email),
          idempotencyKey: String(request.headers['idempotency-key']),
          successUrl: success_url,
          cancelUrl: cancel_url,
        });
        return reply.code(201).send(checkout);
      },
    );

    app.get(
      '/billing/return',
      { config: { access: 'public' }, schema: { hide: true } },
      async (request, reply) => {
        const { cancelled } = request.query as { cancelled?: unknown };
        return reply
          .type('text/html; charset=utf-8')
          .send(returnPage(cancelled === undefined ? 'paid' : 'cancelled', request.language));
      },
    );
  };
}

function topUpRoutes({ billing }: BillingRoutesDeps): Routes {
  return async (app) => {
    app.post(
      '/billing/top_ups',
      {
        config: { access: 'member', permission: 'billing:write', idempotency: 'required' },
        schema: {
          operationId: 'startTopUp',
          tags: ['billing'],
          summary: 'Start a top-up of the wallet',
          description:
            'Answers with the address of a hosted page. The wallet is credited once the provider ' +
            'has confirmed the payment. Owners and admins only.',
          body: startTopUpSchema,
          response: { 201: startedTopUpSchema },
        },
      },
      async (request, reply) => {
        const member = memberOf(request);
        const { amount, currency, email, redirect_url } = request.body;
        const topUp = await billing.startTopUp(member, {
          amountMinor: amount,
          currency,
          email: emailFor(member, email),
          redirectUrl: redirect_url,
        });
        return reply.code(201).send(topUp);
      },
    );

    app.get(
      '/billing/top_ups',
      {
        config: { access: 'member', permission: 'billing:read' },
        schema: {
          operationId: 'listTopUps',
          tags: ['billing'],
          summary: 'Top-ups, newest first',
          querystring: pageQuerySchema,
          response: { 200: topUpPageSchema },
        },
      },
      async (request) => billing.listTopUps(memberOf(request), request.query),
    );

    app.get(
      '/billing/top_ups/:id',
      {
        config: { access: 'member', permission: 'billing:read' },
        schema: {
          operationId: 'getTopUp',
          tags: ['billing'],
          summary: 'A top-up and its status',
          params: z.object({ id: idSchema('pay') }),
          response: { 200: topUpSchema },
        },
      },
      async (request) => billing.getTopUp(memberOf(request), request.params.id),
    );
  };
}

/** Where the receipt goes: as asked, or to the person behind the request. A program has none. */
function emailFor(member: Member, asked: string | undefined): string {
  const email = asked ?? member.email;
  if (email !== undefined) return email;
  throw new AppError('validation_failed', {
    param: 'email',
    detail: {
      es: 'Con una llave de API hay que decir a qué correo va el recibo: `email`.',
      en: 'With an API key, say where the receipt goes: `email`.',
    },
  });
}
