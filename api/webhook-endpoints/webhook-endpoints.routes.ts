import { z } from 'zod';
import { pageQuerySchema } from '@alo/core/kernel';
import {
  createdWebhookEndpointSchema,
  createWebhookEndpointSchema,
  rotatedWebhookSecretSchema,
  rotateWebhookSecretSchema,
  updateWebhookEndpointSchema,
  webhookDeliveryDetailSchema,
  webhookDeliveryPageSchema,
  webhookDeliveryParamsSchema,
  webhookDeliveryQuerySchema,
  webhookEndpointPageSchema,
  webhookEndpointParamsSchema,
  webhookEndpointSchema,
  type WebhooksService,
} from '@alo/core/webhooks';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['webhook_endpoints'];
const params = webhookEndpointParamsSchema;

/** `/webhook_endpoints` and `/webhook_deliveries`. */
export function webhookEndpointRoutes(deps: { webhooks: WebhooksService }): Routes {
  return async (app) => {
    await app.register(endpointRoutes(deps));
    await app.register(secretRoutes(deps));
    await app.register(deliveryRoutes(deps));
  };
}

function endpointRoutes({ webhooks }: { webhooks: WebhooksService }): Routes {
  return async (app) => {
    app.get(
      '/webhook_endpoints',
      {
        config: { access: 'member', permission: 'webhooks:read' },
        schema: {
          operationId: 'listWebhookEndpoints',
          tags,
          summary: 'Addresses that events are posted to, newest first',
          querystring: pageQuerySchema,
          response: { 200: webhookEndpointPageSchema },
        },
      },
      (request) => webhooks.listEndpoints(memberOf(request), request.query),
    );

    app.get(
      '/webhook_endpoints/:endpoint_id',
      {
        config: { access: 'member', permission: 'webhooks:read' },
        schema: {
          operationId: 'getWebhookEndpoint',
          tags,
          summary: 'One endpoint',
          params,
          response: { 200: webhookEndpointSchema },
        },
      },
      (request) => webhooks.getEndpoint(memberOf(request), request.params.endpoint_id),
    );

    app.patch(
      '/webhook_endpoints/:endpoint_id',
      {
        config: { access: 'member', permission: 'webhooks:write' },
        schema: {
          operationId: 'updateWebhookEndpoint',
          tags,
          summary: 'Change an endpoint; disable it, enable it',
          params,
          body: updateWebhookEndpointSchema,
          response: { 200: webhookEndpointSchema },
        },
      },
      (request) =>
        webhooks.updateEndpoint(memberOf(request), request.params.endpoint_id, request.body),
    );

    app.delete(
      '/webhook_endpoints/:endpoint_id',
      {
        config: { access: 'member', permission: 'webhooks:write' },
        schema: {
          operationId: 'deleteWebhookEndpoint',
          tags,
          summary: 'Delete an endpoint, with its secrets and its delivery log',
          params,
          response: { 204: z.null().meta({ description: 'Nothing is sent to it any more' }) },
        },
      },
      async (request, reply) => {
        await webhooks.deleteEndpoint(memberOf(request), request.params.endpoint_id);
        return reply.code(204).send(null);
      },
    );
  };
}

/** Answers that hold a secret: they are kept for no replay, because we show it once. */
function secretRoutes({ webhooks }: { webhooks: WebhooksService }): Routes {
  return async (app) => {
    app.post(
      '/webhook_endpoints',
      {
        config: { access: 'member', permission: 'webhooks:write', idempotency: 'none' },
        schema: {
          operationId: 'createWebhookEndpoint',
          tags,
          summary:
            'Have events posted to an address; the secret that signs them is shown this once',
          body: createWebhookEndpointSchema,
          response: { 201: createdWebhookEndpointSchema },
        },
      },
      async (request, reply) => {
        const endpoint = await webhooks.createEndpoint(memberOf(request), request.body);
        return reply.code(201).header('cache-control', 'no-store').send(endpoint);
      },
    );

    app.post(
      '/webhook_endpoints/:endpoint_id/rotate_secret',
      {
        config: { access: 'member', permission: 'webhooks:write', idempotency: 'none' },
        schema: {
          operationId: 'rotateWebhookSecret',
          tags,
          summary: 'A new signing secret; for a while the one before signs too',
          params,
          body: rotateWebhookSecretSchema,
          response: { 200: rotatedWebhookSecretSchema },
        },
      },
      async (request, reply) => {
        const { endpoint_id: id } = request.params;
        const { overlap_hours: overlapHours } = request.body;
        const rotated = await webhooks.rotateSecret(memberOf(request), id, overlapHours);
        return reply.header('cache-control', 'no-store').send(rotated);
      },
    );
  };
}

function deliveryRoutes({ webhooks }: { webhooks: WebhooksService }): Routes {
  return async (app) => {
    app.get(
      '/webhook_endpoints/:endpoint_id/deliveries',
      {
        config: { access: 'member', permission: 'webhooks:read' },
        schema: {
          operationId: 'listWebhookDeliveries',
          tags,
          summary: 'What was sent to an endpoint, newest first',
          params,
          querystring: webhookDeliveryQuerySchema,
          response: { 200: webhookDeliveryPageSchema },
        },
      },
      (request) =>
        webhooks.listDeliveries(memberOf(request), request.params.endpoint_id, request.query),
    );

    app.get(
      '/webhook_deliveries/:delivery_id',
      {
        config: { access: 'member', permission: 'webhooks:read' },
        schema: {
          operationId: 'getWebhookDelivery',
          tags,
          summary: 'A delivery, with what came of each attempt',
          params: webhookDeliveryParamsSchema,
          response: { 200: webhookDeliveryDetailSchema },
        },
      },
      (request) => webhooks.getDelivery(memberOf(request), request.params.delivery_id),
    );
  };
}
