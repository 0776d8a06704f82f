import { randomBytes } from 'node:crypto';

export const transactionStatuses = ['PENDING', 'APPROVED', 'DECLINED', 'VOIDED', 'ERROR'] as const;
export type TransactionStatus = (typeof transactionStatuses)[number];

export const paymentMethods = ['NEQUI', 'PSE', 'CARD'] as const;
export type PaymentMethod = (typeof paymentMethods)[number];

/** A transaction as Wompi shows it. */
export interface Transaction {
  readonly id: string;
  readonly created_at: string;
  finalized_at: string | null;
  readonly amount_in_cents: number;
  readonly reference: string;
  readonly currency: string;
  readonly payment_method_type: PaymentMethod;
  readonly payment_method: Readonly<Record<string, unknown>>;
  status: TransactionStatus;
  status_message: string | null;
  readonly customer_email: string | null;
  readonly redirect_url: string | null;
  readonly shipping_address: null;
  readonly payment_link_id: null;
  readonly payment_source_id: null;
}

/** Everything this stand-in knows. Plain JSON, so that it can be kept in a file. */
export interface WompiState {
  transactions: Record<string, Transaction>;
  /** By public key: links made before a restart, with keys of then, can still be paid. */
  integritySecrets: Record<string, string>;
  /** Transactions as they were when an event not delivered yet was due. */
  pending: Record<string, string>;
}

export function emptyState(): WompiState {
  return { transactions: {}, integritySecrets: {}, pending: {} };
}

const methodDetails: Readonly<Record<PaymentMethod, Readonly<Record<string, unknown>>>> = {
  NEQUI: { type: 'NEQUI', phone_number: '3991111111' },
  PSE: { type: 'PSE', user_type: 0, financial_institution_code: '1' },
  CARD: { type: 'CARD', installments: 1, extra: { brand: 'VISA', last_four: '4242' } },
};

export function newTransaction(
  given: Pick<
    Transaction,
    'amount_in_cents' | 'reference' | 'currency' | 'customer_email' | 'redirect_url'
  > & { method: PaymentMethod; status: TransactionStatus },
  now: Date,
): Transaction {
  const { method, status, ...fields } = given;
  const chance = String(randomBytes(4).readUInt32BE() % 100_000).padStart(5, '0');
  return {
    // Theirs are <merchant>-<seconds>-<number> too.
    id: `1234-${Math.floor(now.getTime() / 1_000)}-${chance}${randomBytes(2).readUInt16BE()}`,
    created_at: now.toISOString(),
    finalized_at: status === 'PENDING' ? null : now.toISOString(),
    ...fields,
    payment_method_type: method,
    payment_method: methodDetails[method],
    status,
    status_message: status === 'DECLINED' ? 'La transacción fue rechazada (Sandbox)' : null,
    shipping_address: null,
    payment_link_id: null,
    payment_source_id: null,
  };
}
