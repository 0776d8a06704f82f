import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';

/**
 * Webhooks as Telnyx writes and signs them: Ed25519 over `${timestamp}|${body}`.
 * Source: developers.telnyx.com/docs/voice/programmable-voice/receiving-webhooks
 */

export interface SigningKeys {
  readonly privateKey: KeyObject;
  /** Base64 of the 32 raw bytes, as the portal shows it. */
  readonly publicKey: string;
}

/** DER wrapping of a raw Ed25519 seed (RFC 8410): Node imports no bare seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key pair: the one that grows from `seed` (32 bytes), or a fresh one. */
export function createSigningKeys(seed?: Uint8Array): SigningKeys {
  const privateKey = seed
    ? createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
    : generateKeyPairSync('ed25519').privateKey;
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: spki.subarray(-32).toString('base64') };
}

/** The two headers that prove a body's origin. */
export function signWebhook(
  keys: SigningKeys,
  body: string,
  at: Date,
): { 'telnyx-signature-ed25519': string; 'telnyx-timestamp': string } {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), keys.privateKey);
  return {
    'telnyx-signature-ed25519': signature.toString('base64'),
    'telnyx-timestamp': timestamp,
  };
}

export interface WebhookEvent {
  readonly id: string;
  readonly eventType: string;
  readonly occurredAt: Date;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The body of one delivery attempt. */
export function webhookBody(event: WebhookEvent, attempt: number, deliveredTo: string): string {
  return JSON.stringify({
    data: {
      record_type: 'event',
      event_type: event.eventType,
      id: event.id,
      occurred_at: event.occurredAt.toISOString(),
      payload: event.payload,
    },
    meta: { attempt, delivered_to: deliveredTo },
  });
}
