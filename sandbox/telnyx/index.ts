export { startTelnyxSandbox, type TelnyxSandbox, type TelnyxSandboxOptions } from './server.ts';
export { createSigningKeys, signWebhook, webhookBody } from './webhook.ts';
