import type { Db } from '../db/index.ts';
import { limits, type Clock, type Log } from '../kernel/index.ts';
import { claimChecks, type Check } from './checks.repo.ts';
import type { PaymentSync } from './payment-sync.ts';
import type { SubscriptionSync } from './subscription-sync.ts';

/**
 * Asks the providers about all that is due: what an event should have told us of, had it come. Each
 * check is taken by one process at a time; one that fails is due again when its lease is over.
 * Returns how many there were. Run it every few seconds.
 */
export function createBillingSweep(deps: {
  db: Db;
  subscriptions: SubscriptionSync;
  payments: PaymentSync;
  clock: Clock;
  log: Log;
}): () => Promise<number> {
  const { db, subscriptions, payments, clock, log } = deps;

  const run: Record<Check['kind'], (check: Check) => Promise<void>> = {
    subscription: ({ orgId }) => subscriptions.reconcile(orgId),
    checkout: (check) => subscriptions.checkCheckout(check),
    payment: (check) => payments.checkPayment(check),
  };

  return async () => {
    const now = clock.now();
    const leasedUntil = new Date(now.getTime() + limits.billing.checkLeaseMs);
    const limit = limits.billing.checksPerSweep;
    const due = await db.withSystem((tx) => claimChecks(tx, { now, leasedUntil, limit }));
    for (const check of due) {
      const { kind, subject } = check;
      await run[kind](check).catch((error: unknown) => {
        log.warn({ err: error, kind, subject }, 'a provider could not be asked; it will be again');
      });
    }
    return due.length;
  };
}
