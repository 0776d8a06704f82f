import { sha256Hex } from '@alo/core/kernel';
import type { Transaction } from './state.ts';

/** Source: docs.wompi.co/docs/colombia. Written apart from the adapter's: each checks the other. */

/** `signature:integrity` of a checkout link. */
export function integrityOf(
  checkout: { reference: string; amountInCents: string; currency: string; expiration: string },
  integritySecret: string,
): string {
  const { reference, amountInCents, currency, expiration } = checkout;
  return sha256Hex(reference + amountInCents + currency + expiration + integritySecret);
}

/** The `transaction.updated` event of a transaction, signed at `now`. */
export function signEvent(
  transaction: Transaction,
  eventsSecret: string,
  now: Date,
): { body: string; headers: Record<string, string> } {
  const timestamp = Math.floor(now.getTime() / 1_000);
  const { id, status, amount_in_cents } = transaction;
  const checksum = sha256Hex(`${id}${status}${amount_in_cents}${timestamp}${eventsSecret}`);
  const body = JSON.stringify({
    event: 'transaction.updated',
    data: { transaction },
    environment: 'test',
    signature: {
      properties: ['transaction.id', 'transaction.status', 'transaction.amount_in_cents'],
      checksum,
    },
    timestamp,
    sent_at: now.toISOString(),
  });
  return { body, headers: { 'x-event-checksum': checksum } };
}
