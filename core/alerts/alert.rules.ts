import type { EventType } from '../events/index.ts';

export const alertKinds = [
  'low_balance',
  'payment_failed',
  'webhook_disabled',
  'provider_down',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What an event says of trouble: something is wrong, or no longer. */
export interface Verdict {
  readonly does: 'raise' | 'resolve';
  readonly kind: AlertKind;
  /** Undefined for `resolve`: all of the kind. */
  readonly subject?: string;
}

/** The events that are looked at. */
export const telling: readonly EventType[] = [
  'wallet.low_balance',
  'payment.declined',
  'payment.approved',
  'invoice.payment_failed',
  'subscription.updated',
  'webhook_endpoint.disabled',
  'webhook_endpoint.enabled',
];

/** What to make of an event; `data` is the object as it was recorded. */
export function verdictsOf(type: string, data: Readonly<Record<string, unknown>>): Verdict[] {
  const id = typeof data['id'] === 'string' ? data['id'] : type;
  switch (type) {
    case 'wallet.low_balance':
      return [{ does: 'raise', kind: 'low_balance', subject: 'wallet' }];
    case 'payment.approved':
      return [{ does: 'resolve', kind: 'low_balance' }];
    case 'payment.declined':
      return [{ does: 'raise', kind: 'payment_failed', subject: id }];
    case 'invoice.payment_failed':
      return [{ does: 'raise', kind: 'payment_failed', subject: 'subscription' }];
    case 'subscription.updated':
      return data['plan'] === 'pro' && !isPastDue(data)
        ? [{ does: 'resolve', kind: 'payment_failed', subject: 'subscription' }]
        : [];
    case 'webhook_endpoint.disabled':
      // What somebody did on purpose is no news to them.
      return data['disabled_reason'] === 'manual'
        ? []
        : [{ does: 'raise', kind: 'webhook_disabled', subject: id }];
    case 'webhook_endpoint.enabled':
      return [{ does: 'resolve', kind: 'webhook_disabled', subject: id }];
    default:
      return [];
  }
}

function isPastDue({ subscription }: Readonly<Record<string, unknown>>): boolean {
  return (subscription as { status?: unknown } | null | undefined)?.status === 'past_due';
}
