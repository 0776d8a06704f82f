import { z } from 'zod';
import type { Db, SystemTx } from '../db/index.ts';
import { minorFromMicros, ProviderError, type Clock, type Log } from '../kernel/index.ts';
import type { ProviderPayment, TopUpProvider } from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { lockPayment, updatePayment, type PaymentRow } from './billing.repo.ts';
import { decidePayment } from './payment.rules.ts';

const payloadSchema = z.object({
  providerPaymentId: z.string(),
  status: z.enum(['pending', 'approved', 'declined', 'voided', 'error']),
});

/**
 * Acts on an event of the top-up provider. The event only says which transaction to look at; what
 * is booked comes from reading it again, and only where reference, amount and currency are those
 * of a payment of ours.
 */
export function createPaymentEventHandler(deps: {
  db: Db;
  topUps: TopUpProvider;
  wallet: WalletService;
  clock: Clock;
  log: Log;
}): (event: ProviderEvent) => Promise<void> {
  const { db, topUps, wallet, clock, log } = deps;

  async function apply(tx: SystemTx, ours: PaymentRow, theirs: ProviderPayment): Promise<void> {
    const context = {
      payment_id: ours.id,
      org_id: ours.org_id,
      provider_payment_id: theirs.providerPaymentId,
    };
    const decision = decidePayment(
      {
        status: ours.status,
        providerPaymentId: ours.provider_payment_id,
        amountMinor: minorFromMicros(ours.amount),
        currency: ours.currency,
      },
      theirs,
    );
    if (decision.do === 'nothing') return;
    if (decision.do === 'alarm') {
      log.error({ ...context, alarm: decision.why }, 'a payment needs a person to look at it');
      return;
    }
    await updatePayment(tx, {
      id: ours.id,
      status: theirs.status,
      providerPaymentId: theirs.providerPaymentId,
      at: clock.now(),
    });
    const booking = { orgId: ours.org_id, amountMicros: ours.amount, sourceId: ours.id };
    if (decision.do === 'credit') {
      await wallet.credit(tx, { ...booking, kind: 'top_up' });
      log.info(context, 'wallet topped up');
    }
    if (decision.do === 'reverse') {
      const outcome = await wallet.debit(tx, { ...booking, kind: 'refund' });
      if (outcome === 'insufficient') {
        log.error(
          { ...context, alarm: 'void_not_covered' },
          'a voided payment is spent already: the wallet keeps it, a person has to look at it',
        );
      }
    }
  }

  return async (event) => {
    const { providerPaymentId, status } = payloadSchema.parse(event.payload);
    const theirs = await topUps.getPayment(providerPaymentId);
    if (theirs.status === 'pending' && status !== 'pending') {
      throw new ProviderError(topUps.name, 'unavailable', 'the payment is behind its own event');
    }
    await db.withSystem(async (tx) => {
      const ours = await lockPayment(tx, topUps.name, theirs.reference);
      if (!ours) {
        log.warn({ provider_payment_id: providerPaymentId }, 'payment with a reference not ours');
        return;
      }
      await apply(tx, ours, theirs);
    });
  };
}
