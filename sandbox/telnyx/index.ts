export { callerScriptSchema, type CallerScript } from './callers.ts';
export { startTelnyxSandbox, type TelnyxSandbox, type TelnyxSandboxOptions } from './server.ts';
export { createSigningKeys, signWebhook, webhookBody, type WebhookEvent } from './webhook.ts';
