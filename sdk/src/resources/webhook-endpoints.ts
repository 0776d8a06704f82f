import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  CreateWebhookEndpoint,
  RotateWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookDelivery,
  WebhookDeliveryDetail,
  WebhookEndpoint,
  WebhookEndpointCreated,
  WebhookSecretRotated,
} from '../types.ts';

export interface DeliveryQuery extends PageQuery {
  readonly status?: WebhookDelivery['status'] | undefined;
}

/** Addresses that events are posted to; check what they get with `verifyWebhook`. */
export function webhookEndpointsResource(http: Transport) {
  return {
    /** The answer holds the secret, this once. */
    create: (body: CreateWebhookEndpoint, options?: RequestOptions) =>
      http.request<WebhookEndpointCreated>('POST', '/v1/webhook_endpoints', { ...options, body }),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<WebhookEndpoint>(http, '/v1/webhook_endpoints', { ...query }, options),
    get: (id: string, options?: RequestOptions) =>
      http.request<WebhookEndpoint>('GET', path`/v1/webhook_endpoints/${id}`, options),
    /** Changes what is named; `status` disables and enables it. */
    update: (id: string, body: UpdateWebhookEndpoint, options?: RequestOptions) =>
      http.request<WebhookEndpoint>('PATCH', path`/v1/webhook_endpoints/${id}`, {
        ...options,
        body,
      }),
    /** With its secrets and its delivery log. */
    delete: (id: string, options?: RequestOptions) =>
      http.request<void>('DELETE', path`/v1/webhook_endpoints/${id}`, options),
    /** A new secret, shown this once; for a while the one before signs too. */
    rotateSecret: (id: string, body: RotateWebhookSecret = {}, options?: RequestOptions) =>
      http.request<WebhookSecretRotated>('POST', path`/v1/webhook_endpoints/${id}/rotate_secret`, {
        ...options,
        body,
      }),
    /** What was sent to it, newest first. */
    deliveries: (id: string, query?: DeliveryQuery, options?: RequestOptions) =>
      listOf<WebhookDelivery>(
        http,
        path`/v1/webhook_endpoints/${id}/deliveries`,
        { ...query },
        options,
      ),
    /** One delivery, with what came of each attempt. */
    delivery: (deliveryId: string, options?: RequestOptions) =>
      http.request<WebhookDeliveryDetail>(
        'GET',
        path`/v1/webhook_deliveries/${deliveryId}`,
        options,
      ),
  };
}
