export { createDeliverer, type Deliverer, type DelivererDeps } from './deliverer.ts';
export { createRelay, type Relay, type RelayDeps } from './relay.ts';
export * from './webhooks.schema.ts';
export {
  createWebhooksService,
  type WebhooksDeps,
  type WebhooksService,
} from './webhooks.service.ts';
