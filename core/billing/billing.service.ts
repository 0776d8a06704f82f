import type { Db } from '../db/index.ts';
import type { Clock, Log, NewId } from '../kernel/index.ts';
import type { SubscriptionProvider, TopUpProvider } from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { createBillingSweep } from './billing.sweep.ts';
import { createPaymentSync } from './payment-sync.ts';
import { createSubscriptionSync } from './subscription-sync.ts';
import { createSubscriptionsService, type SubscriptionsService } from './subscriptions.service.ts';
import { createTopUpsService, type TopUpsService } from './top-ups.service.ts';

export interface BillingService extends SubscriptionsService, TopUpsService {
  /** For the job that processes events of the subscription provider. */
  handleSubscriptionEvent(event: ProviderEvent): Promise<void>;
  /** For the job that processes events of the top-up providers. */
  handlePaymentEvent(event: ProviderEvent): Promise<void>;
  /** Asks the providers about what no event has told of. Run it every few seconds. */
  sweep(): Promise<number>;
}

/**
 * Subscription and top-ups. `topUps`: whoever can collect, the default first. `publicUrl`: where the
 * API is reached from outside, without a path.
 */
export function createBillingService(deps: {
  db: Db;
  wallet: WalletService;
  subscriptions: SubscriptionProvider;
  topUps: readonly TopUpProvider[];
  clock: Clock;
  newId: NewId;
  publicUrl: string;
  log: Log;
}): BillingService {
  const returnUrl = `${deps.publicUrl.replace(/\/+$/, '')}/v1/billing/return`;
  const sync = createSubscriptionSync(deps);
  const payments = createPaymentSync(deps);
  return {
    ...createSubscriptionsService({ ...deps, sync, returnUrl }),
    ...createTopUpsService({ ...deps, returnUrl }),
    handleSubscriptionEvent: sync.handleEvent,
    handlePaymentEvent: payments.handleEvent,
    sweep: createBillingSweep({ ...deps, subscriptions: sync, payments }),
  };
}
