export {
  createWebhookSender,
  type ClosableWebhookSender,
  type WebhookSenderOptions,
} from './sender.ts';
