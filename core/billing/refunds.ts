import type { SystemTx } from '../db/index.ts';
import type { Clock, Id, Log, NewId } from '../kernel/index.ts';
import type { WalletService } from '../wallet/index.ts';
import {
  countBookedRefunds,
  insertRefund,
  listOwed,
  reduceOwed,
  type PaymentRow,
} from './payments.repo.ts';

export interface Refunds {
  /** Takes back what a provider gave back of a payment: what is free now, the rest as a debt. */
  giveBack(tx: SystemTx, payment: PaymentRow, amountMicros: bigint): Promise<void>;
  /** Takes what is owed from what has just come in, oldest debt first. */
  collectOwed(tx: SystemTx, orgId: Id<'org'>): Promise<void>;
}

/**
 * Reverse entries. A wallet is never overdrawn and a call in progress keeps what it was promised, so
 * a refund of money that is spent already cannot be booked at once: it is owed, a person hears of
 * it, and the next top-ups pay it.
 */
export function createRefunds(deps: {
  wallet: WalletService;
  newId: NewId;
  clock: Clock;
  log: Log;
}): Refunds {
  const { wallet, newId, clock, log } = deps;

  /** Takes up to that much as one entry of the ledger; what it took. */
  async function take(
    tx: SystemTx,
    payment: { id: Id<'pay'>; orgId: Id<'org'> },
    amountMicros: bigint,
  ): Promise<bigint> {
    const { orgId } = payment;
    const number = (await countBookedRefunds(tx, payment.id)) + 1;
    // The ledger's sources are unique: a payment given back in parts has an entry for each.
    const sourceId = number === 1 ? payment.id : `${payment.id}#${number}`;
    const taken = await wallet.debitUpTo(tx, { orgId, amountMicros, kind: 'refund', sourceId });
    if (taken > 0n) {
      const id = newId('rfd');
      const at = clock.now();
      const refund = { id, orgId, paymentId: payment.id, amountMicros: taken, at };
      await insertRefund(tx, { ...refund, status: 'booked' });
    }
    return taken;
  }

  return {
    async giveBack(tx, payment, amountMicros) {
      const { id: paymentId, org_id: orgId } = payment;
      const missing = amountMicros - (await take(tx, { id: paymentId, orgId }, amountMicros));
      if (missing === 0n) return;
      const refund = { id: newId('rfd'), orgId, paymentId, amountMicros: missing, at: clock.now() };
      await insertRefund(tx, { ...refund, status: 'owed' });
      log.error(
        {
          payment_id: paymentId,
          org_id: orgId,
          owed: String(missing),
          alarm: 'refund_not_covered',
        },
        'money that was given back is spent already: it is owed, the next top-ups pay it',
      );
    },

    async collectOwed(tx, orgId) {
      for (const owed of await listOwed(tx, orgId)) {
        const taken = await take(tx, { id: owed.payment_id, orgId }, owed.amount);
        if (taken > 0n) await reduceOwed(tx, owed.id, owed.amount - taken);
        if (taken < owed.amount) return;
      }
    },
  };
}
