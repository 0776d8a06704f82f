import { z } from 'zod';
import {
  apiKeyPageSchema,
  apiKeyParamsSchema,
  createApiKeySchema,
  createdApiKeySchema,
  rotateApiKeySchema,
  type AccountsService,
} from '@alo/core/accounts';
import { pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['api_keys'];
/** Never kept for a replay: the answer holds the secret, which we store nowhere. */
const shownOnce = {
  access: 'member',
  permission: 'api_keys:write',
  personOnly: true,
  idempotency: 'none',
} as const;

/** `/api_keys` */
export function apiKeyRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/api_keys',
      {
        config: shownOnce,
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
          summary: 'List keys, newest first, revoked and expired ones too',
          querystring: pageQuerySchema,
          response: { 200: apiKeyPageSchema },
        },
      },
      async (request) => accounts.listApiKeys(memberOf(request), request.query),
    );

    app.post(
      '/api_keys/:id/rotate',
      {
        config: shownOnce,
        schema: {
          operationId: 'rotateApiKey',
          tags,
          summary: 'Give a key a new secret, shown this once; the one before works on for a while',
          params: apiKeyParamsSchema,
          body: rotateApiKeySchema,
          response: { 200: createdApiKeySchema },
        },
      },
      async (request, reply) => {
        const key = await accounts.rotateApiKey(memberOf(request), request.params.id, request.body);
        return reply.header('cache-control', 'no-store').send(key);
      },
    );

    app.delete(
      '/api_keys/:id',
      {
        config: { access: 'member', permission: 'api_keys:write', personOnly: true },
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
