import {
  adminOrganizationPageSchema,
  adminOrganizationsQuerySchema,
  type PlatformAdminService,
} from '@alo/core/accounts';
import { principalOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

/** `/admin`: for the people who run the platform. */
export function adminRoutes({ platformAdmin }: { platformAdmin: PlatformAdminService }): Routes {
  return async (app) => {
    app.get(
      '/admin/organizations',
      {
        config: { access: 'admin' },
        schema: {
          operationId: 'adminListOrganizations',
          tags: ['admin'],
          summary: 'Every organization, newest first; each look is written down',
          querystring: adminOrganizationsQuerySchema,
          response: { 200: adminOrganizationPageSchema },
        },
      },
      async (request) => platformAdmin.listOrganizations(principalOf(request), request.query),
    );
  };
}
