import { z } from 'zod';
import {
  apiKeyPageSchema,
  apiKeyParamsSchema,
  createApiKeySchema,
  createdApiKeySchema,
  meSchema,
  organizationSchema,
  renameOrganizationSchema,
  type AccountsService,
} from '@alo/core/accounts';
import { pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { authRoutes } from './auth.routes.ts';

/** `/auth`, `/me`, `/organizations` and `/api_keys`. */
export function accountsRoutes(deps: { accounts: AccountsService }): Routes {
  return async (app) => {
    await app.register(authRoutes(deps));
    await app.register(organizationRoutes(deps));
    await app.register(apiKeyRoutes(deps));
  };
}

function organizationRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.get(
      '/me',
      {
        config: { access: 'member', permission: 'none' },
        schema: {
          operationId: 'getMe',
          tags: ['me'],
          summary: 'Whom the credential stands for',
          response: { 200: meSchema },
        },
      },
      async (request) => accounts.getMe(memberOf(request)),
    );

    app.get(
      '/organizations/current',
      {
        config: { access: 'member', permission: 'organization:read' },
        schema: {
          operationId: 'getOrganization',
          tags: ['organizations'],
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
          tags: ['organizations'],
          summary: 'Rename the organization',
          body: renameOrganizationSchema,
          response: { 200: organizationSchema },
        },
      },
      async (request) => accounts.renameOrganization(memberOf(request), request.body.name),
    );
  };
}

function apiKeyRoutes({ accounts }: { accounts: AccountsService }): Routes {
  const tags = ['api_keys'];
  return async (app) => {
    app.post(
      '/api_keys',
      {
        // Never kept for a replay: the answer holds the secret, which we store nowhere.
        config: { access: 'member', permission: 'api_keys:write', idempotency: 'none' },
        schema: {
          operationId: 'createApiKey',
          tags,
          summary: 'Make a key for a program; its secret is shown this once',
          body: createApiKeySchema,
          response: { 201: createdApiKeySchema },
        },
      },
      async (request, reply) => {
        const key = await accounts.createApiKey(memberOf(request), request.body);
        return reply.code(201).header('cache-control', 'no-store').send(key);
      },
    );

    app.get(
      '/api_keys',
      {
        config: { access: 'member', permission: 'api_keys:read' },
        schema: {
          operationId: 'listApiKeys',
          tags,
          summary: 'List keys, newest first, revoked ones too',
          querystring: pageQuerySchema,
          response: { 200: apiKeyPageSchema },
        },
      },
      async (request) => accounts.listApiKeys(memberOf(request), request.query),
    );

    app.delete(
      '/api_keys/:id',
      {
        config: { access: 'member', permission: 'api_keys:write' },
        schema: {
          operationId: 'revokeApiKey',
          tags,
          summary: 'Revoke a key, from the next request on',
          params: apiKeyParamsSchema,
          response: { 204: z.null().meta({ description: 'The key no longer works' }) },
        },
      },
      async (request, reply) => {
        await accounts.revokeApiKey(memberOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );
  };
}
