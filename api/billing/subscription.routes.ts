import {
  billingSchema,
  checkoutSchema,
  invoicePageSchema,
  openPortalSchema,
  planListSchema,
  portalSchema,
  startCheckoutSchema,
  type BillingService,
} from '@alo/core/billing';
import { limits, pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { emailFor } from './email.ts';

/** The plan, and paying for it. */
export function subscriptionRoutes({ billing }: { billing: BillingService }): Routes {
  return async (app) => {
    const read = { access: 'member', permission: 'billing:read' } as const;
    const write = { access: 'member', permission: 'billing:write' } as const;

    app.get(
      '/billing',
      {
        config: read,
        schema: {
          operationId: 'getBilling',
          tags: ['billing'],
          summary: 'The plan, and the subscription behind it',
          response: { 200: billingSchema },
        },
      },
      async (request) => billing.getSubscription(memberOf(request)),
    );

    app.get(
      '/billing/plans',
      {
        config: read,
        schema: {
          operationId: 'listPlans',
          tags: ['billing'],
          summary: 'What there is to subscribe to, with its prices',
          response: { 200: planListSchema },
        },
      },
      async (request) => billing.listPlans(memberOf(request)),
    );

    app.post(
      '/billing/checkout',
      {
        config: { ...write, idempotency: 'required' },
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

    app.post(
      '/billing/portal',
      {
        config: write,
        preValidation: async (request) => void (request.body ??= {}),
        schema: {
          operationId: 'openPortal',
          tags: ['billing'],
          summary: 'A page to change card and tax id, see invoices, cancel',
          body: openPortalSchema,
          response: { 201: portalSchema },
        },
      },
      async (request, reply) => {
        const portal = await billing.openPortal(memberOf(request), {
          returnUrl: request.body.return_url,
          language: request.language,
        });
        return reply.code(201).send(portal);
      },
    );

    for (const [action, cancel, summary] of [
      ['cancel', true, 'Cancel at the end of the paid period'],
      ['resume', false, 'Take a cancellation back, before the period has ended'],
    ] as const) {
      app.post(
        `/billing/subscription/${action}`,
        {
          config: write,
          schema: {
            operationId: `${action}Subscription`,
            tags: ['billing'],
            summary,
            response: { 200: billingSchema },
          },
        },
        async (request) => billing.setCancelled(memberOf(request), cancel),
      );
    }

    app.post(
      '/billing/subscription/sync',
      {
        config: {
          ...write,
          idempotency: 'none',
          rateLimit: { max: limits.billing.syncsPerMinute },
        },
        schema: {
          operationId: 'syncSubscription',
          tags: ['billing'],
          summary: 'Read the subscription from the provider again',
          description: 'For when a payment does not show. It happens by itself, sooner or later.',
          response: { 200: billingSchema },
        },
      },
      async (request) => billing.syncSubscription(memberOf(request)),
    );

    app.get(
      '/billing/invoices',
      {
        config: read,
        schema: {
          operationId: 'listInvoices',
          tags: ['billing'],
          summary: 'Invoices of the subscription, newest first',
          querystring: pageQuerySchema,
          response: { 200: invoicePageSchema },
        },
      },
      async (request) => billing.listInvoices(memberOf(request), request.query),
    );
  };
}
