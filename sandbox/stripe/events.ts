import { createHmac } from 'node:crypto';
import { objectId } from './objects.ts';

/** The version whose shapes this stand-in speaks; echoed unless a request names its own. */
export const API_VERSION = '2026-10-28.endive';

/** A snapshot event, as text: what is signed is what is sent. */
export function eventBody(
  type: string,
  object: object,
  nowS: number,
  previous?: object,
): { id: string; body: string } {
  const id = objectId('evt');
  const event = {
    id,
    object: 'event',
    api_version: API_VERSION,
    created: nowS,
    type,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
  };
  return { id, body: JSON.stringify(event) };
}

/** `Stripe-Signature`: HMAC-SHA256 over `<t>.<body>` with the whole `whsec_…` as the key. */
export function signatureHeader(body: string, secret: string, nowS: number): string {
  const v1 = createHmac('sha256', secret).update(`${nowS}.${body}`).digest('hex');
  return `t=${nowS},v1=${v1}`;
}
