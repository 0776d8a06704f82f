import { rateQuerySchema, ratesSchema, type RatesService } from '@alo/core/rates';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

export function rateRoutes({ rates }: { rates: RatesService }): Routes {
  return async (app) => {
    app.get(
      '/rates',
      {
        config: { access: 'member', permission: 'wallet:read' },
        schema: {
          operationId: 'getRates',
          tags: ['wallet'],
          summary: 'What a minute costs, everywhere or to one number',
          description:
            'On the plan of the organization, in its currency. With `to` also a quote: what a call of ' +
            '`seconds` costs, and how long the wallet lasts for it.',
          querystring: rateQuerySchema,
          response: { 200: ratesSchema },
        },
      },
      (request) => rates.show(memberOf(request), { ...request.query, language: request.language }),
    );
  };
}
