import { z } from 'zod';
import type { Db, SystemTx } from '../db/index.ts';
import { recordEvent, type EventType } from '../events/index.ts';
import {
  isId,
  microsFromMinor,
  minorFromMicros,
  ProviderError,
  type Clock,
  type Log,
  type NewId,
} from '../kernel/index.ts';
import type { ProviderPayment, TopUpProvider } from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { presentTopUp } from './billing.present.ts';
import { scheduleCheck, type Check } from './checks.repo.ts';
import {
  attemptsThatCount,
  decidePayment,
  nextPaymentCheck,
  payAfter,
  type PaymentDecision,
  type PaymentRecord,
  type TopUpStatus,
} from './payment.rules.ts';
import { findPayment, claimPayment, updatePayment, type PaymentRow } from './payments.repo.ts';
import { createRefunds } from './refunds.ts';

const payloadSchema = z.union([
  z.object({ type: z.literal('other') }),
  z.object({
    providerPaymentId: z.string(),
    status: z.enum(['pending', 'approved', 'declined', 'voided', 'error']),
  }),
]);

export interface PaymentSync {
  /** Acts on an event of a top-up provider. */
  handleEvent(event: ProviderEvent): Promise<void>;
  /** Asks the provider about a payment whose event may have been lost. */
  checkPayment(check: Pick<Check, 'subject' | 'hint'>): Promise<void>;
}

/**
 * Books what the providers collected. An event, or a payer's browser, only says which transaction to
 * look at; what is booked comes from reading it again, and only where reference, amount and currency
 * are those of a payment of ours.
 */
export function createPaymentSync(deps: {
  db: Db;
  topUps: readonly TopUpProvider[];
  wallet: WalletService;
  newId: NewId;
  clock: Clock;
  log: Log;
}): PaymentSync {
  const { db, topUps, wallet, clock, log } = deps;
  const refunds = createRefunds(deps);

  /** Does what the transaction means, step by step: a payment may be approved and given back at once. */
  async function apply(tx: SystemTx, ours: PaymentRow, theirs: ProviderPayment): Promise<void> {
    const context = {
      payment_id: ours.id,
      org_id: ours.org_id,
      provider_payment_id: theirs.providerPaymentId,
    };
    const at = clock.now();
    let row = ours;
    let decision = decidePayment(recordOf(row), theirs);
    for (; decision.do !== 'nothing'; decision = decidePayment(recordOf(row), theirs)) {
      if (decision.do === 'alarm') {
        log.error({ ...context, alarm: decision.why }, 'a payment needs a person to look at it');
        break;
      }
      const after = payAfter(recordOf(row), theirs, decision);
      row = await updatePayment(tx, {
        id: row.id,
        status: after.status,
        providerPaymentId: after.providerPaymentId,
        refundedMicros: microsFromMinor(after.refundedMinor),
        at,
      });
      if (decision.do === 'credit') {
        const booking = { orgId: row.org_id, amountMicros: row.amount, sourceId: row.id };
        await wallet.credit(tx, { ...booking, kind: 'top_up' });
        await refunds.collectOwed(tx, row.org_id);
        log.info(context, 'wallet topped up');
      }
      if (decision.do === 'refund') {
        await refunds.giveBack(tx, row, microsFromMinor(decision.amountMinor));
      }
      const type = eventOf(decision, after.status);
      if (type) await recordEvent(tx, { orgId: row.org_id, type, data: presentTopUp(row), at });
    }
    await schedule(tx, row);
  }

  const schedule = (tx: SystemTx, row: PaymentRow) =>
    scheduleCheck(
      tx,
      { subject: row.id, orgId: row.org_id, kind: 'payment', since: row.created_at },
      nextPaymentCheck(
        {
          status: row.status,
          providerPaymentId: row.provider_payment_id,
          createdAt: row.created_at,
        },
        clock.now(),
      ),
    );

  async function settle(provider: string, theirs: ProviderPayment): Promise<void> {
    await db.withSystem(async (tx) => {
      const ours = await claimPayment(tx, provider, theirs.reference);
      if (ours) return apply(tx, ours, theirs);
      const context = { provider, provider_payment_id: theirs.providerPaymentId };
      log.warn(context, 'payment with a reference not ours');
      return undefined;
    });
  }

  /** What the provider knows of a payment: by its reference, and by ids we have heard of. */
  async function readAttempts(provider: TopUpProvider, row: PaymentRow, hint: string | null) {
    const { reference, checkout_id: checkoutId } = row;
    const found = await provider.findPayments({ reference, checkoutId: checkoutId ?? undefined });
    const named = [row.provider_payment_id, hint].filter(
      (id) => id !== null && !found.some(({ providerPaymentId }) => providerPaymentId === id),
    );
    const read = await Promise.all(
      [...new Set(named)].map((id) =>
        provider.getPayment(String(id)).catch((error: unknown) => {
          if (error instanceof ProviderError && !error.retryable) return undefined;
          throw error;
        }),
      ),
    );
    return [...found, ...read].filter(
      (one): one is ProviderPayment =>
        one?.reference === reference || one?.reference === checkoutId,
    );
  }

  return {
    async handleEvent(event) {
      const provider = topUps.find(({ name }) => name === event.provider);
      if (!provider) throw new Error(`${event.provider} is not set up`);
      const payload = payloadSchema.parse(event.payload);
      if ('type' in payload) return;
      const theirs = await provider.getPayment(payload.providerPaymentId);
      if (theirs.status === 'pending' && payload.status !== 'pending') {
        throw new ProviderError(provider.name, 'unavailable', 'a payment is behind its own event');
      }
      await settle(provider.name, theirs);
    },

    async checkPayment({ subject, hint }) {
      const row = isId('pay', subject)
        ? await db.withSystem((tx) => findPayment(tx, subject))
        : undefined;
      const provider = topUps.find(({ name }) => name === row?.provider);
      if (!row || !provider) return;
      const attempts = await readAttempts(provider, row, hint);
      for (const theirs of attemptsThatCount(attempts, row.provider_payment_id)) {
        await settle(provider.name, theirs);
      }
      await db.withSystem(async (tx) => {
        const now = await claimPayment(tx, provider.name, row.reference);
        if (now) await schedule(tx, await expireIfOld(tx, now));
      });
    },
  };

  /** Nobody paid, and nobody is asked any more. */
  async function expireIfOld(tx: SystemTx, row: PaymentRow): Promise<PaymentRow> {
    const { id, status, provider_payment_id: providerPaymentId, created_at: createdAt } = row;
    const at = clock.now();
    if (status !== 'pending' || nextPaymentCheck({ status, providerPaymentId, createdAt }, at)) {
      return row;
    }
    const refundedMicros = row.refunded;
    return updatePayment(tx, { id, status: 'expired', providerPaymentId, refundedMicros, at });
  }
}

function recordOf(row: PaymentRow): PaymentRecord {
  return {
    status: row.status,
    providerPaymentId: row.provider_payment_id,
    amountMinor: minorFromMicros(row.amount),
    refundedMinor: minorFromMicros(row.refunded),
    currency: row.currency,
  };
}

/** What integrations are told. */
function eventOf(decision: PaymentDecision, status: TopUpStatus): EventType | undefined {
  if (decision.do === 'credit') return 'payment.approved';
  if (decision.do === 'refund') {
    return status === 'voided' ? 'payment.voided' : 'payment.refunded';
  }
  if (status === 'declined' || status === 'error') return 'payment.declined';
  return status === 'voided' ? 'payment.voided' : undefined;
}
