import {
  alertPageSchema,
  alertParamsSchema,
  alertSchema,
  type AlertsService,
} from '@alo/core/alerts';
import { pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['alerts'];

export function alertRoutes({ alerts }: { alerts: AlertsService }): Routes {
  return async (app) => {
    app.get(
      '/alerts',
      {
        config: { access: 'member', permission: 'alerts:read' },
        schema: {
          operationId: 'listAlerts',
          tags,
          summary: 'What an owner should know of, newest first',
          querystring: pageQuerySchema,
          response: { 200: alertPageSchema },
        },
      },
      async (request) => alerts.list(memberOf(request), request.query),
    );

    app.post(
      '/alerts/:alert_id/resolve',
      {
        config: { access: 'member', permission: 'alerts:write' },
        schema: {
          operationId: 'resolveAlert',
          tags,
          summary: 'It has been seen to; if it shows again it is a new alert',
          params: alertParamsSchema,
          response: { 200: alertSchema },
        },
      },
      async (request) => alerts.resolve(memberOf(request), request.params.alert_id),
    );
  };
}
