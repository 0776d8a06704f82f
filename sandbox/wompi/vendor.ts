import type { Clock } from '@alo/core/kernel';
import type { WebhookOutbox } from '../kit/webhook-outbox.ts';
import type { Transaction, TransactionStatus, WompiState } from './state.ts';

/** What happens at Wompi, whoever causes it: the payer's page, the API, a test. */
export interface WompiVendor {
  now(): Date;
  find(id: string): Transaction | undefined;
  /** The transactions of a reference, newest first. */
  list(reference: string): Transaction[];
  /** Whether a reference has been paid, or is being paid. */
  isTaken(reference: string): boolean;
  add(transaction: Transaction): void;
  /** Moves a transaction on and tells of it. */
  change(transaction: Transaction, status: TransactionStatus): void;
}

export function createWompiVendor(deps: {
  state: WompiState;
  outbox: WebhookOutbox;
  save: () => void;
  clock: Clock;
}): WompiVendor {
  const { state, outbox, save, clock } = deps;

  /** Events are of final states only. */
  function tell(transaction: Transaction): void {
    if (transaction.status === 'PENDING') return;
    outbox.post(`${transaction.id}:${transaction.status}`, JSON.stringify(transaction));
  }

  return {
    now: () => clock.now(),
    find: (id) => (Object.hasOwn(state.transactions, id) ? state.transactions[id] : undefined),
    list: (reference) =>
      Object.values(state.transactions)
        .filter((transaction) => transaction.reference === reference)
        .toReversed(),
    isTaken: (reference) =>
      Object.values(state.transactions).some(
        (transaction) =>
          transaction.reference === reference &&
          (transaction.status === 'APPROVED' || transaction.status === 'PENDING'),
      ),
    add(transaction) {
      state.transactions[transaction.id] = transaction;
      save();
      tell(transaction);
    },
    change(transaction, status) {
      if (transaction.status === status) return;
      transaction.status = status;
      transaction.finalized_at = status === 'PENDING' ? null : clock.now().toISOString();
      save();
      tell(transaction);
    },
  };
}
