import { z } from 'zod';
import { ProviderError } from '@alo/core/kernel';
import type { PaymentStatus, ProviderPayment } from '@alo/core/ports';

/** Bold writes amounts in whole pesos. */
const pesosSchema = z
  .number()
  .min(0)
  .max(1e12)
  .transform((pesos) => Math.round(pesos * 100));

/** `POST /online/link/v1`. */
export const linkCreatedSchema = z.object({
  payload: z.object({ payment_link: z.string().min(1).max(200), url: z.url() }),
});

const linkFields = z.object({
  status: z.string(),
  total: pesosSchema.nullish(),
  reference: z.string().nullish(),
  transaction_id: z.string().min(1).max(200).nullish(),
});

/** `GET /online/link/v1/{link}`: seen both bare and inside `payload`. */
export const linkSchema = z.union([
  z.object({ payload: linkFields }).transform(({ payload }) => payload),
  linkFields,
]);

/** What every webhook has. */
export const webhookSchema = z.looseObject({
  id: z.string().min(1).max(200),
  type: z.string().min(1).max(100),
});

/** One notification of a payment, as the webhook brings it and as the fallback service lists it. */
export const notificationSchema = webhookSchema.extend({
  data: z.object({
    payment_id: z.string().min(1).max(200),
    amount: z.object({ currency: z.string().default('COP'), total: pesosSchema }),
    metadata: z.object({ reference: z.string().nullish() }).nullish(),
  }),
});
type Notification = z.infer<typeof notificationSchema>;

/** `GET /payments/webhook/notifications/…`. */
export const notificationsSchema = z.object({
  notifications: z.array(notificationSchema).max(1_000),
});

const statuses: Readonly<Record<string, PaymentStatus | undefined>> = {
  SALE_APPROVED: 'approved',
  SALE_REJECTED: 'declined',
  VOID_APPROVED: 'voided',
};

/** What a notification says of its payment; undefined for one that changes nothing (`VOID_REJECTED`). */
export const statusOf = (type: string): PaymentStatus | undefined =>
  Object.hasOwn(statuses, type) ? statuses[type] : undefined;

/** All payments that notifications tell of. Their order does not matter, nor how often one comes. */
export function toPayments(notifications: readonly Notification[]): ProviderPayment[] {
  const byPayment = Map.groupBy(notifications, ({ data }) => data.payment_id);
  return [...byPayment.values()].flatMap((about) => toPayment(about) ?? []);
}

function toPayment(notifications: readonly Notification[]): ProviderPayment | undefined {
  const once = [...new Map(notifications.map((one) => [one.id, one])).values()];
  const of = (status: PaymentStatus) => once.filter(({ type }) => statusOf(type) === status);
  const voids = of('voided');
  // A void names what it gives back; the sale, where it is listed, what was paid.
  const main = of('approved')[0] ?? voids[0] ?? of('declined')[0];
  if (!main) return undefined;
  const { payment_id: providerPaymentId, amount, metadata } = main.data;
  const amountMinor = amount.total;
  const voidedMinor = voids.reduce((sum, { data }) => sum + data.amount.total, 0);
  const refundedMinor = Math.min(voidedMinor, amountMinor);
  const status = statusOf(main.type);
  return {
    providerPaymentId,
    reference: metadata?.reference ?? '',
    amountMinor,
    currency: amount.currency,
    status: voids.length > 0 && refundedMinor === amountMinor ? 'voided' : (status ?? 'pending'),
    refundedMinor,
  };
}

/** The words of a link's status. Not documented in full: an unknown one is refused, not guessed. */
const linkStatuses: Readonly<Record<string, PaymentStatus | 'none'>> = {
  ACTIVE: 'none',
  EXPIRED: 'none',
  CANCELLED: 'none',
  PROCESSING: 'pending',
  REJECTED: 'declined',
  PAID: 'approved',
};

/**
 * The attempt at paying that a link tells of, where no notification does yet (Bold sends them up to
 * ten minutes late, and none in test mode).
 */
export function paymentOfLink(
  link: z.infer<typeof linkSchema>,
  topUp: { reference: string },
): ProviderPayment | undefined {
  const status = linkStatuses[link.status.toUpperCase()];
  if (status === undefined) {
    throw new ProviderError('bold', 'protocol', `unknown link status ${link.status.slice(0, 40)}`);
  }
  const { transaction_id: providerPaymentId, total: amountMinor } = link;
  if (status === 'none' || !providerPaymentId || !amountMinor) return undefined;
  const reference = link.reference ?? topUp.reference;
  return {
    providerPaymentId,
    reference,
    amountMinor,
    currency: 'COP',
    status,
    refundedMinor: 0,
  };
}
