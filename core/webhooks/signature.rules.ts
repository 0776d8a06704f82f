import { createHmac } from 'node:crypto';

/** Standard Webhooks: github.com/standard-webhooks/standard-webhooks, `v1` (symmetric). */
const PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** A fresh signing secret, `whsec_` and base64. */
export function makeWebhookSecret(randomBytes: (size: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString('base64');
}

export interface SignedWebhook {
  /** The message's id, the same for every attempt: what receivers know duplicates by. */
  readonly id: string;
  /** This attempt's time. */
  readonly at: Date;
  readonly body: string;
}

/** The three headers of a webhook. Each secret adds its signature: during a rotation there are two. */
export function webhookHeaders(
  { id, at, body }: SignedWebhook,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
