import { AloError } from './core/errors.ts';
import type { AloEvent } from './types.ts';

/** Webhooks as Standard Webhooks has them (standardwebhooks.com), on WebCrypto: the same in every runtime. */

const PREFIX = 'whsec_';
const toleranceMsDefault = 5 * 60_000;
/** A rotation makes two; a list that never ends is an attack on our time. */
const signaturesMax = 16;

export type WebhookRejection =
  | 'missing_headers'
  | 'malformed_timestamp'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'no_matching_signature'
  | 'malformed_payload';

/** The request is not one of ours, or not one of now. Answer 400 and do nothing else. */
export class WebhookVerificationError extends AloError {
  override name = 'WebhookVerificationError';
  readonly reason: WebhookRejection;

  constructor(reason: WebhookRejection, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Headers as the runtime has them: a `Headers`, or an object of any letter case. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | string[] | undefined>>;

export interface VerifyWebhookOptions {
  /** How far the timestamp may be from now, either way. Default 5 min. */
  readonly toleranceMs?: number | undefined;
  /** Milliseconds since the epoch; the clock by default. */
  readonly now?: number | undefined;
}

/**
 * Checks that a webhook was signed with `secret` (or with one of them) and is of now, and returns
 * its event. `payload` is the body exactly as it came, before any parsing. Throws
 * `WebhookVerificationError`. An event can come more than once: know duplicates by its `id`.
 *
 * ```ts
 * const event = await verifyWebhook(await request.text(), request.headers, secret);
 * if (event.type === 'call.ended') console.log(event.data.duration_ms);
 * ```
 */
export async function verifyWebhook(
  payload: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyWebhookOptions = {},
): Promise<AloEvent> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (!id || !timestamp || !signatures) {
    throw new WebhookVerificationError('missing_headers', 'The webhook headers are missing.');
  }
  checkTimestamp(timestamp, options);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  const signed = signedBytes(id, timestamp, payload);
  if (!(await isSignedByAny(signed, signatures, secrets))) {
    throw new WebhookVerificationError('no_matching_signature', 'No signature matches.');
  }
  return parseEvent(payload);
}

export interface SignWebhookOptions {
  readonly secret: string;
  /** The message's id: `evt_…`. */
  readonly id: string;
  /** Milliseconds since the epoch; the clock by default. */
  readonly at?: number | undefined;
}

/** The three headers Aló would send with this body: for the tests of your own receiver. */
export async function signWebhook(
  payload: string,
  { secret, id, at }: SignWebhookOptions,
): Promise<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor((at ?? clockMs()) / 1_000));
  const key = await keyOf(secret);
  const signed = signedBytes(id, timestamp, payload);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${btoa(String.fromCharCode(...signature))}`,
  };
}

function checkTimestamp(timestamp: string, { toleranceMs, now }: VerifyWebhookOptions): void {
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookVerificationError('malformed_timestamp', 'The timestamp is no number.');
  }
  const ageMs = (now ?? clockMs()) - Number(timestamp) * 1_000;
  const tolerance = toleranceMs ?? toleranceMsDefault;
  if (ageMs > tolerance) {
    throw new WebhookVerificationError('timestamp_too_old', 'The webhook is too old.');
  }
  // The header has whole seconds.
  if (ageMs < -tolerance - 1_000) {
    throw new WebhookVerificationError('timestamp_too_new', 'The webhook is of the future.');
  }
}

/** The comparison is WebCrypto's own, whose time tells nothing of where two signatures differ. */
async function isSignedByAny(
  signed: Uint8Array<ArrayBuffer>,
  header: string,
  secrets: readonly string[],
): Promise<boolean> {
  const given = header
    .split(' ', signaturesMax)
    .filter((one) => one.startsWith('v1,'))
    .flatMap((one) => bytesOfBase64(one.slice('v1,'.length)) ?? []);
  for (const secret of secrets) {
    const key = await keyOf(secret);
    for (const signature of given) {
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true;
    }
  }
  return false;
}

type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

function keyOf(secret: string): Promise<HmacKey> {
  const bytes = bytesOfBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (!bytes || bytes.length === 0)
    throw new AloError('The webhook secret is not a whsec_… secret.');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
}

function signedBytes(
  id: string,
  timestamp: string,
  payload: string | Uint8Array,
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const head = encoder.encode(`${id}.${timestamp}.`);
  const body = typeof payload === 'string' ? encoder.encode(payload) : payload;
  const signed = new Uint8Array(head.length + body.length);
  signed.set(head);
  signed.set(body, head.length);
  return signed;
}

function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    // Not base64: a signature that matches nothing, a secret that is none.
    return undefined;
  }
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return Array.isArray(value) ? value.join(' ') : value;
}

function parseEvent(payload: string | Uint8Array): AloEvent {
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
  try {
    const event = JSON.parse(text) as AloEvent | null;
    if (typeof event?.type === 'string') return event;
  } catch {
    // Signed, but not by what sends events: told below.
  }
  throw new WebhookVerificationError('malformed_payload', 'The body is not an event.');
}

function clockMs(): number {
  // Receivers are handlers of requests; nobody hands them a clock.
  // oxlint-disable-next-line eslint/no-restricted-properties
  return Date.now();
}
