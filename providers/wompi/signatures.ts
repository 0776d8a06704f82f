import { constantTimeEqual, sha256Hex } from '@alo/core/kernel';

/** Source: docs.wompi.co/docs/colombia/widget-checkout-web and …/eventos. Both are plain SHA-256. */

/** What lets nobody change the amount of a checkout link: hex. */
export function integritySignature(
  checkout: { reference: string; amountMinor: number; currency: string; expirationTime?: string },
  integritySecret: string,
): string {
  const { reference, amountMinor, currency, expirationTime = '' } = checkout;
  return sha256Hex(`${reference}${amountMinor}${currency}${expirationTime}${integritySecret}`);
}

export interface SignedEvent {
  readonly data: unknown;
  readonly signature: { readonly properties: readonly string[]; readonly checksum: string };
  readonly timestamp: number;
}

/** The checksum of an event: the listed values of `data` in their order, the time, the secret. */
export function eventChecksum(event: SignedEvent, eventsSecret: string): string {
  const values = event.signature.properties.map((path) => textAt(event.data, path));
  return sha256Hex(`${values.join('')}${event.timestamp}${eventsSecret}`);
}

/** Whether Wompi sent this. Either case of the hex is right; the comparison takes constant time. */
export function isAuthentic(event: SignedEvent, eventsSecret: string): boolean {
  return constantTimeEqual(
    eventChecksum(event, eventsSecret),
    event.signature.checksum.toLowerCase(),
  );
}

/** `transaction.id` of `{ transaction: { id } }`; nothing for what is missing or null. */
function textAt(data: unknown, path: string): string {
  let value: unknown = data;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return '';
    value = (value as Record<string, unknown>)[key];
  }
  return value === null || value === undefined ? '' : String(value);
}
