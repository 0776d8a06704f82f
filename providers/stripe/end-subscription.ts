import type { Stripe } from 'stripe';
import { isAlreadyRefunded, isMissing } from './client.ts';

/**
 * Ends a subscription now, first giving back what its newest invoice was paid with. May be repeated
 * from the start after any failure: a refund has its payment's own key, and a payment that has been
 * refunded is passed over. In this order, because an ended subscription is not looked at again.
 */
export async function endSubscription(
  stripe: Stripe,
  subscriptionId: string,
  { refund }: { refund: boolean },
): Promise<void> {
  if (refund) {
    const { latest_invoice: latest } = await stripe.subscriptions.retrieve(subscriptionId);
    const invoice = typeof latest === 'string' ? latest : latest?.id;
    if (invoice) await refundInvoice(stripe, invoice);
  }
  await stripe.subscriptions.cancel(subscriptionId).catch((error: unknown) => {
    if (!isMissing(error)) throw error;
  });
}

async function refundInvoice(stripe: Stripe, invoice: string): Promise<void> {
  const payments = await stripe.invoicePayments.list({ invoice, status: 'paid', limit: 100 });
  for (const { payment } of payments.data) {
    const of = (what: string | { id: string } | undefined) =>
      typeof what === 'string' ? what : what?.id;
    const [paymentIntent, charge] = [of(payment.payment_intent), of(payment.charge)];
    const target = paymentIntent ? { payment_intent: paymentIntent } : charge ? { charge } : null;
    // What was settled outside of Stripe is not Stripe's to give back.
    if (!target) continue;
    const idempotencyKey = `refund-duplicate-${paymentIntent ?? charge}`;
    await stripe.refunds
      .create({ ...target, reason: 'duplicate' }, { idempotencyKey })
      .catch((error: unknown) => {
        if (!isAlreadyRefunded(error)) throw error;
      });
  }
}
