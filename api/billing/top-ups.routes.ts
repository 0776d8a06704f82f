import { z } from 'zod';
import {
  startedTopUpSchema,
  startTopUpSchema,
  topUpOptionsSchema,
  topUpPageSchema,
  topUpSchema,
  type BillingService,
} from '@alo/core/billing';
import { idSchema, pageQuerySchema } from '@alo/core/kernel';
import { idOf } from '../http/idempotency.ts';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { emailFor } from './email.ts';

/** Putting money into the wallet. */
export function topUpRoutes({ billing }: { billing: BillingService }): Routes {
  return async (app) => {
    app.get(
      '/billing/top_up_options',
      {
        config: { access: 'member', permission: 'billing:read' },
        schema: {
          operationId: 'getTopUpOptions',
          tags: ['billing'],
          summary: 'Amounts to offer, bounds, and who collects',
          response: { 200: topUpOptionsSchema },
        },
      },
      async () => billing.topUpOptions(),
    );

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
        const { amount, currency, email, provider, redirect_url } = request.body;
        const topUp = await billing.startTopUp(member, {
          id: idOf(request, 'pay'),
          amountMinor: amount,
          currency,
          provider,
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
