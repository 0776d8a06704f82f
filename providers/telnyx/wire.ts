import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError, isId, jsonOf } from '@alo/core/kernel';
import type { HangupCause, TelephonyEvent, WebhookRequest } from '@alo/core/ports';

/**
 * Telnyx's words into ours and back; no I/O.
 * Source: developers.telnyx.com/docs/voice/programmable-voice/receiving-webhooks
 */

/** A webhook older or newer than this may be a replay. The vendor's own SDK draws the same line. */
const WEBHOOK_TOLERANCE_MS = 300_000;

/** Opaque to the carrier, echoed in every event of the call: our call id. */
export const encodeClientState = (callId: string): string => Buffer.from(callId).toString('base64');

/** Undefined for what we did not write. */
function decodeClientState(clientState: string | null | undefined): string | undefined {
  const callId = Buffer.from(clientState ?? '', 'base64').toString();
  return isId('call', callId) ? callId : undefined;
}

/** DER wrapping of a raw Ed25519 public key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The portal's public key (base64 of 32 bytes) as a key. Throws RangeError naming no value for
 * anything else, so that a wrong setting shows at the start and not at the first call.
 */
export function readPublicKey(publicKey: string): KeyObject {
  const raw = Buffer.from(publicKey, 'base64');
  if (raw.length !== 32) throw new RangeError('the Telnyx public key is not base64 of 32 bytes');
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/**
 * Throws AppError `invalid_signature` unless the body was signed by the key's owner within the
 * tolerance: Ed25519 over `${timestamp}|${rawBody}`. Done here and not by the SDK's `unwrap`
 * because that one reads the system clock; a test holds the two to the same verdict.
 */
export function verifySignature(request: WebhookRequest, key: KeyObject, now: Date): void {
  const timestamp = header(request, 'telnyx-timestamp');
  const signature = Buffer.from(header(request, 'telnyx-signature-ed25519'), 'base64');
  const isFresh =
    /^\d{1,12}$/.test(timestamp) &&
    Math.abs(now.getTime() - Number(timestamp) * 1_000) <= WEBHOOK_TOLERANCE_MS;
  const isSigned =
    signature.length === 64 &&
    verify(null, Buffer.from(`${timestamp}|${request.rawBody}`), key, signature);
  if (!isFresh || !isSigned) throw new AppError('invalid_signature');
}

function header({ headers }: WebhookRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

const webhookSchema = z.object({
  data: z.object({
    id: z.string().min(1).max(255),
    event_type: z.string().min(1).max(255),
    occurred_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    payload: z.object({
      call_control_id: z.string().max(512).nullish(),
      client_state: z.string().max(8_192).nullish(),
      hangup_cause: z.string().nullish(),
      failure_reason: z.string().nullish(),
    }),
  }),
});

/** Reads a verified body. Throws AppError `invalid_request` for what is not a Telnyx event. */
export function readEvent(rawBody: string): TelephonyEvent {
  const parsed = webhookSchema.safeParse(jsonOf(rawBody));
  if (!parsed.success) throw new AppError('invalid_request', { cause: parsed.error });
  const { id, event_type: name, occurred_at: occurredAt, payload } = parsed.data.data;
  const about = {
    eventId: id,
    occurredAt,
    carrierCallId: payload.call_control_id ?? '',
    callId: decodeClientState(payload.client_state),
  };
  switch (name) {
    case 'call.initiated':
    case 'call.answered':
      return { ...about, type: name };
    case 'call.hangup':
      return { ...about, type: name, cause: hangupCauses[payload.hangup_cause ?? ''] ?? 'unknown' };
    case 'streaming.failed':
      return { ...about, type: name, reason: payload.failure_reason ?? 'unknown' };
    default:
      return { ...about, type: 'other', name };
  }
}

const hangupCauses: Readonly<Record<string, HangupCause>> = {
  normal_clearing: 'normal',
  // We hung up before anybody answered.
  originator_cancel: 'normal',
  user_busy: 'busy',
  timeout: 'no_answer',
  no_answer: 'no_answer',
  call_rejected: 'rejected',
  time_limit: 'time_limit',
  not_found: 'not_found',
};

const errorBodySchema = z.object({
  errors: z.array(z.object({ code: z.coerce.string(), detail: z.string().optional() })).min(1),
});

/** The vendor's codes in an error body, for example `90018`; empty for anything else. */
export function errorCodes(body: unknown): string[] {
  const parsed = errorBodySchema.safeParse(body);
  return parsed.success ? parsed.data.errors.map(({ code }) => code) : [];
}
