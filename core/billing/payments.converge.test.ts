import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  createLog,
  createVirtualClock,
  microsFromMinor,
  newId,
  ProviderError,
  type Id,
  type VirtualClock,
} from '../kernel/index.ts';
import type { PaymentStatus, ProviderPayment, TopUpProvider } from '../ports/index.ts';
import { createWalletService } from '../wallet/index.ts';
import { createBillingService } from './billing.service.ts';

/**
 * A vendor that does as it likes: payments are tried, decided and given back in any order, its events
 * are lost, late, doubled and swapped, its answers old or none. Whatever happened, once it is quiet
 * and we have asked it long enough, our books say what its books say.
 */

const AMOUNT = 2_000_000;
const PAYMENTS = 2;
const log = createLog({ level: 'silent' });

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

const which = fc.nat({ max: PAYMENTS - 1 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('try' as const), which, pending: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('decide' as const), which, approve: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      which,
      part: fc.constantFrom(0.25, 1),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), event: fc.nat({ max: 30 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sweep' as const),
      minutes: fc.integer({ min: 1, max: 90 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('spend' as const), share: fc.constantFrom(0.3, 1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom('well' as const, 'down' as const, 'behind' as const),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function createVendor() {
  const attempts: ProviderPayment[] = [];
  let before: readonly ProviderPayment[] = [];
  const events: { providerPaymentId: string; status: PaymentStatus }[] = [];
  let mood: 'well' | 'down' | 'behind' = 'well';
  const put = (payment: ProviderPayment) => {
    before = structuredClone(attempts);
    const at = attempts.findIndex((one) => one.providerPaymentId === payment.providerPaymentId);
    if (at < 0) attempts.push(payment);
    else attempts[at] = payment;
    const { providerPaymentId, status } = payment;
    events.push({ providerPaymentId, status });
  };
  /** What it answers now: the truth, an older one, or nothing. */
  const shown = () => {
    if (mood === 'down') throw new ProviderError('wompi', 'unavailable', 'down');
    return mood === 'behind' ? before : attempts;
  };
  const provider: TopUpProvider = {
    name: 'wompi',
    createCheckout: async () => ({ url: 'https://pay.test/', checkoutId: undefined }),
    async getPayment(id) {
      const found = shown().find((one) => one.providerPaymentId === id);
      if (!found) throw new ProviderError('wompi', 'not_found', 'no such transaction');
      return found;
    },
    findPayments: async ({ reference }) => shown().filter((one) => one.reference === reference),
    parseWebhook: () => Promise.reject(new Error('not here')),
  };
  const of = (reference: string) => attempts.filter((one) => one.reference === reference);
  return {
    provider,
    events,
    of,
    setMood: (next: typeof mood) => void (mood = next),
    try(reference: string, pending: boolean) {
      // As Wompi: a reference that is paid, or being paid, is taken.
      if (of(reference).some(({ status }) => status !== 'declined')) return;
      put({
        providerPaymentId: newId('evt'),
        reference,
        amountMinor: AMOUNT,
        currency: 'COP',
        status: pending ? 'pending' : 'approved',
        refundedMinor: 0,
      });
    },
    decide(reference: string, approve: boolean) {
      const waiting = of(reference).find(({ status }) => status === 'pending');
      if (waiting) put({ ...waiting, status: approve ? 'approved' : 'declined' });
    },
    refund(reference: string, part: number) {
      const paid = of(reference).find(({ status }) => status === 'approved');
      if (!paid) return;
      const refundedMinor = Math.min(AMOUNT, paid.refundedMinor + AMOUNT * part);
      put({ ...paid, refundedMinor, status: refundedMinor === AMOUNT ? 'voided' : 'approved' });
    },
  };
}

async function play(steps: readonly Step[], clock: VirtualClock) {
  const orgId: Id<'org'> = newId('org');
  await t.pool.query('delete from billing_checks');
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name: 'x', founded_by: null }).execute(),
  );
  const vendor = createVendor();
  const common = { db: t.db, clock, newId, log };
  const wallet = createWalletService(common);
  const billing = createBillingService({
    ...common,
    wallet,
    subscriptions: { name: 'stripe' } as never,
    topUps: [vendor.provider],
    publicUrl: 'https://alo.test',
  });
  const payments = await Promise.all(
    Array.from({ length: PAYMENTS }, () =>
      billing.startTopUp({ orgId }, { amountMinor: AMOUNT, currency: 'COP', email: 'a@b.co' }),
    ),
  );
  const reference = (n: number) => String(payments[n]?.id);
  let spent = 0n;

  async function spend(share: number) {
    const { balanceMicros, heldMicros } = await wallet.get({ orgId });
    const pesos =
      (BigInt(Math.round(Number(balanceMicros - heldMicros) * share)) / 10_000n) * 10_000n;
    if (pesos <= 0n) return;
    const sourceId = newId('call');
    await t.db.withSystem((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: pesos }));
    spent += await t.db.withSystem((tx) => wallet.settle(tx, { sourceId, usedMicros: pesos }));
  }

  async function deliver(n: number) {
    const event = vendor.events[n];
    if (!event) return;
    const payload = { type: 'payment.changed', ...event };
    const id = newId('whk');
    await billing
      .handlePaymentEvent({ id, provider: 'wompi', eventId: id, name: 'x', payload })
      // The job would try again; here the next sweep has to make up for it.
      .catch((error: unknown) => expect(error).toBeInstanceOf(ProviderError));
  }

  for (const one of steps) {
    if (one.do === 'try') vendor.try(reference(one.which), one.pending);
    else if (one.do === 'decide') vendor.decide(reference(one.which), one.approve);
    else if (one.do === 'refund') vendor.refund(reference(one.which), one.part);
    else if (one.do === 'deliver') await deliver(one.event);
    else if (one.do === 'spend') await spend(one.share);
    else if (one.do === 'mood') vendor.setMood(one.mood);
    else {
      await clock.advance(one.minutes * 60_000);
      await billing.sweep();
    }
    const { balanceMicros } = await wallet.get({ orgId });
    expect(balanceMicros).toBeGreaterThanOrEqual(0n);
  }
  return { orgId, vendor, billing, wallet, payments, spent: () => spent };
}

/** What the vendor's books say of a reference. */
function truthOf(attempts: readonly ProviderPayment[]) {
  const moved = attempts.find(({ status }) => status === 'approved' || status === 'voided');
  const last = attempts.find(({ status }) => status === 'pending') ?? attempts.at(-1);
  return {
    status: (moved ?? last)?.status ?? 'pending',
    refunded: moved?.refundedMinor ?? 0,
    paid: moved,
  };
}

it('payments come to what the provider has, each booked at most once, whatever became of its events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = createVirtualClock();
      const run = await play(steps, clock);
      run.vendor.setMood('well');
      // A good day passes, quietly.
      for (let round = 0; round < 10; round++) {
        await clock.advance(3 * 3_600_000);
        await run.billing.sweep();
      }
      const entries = await t.pool.query(
        'select kind, source_id, amount from wallet_entries where org_id = $1',
        [run.orgId],
      );
      let booked = 0n;
      for (const { id } of run.payments) {
        const truth = truthOf(run.vendor.of(id));
        const ours = await run.billing.getTopUp({ orgId: run.orgId }, id);
        expect(ours.status).toBe(truth.status);
        const credits = entries.rows.filter((row) => row.kind === 'top_up' && row.source_id === id);
        // What was given back before we ever saw it paid was never booked.
        expect(credits.length).toBeLessThanOrEqual(1);
        if (truth.status === 'approved') expect(credits).toHaveLength(1);
        if (credits.length === 1) {
          expect(ours.refunded).toBe(truth.refunded);
          booked += microsFromMinor(AMOUNT - truth.refunded);
        }
      }
      const { owed } = await run.billing.getSubscription({ orgId: run.orgId });
      const { balanceMicros } = await run.wallet.get({ orgId: run.orgId });
      // What was spent of money that was given back is owed, to the cent.
      expect(balanceMicros - microsFromMinor(owed)).toBe(booked - run.spent());
      // Nothing is kept while something is owed.
      if (owed > 0) expect(balanceMicros).toBe(0n);
      const sum = entries.rows.reduce((total, { amount }) => total + BigInt(amount), 0n);
      expect(sum).toBe(balanceMicros);
    }),
    { numRuns: 20 },
  );
}, 120_000);
