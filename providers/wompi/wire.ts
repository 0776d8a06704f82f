import { z } from 'zod';
import type { PaymentStatus, ProviderPayment } from '@alo/core/ports';

/** Wompi's words → ours. */
const statuses = {
  PENDING: 'pending',
  APPROVED: 'approved',
  DECLINED: 'declined',
  VOIDED: 'voided',
  ERROR: 'error',
} as const satisfies Record<string, PaymentStatus>;

const statusSchema = z
  .enum(Object.keys(statuses) as [keyof typeof statuses])
  .transform((status): PaymentStatus => statuses[status]);

/** A transaction, as far as we read it. */
const transactionFields = z.object({
  id: z.string().min(1),
  reference: z.string(),
  amount_in_cents: z.int(),
  currency: z.string(),
  status: statusSchema,
});

/** `GET /v1/transactions/{id}`. */
export const transactionSchema = z.object({ data: transactionFields });

/** `GET /v1/transactions?reference=…`, with the private key. */
export const transactionListSchema = z.object({ data: z.array(transactionFields).max(1_000) });

/** Wompi's transaction → ours. It is voided whole or not at all. */
export function toPayment(transaction: z.infer<typeof transactionFields>): ProviderPayment {
  const { id, reference, amount_in_cents: amountMinor, currency, status } = transaction;
  const refundedMinor = status === 'voided' ? amountMinor : 0;
  return { providerPaymentId: id, reference, amountMinor, currency, status, refundedMinor };
}

/** The envelope that a checksum is computed from. */
export const signedEventSchema = z.object({
  event: z.string(),
  data: z.record(z.string(), z.unknown()),
  signature: z.object({
    properties: z.array(z.string().max(200)).min(1).max(50),
    checksum: z.string(),
  }),
  timestamp: z.int(),
});

/** What `transaction.updated` is about. */
export const transactionEventSchema = z.object({
  transaction: z.object({ id: z.string().min(1).max(200), status: statusSchema }),
});

/** Without these under the checksum, whoever saw one event could make up others from it. */
export const protectedProperties = ['transaction.id', 'transaction.status'] as const;
