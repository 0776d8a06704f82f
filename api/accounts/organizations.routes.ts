import { z } from 'zod';
import {
  createOrganizationSchema,
  meSchema,
  organizationSchema,
  renameOrganizationSchema,
  type AccountsService,
  type MembersService,
} from '@alo/core/accounts';
import { idempotencyKeyOf } from '../http/idempotency.ts';
import { memberOf, principalOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

interface OrganizationRoutesDeps {
  readonly accounts: AccountsService;
  readonly members: MembersService;
}

/** `/me` and `/organizations`. */
export function organizationRoutes({ accounts, members }: OrganizationRoutesDeps): Routes {
  const tags = ['organizations'];
  return async (app) => {
    app.get(
      '/me',
      {
        config: { access: 'credential' },
        schema: {
          operationId: 'getMe',
          tags: ['me'],
          summary:
            'Whom the credential stands for, what it may do, the organizations to choose from',
          response: { 200: meSchema },
        },
      },
      async (request) => accounts.getMe(principalOf(request)),
    );

    app.post(
      '/organizations',
      {
        // Kept by the service: whoever asks may be a member of nothing yet.
        config: { access: 'user', idempotency: 'optional' },
        schema: {
          operationId: 'createOrganization',
          tags,
          summary: 'Make another organization; one owns what one makes',
          body: createOrganizationSchema,
          response: { 201: organizationSchema },
        },
      },
      async (request, reply) => {
        const key = idempotencyKeyOf(request);
        const { body } = request;
        const made = await accounts.createOrganization(principalOf(request), body, key);
        return reply.code(201).send(made);
      },
    );

    app.get(
      '/organizations/current',
      {
        config: { access: 'member', permission: 'organization:read' },
        schema: {
          operationId: 'getOrganization',
          tags,
          summary: 'The organization this request acts for',
          response: { 200: organizationSchema },
        },
      },
      async (request) => accounts.getOrganization(memberOf(request)),
    );

    app.patch(
      '/organizations/current',
      {
        config: { access: 'member', permission: 'organization:write' },
        schema: {
          operationId: 'updateOrganization',
          tags,
          summary: 'Rename the organization',
          body: renameOrganizationSchema,
          response: { 200: organizationSchema },
        },
      },
      async (request) => accounts.renameOrganization(memberOf(request), request.body.name),
    );

    app.post(
      '/organizations/current/leave',
      {
        // Nobody who has left could read a stored answer.
        config: { access: 'member', permission: 'none', idempotency: 'none', personOnly: true },
        schema: {
          operationId: 'leaveOrganization',
          tags,
          summary: 'Leave the organization; its last owner cannot',
          response: { 204: z.null().meta({ description: 'One belongs to it no longer' }) },
        },
      },
      async (request, reply) => {
        await members.leave(memberOf(request));
        return reply.code(204).send(null);
      },
    );
  };
}
