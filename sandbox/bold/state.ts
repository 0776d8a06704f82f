import { randomBytes, randomUUID } from 'node:crypto';

export const paymentMethods = ['NEQUI', 'PSE', 'CARD_WEB'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

/** `PENDING` is how a PSE waits for its bank: no notification, the link is `PROCESSING`. */
export const outcomes = ['APPROVED', 'REJECTED', 'PENDING'] as const;
export type Outcome = (typeof outcomes)[number];

/** A payment link. Amounts are whole pesos, as Bold has them. */
export interface PaymentLink {
  readonly id: string;
  readonly reference: string;
  readonly total: number;
  readonly description: string;
  readonly callback_url: string | null;
  readonly payer_email: string | null;
  readonly expires_at_ms: number | null;
}

export interface Payment {
  readonly id: string;
  readonly link: string;
  readonly reference: string;
  readonly total: number;
  readonly method: PaymentMethod;
  readonly payer_email: string | null;
  readonly created_at: string;
  outcome: Outcome;
  /** Pesos given back so far. */
  voided: number;
}

/** A notification as it is sent, and as the fallback service lists it. */
export interface Notification {
  readonly id: string;
  readonly type: 'SALE_APPROVED' | 'SALE_REJECTED' | 'VOID_APPROVED' | 'VOID_REJECTED';
  readonly subject: string;
  readonly source: string;
  readonly spec_version: '1.0';
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>> & {
    readonly payment_id: string;
    readonly metadata: { readonly reference: string };
  };
  readonly datacontenttype: 'application/json';
}

/** Everything this stand-in knows. Plain JSON, so that it can be kept in a file. */
export interface BoldState {
  links: Record<string, PaymentLink>;
  payments: Record<string, Payment>;
  notifications: Notification[];
  /** Notifications not delivered yet. */
  pending: Record<string, string>;
}

export function emptyState(): BoldState {
  return { links: {}, payments: {}, notifications: [], pending: {} };
}

/** `LNK_H7S4…` and `CNPCGSPS2WBA8`. */
export function newBoldId(prefix: 'LNK_' | 'CNP'): string {
  return prefix + randomBytes(6).toString('hex').toUpperCase().slice(0, 10);
}

const sources: Readonly<Record<PaymentMethod, string>> = {
  NEQUI: '/payments/nequi',
  PSE: '/payments/pse/payments',
  CARD_WEB: '/payments/links',
};

export function newNotification(
  type: Notification['type'],
  payment: Payment,
  total: number,
  now: Date,
): Notification {
  return {
    id: randomUUID(),
    type,
    subject: payment.id,
    source: sources[payment.method],
    spec_version: '1.0',
    // Nanoseconds: more than a JSON number holds exactly, as with theirs.
    time: now.getTime() * 1e6,
    data: {
      payment_id: payment.id,
      merchant_id: 'ALOSANDBOX',
      created_at: payment.created_at,
      amount: { currency: 'COP', total, taxes: [], tip: 0 },
      metadata: { reference: payment.reference },
      bold_code: type.endsWith('APPROVED') ? 'B000' : 'B051',
      payer_email: payment.payer_email,
      payment_method: payment.method,
      integration: 'LINK',
    },
    datacontenttype: 'application/json',
  };
}
