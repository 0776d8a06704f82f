import swagger from '@fastify/swagger';
import type { FastifyInstance, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { limits } from '@alo/core/kernel';
import { describeWebhooks } from '../events/openapi-webhooks.ts';
import { tidyDocument } from './openapi-document.ts';
import { problemSchema } from './problem.ts';

const tags = [
  { name: 'auth', description: 'Sign up, verify the e-mail, sign in' },
  { name: 'me', description: 'Whom a credential stands for' },
  { name: 'organizations', description: 'Businesses: one person may belong to several' },
  { name: 'members', description: 'The people of an organization, and invitations into it' },
  { name: 'api_keys', description: 'Keys for programs: scopes, expiry, rotation' },
  { name: 'admin', description: 'For the people who run the platform' },
  { name: 'billing', description: 'The plan, and top-ups of the wallet' },
  { name: 'wallet', description: 'The prepaid balance and every entry behind it' },
  { name: 'interviews', description: 'The conversation an agent comes of' },
  { name: 'agents', description: 'Agents: configuration, system prompt, versions' },
  { name: 'knowledge', description: 'Documents the agent answers from' },
  { name: 'events', description: 'What happened: as a list, live, and posted to your endpoints' },
  { name: 'webhook_endpoints', description: 'Addresses that events are posted to, signed' },
  { name: 'calls', description: 'Phone calls: live events, transcript, latency, recording, cost' },
  { name: 'alerts', description: 'What an owner should know of' },
  { name: 'audit_logs', description: 'Every change of configuration and money, hash-chained' },
  { name: 'webhooks', description: 'Called by the providers, not by you' },
  { name: 'platform', description: 'Health and this document' },
];

/** Describes every route as OpenAPI 3.1 and declares the errors each may answer with. */
export const openapiPlugin = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRoute', (route) => {
      if (!route.schema || route.schema.hide) return;
      const isPublic = route.config?.access === 'public';
      const problem = {
        description: 'What went wrong',
        content: { 'application/problem+json': { schema: problemSchema } },
      };
      route.schema = {
        ...route.schema,
        security: isPublic ? [] : [{ bearer: [] }],
        ...(isPublic ? {} : { 'x-access': route.config?.access ?? 'member' }),
        ...(route.config?.permission ? { 'x-permission': route.config.permission } : {}),
        ...(route.config?.personOnly ? { 'x-person-only': true } : {}),
        response: { ...(route.schema.response as object), '4xx': problem, '5xx': problem },
      };
    });
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Aló API',
          version: '0.1.0',
          description: 'Phone agents for the businesses of Latin America.',
          license: { name: 'MIT', identifier: 'MIT' },
        },
        servers: [
          { url: 'http://127.0.0.1:4000', description: 'A platform started with `npm start`' },
        ],
        tags,
        webhooks: describeWebhooks(),
        components: {
          securitySchemes: {
            bearer: {
              type: 'http',
              scheme: 'bearer',
              description: 'An access token of a person, or an API key `alo_sk_…`',
            },
          },
        },
      },
      transform: (input) => withIdempotencyKey(jsonSchemaTransform(input as never), input.route),
      transformObject: (input) =>
        tidyDocument(jsonSchemaTransformObject(input as never) as never) as never,
    });
  },
  { name: 'openapi' },
);

/** The header is read by a hook for all routes at once, so no route's schema names it. */
function withIdempotencyKey(
  transformed: ReturnType<typeof jsonSchemaTransform>,
  route: RouteOptions,
) {
  const { access = 'member', idempotency = access === 'member' ? 'optional' : 'none' } =
    route.config ?? {};
  const { schema } = transformed;
  if (route.method !== 'POST' || idempotency === 'none' || !schema) return transformed;
  const header = {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    description:
      `Makes it safe to send the request again: the same key gets the first answer for ` +
      `${limits.http.idempotencyTtlMs / 3_600_000} h.`,
  };
  const headers = {
    type: 'object',
    properties: { 'Idempotency-Key': header },
    ...(idempotency === 'required' ? { required: ['Idempotency-Key'] } : {}),
  };
  return { ...transformed, schema: { ...schema, headers } };
}
