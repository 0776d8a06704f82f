import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, microsFromMinor, newId, systemClock } from '../kernel/index.ts';
import type { PaymentStatus, ProviderPayment, TopUpProvider } from '../ports/index.ts';
import { createWalletService } from '../wallet/index.ts';
import { createBillingService } from './billing.service.ts';

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

it('approvals, voids and debts of one wallet at once are each booked once, and nobody waits in a circle', async () => {
  const orgId = newId('org');
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name: 'x', founded_by: null }).execute(),
  );
  const atProvider = new Map<string, ProviderPayment>();
  const provider: TopUpProvider = {
    name: 'wompi',
    createCheckout: async () => ({ url: 'https://pay.test/', checkoutId: undefined }),
    getPayment: async (id) => atProvider.get(id) ?? Promise.reject(new Error('not here')),
    findPayments: async ({ reference }) =>
      [...atProvider.values()].filter((one) => one.reference === reference),
    parseWebhook: () => Promise.reject(new Error('not here')),
  };
  const common = { db: t.db, clock: systemClock, newId, log: createLog({ level: 'silent' }) };
  const wallet = createWalletService(common);
  const billing = createBillingService({
    ...common,
    wallet,
    subscriptions: { name: 'stripe' } as never,
    topUps: [provider],
    publicUrl: 'https://alo.test',
  });
  const amountMinor = 2_000_000;
  const amount = microsFromMinor(amountMinor);
  const ask = { amountMinor, currency: 'COP', email: 'a@b.co' } as const;
  const references: string[] = [];
  for (let n = 0; n < 12; n++) references.push((await billing.startTopUp({ orgId }, ask)).id);
  const set = (reference: string, status: PaymentStatus) =>
    atProvider.set(`t-${reference}`, {
      providerPaymentId: `t-${reference}`,
      reference,
      amountMinor,
      currency: 'COP',
      status,
      refundedMinor: status === 'voided' ? amountMinor : 0,
    });
  const tell = (reference: string) => {
    const id = newId('whk');
    const payload = {
      type: 'payment.changed',
      providerPaymentId: `t-${reference}`,
      status: 'approved',
    };
    return billing.handlePaymentEvent({ id, provider: 'wompi', eventId: id, name: 'x', payload });
  };

  const [early, late] = [references.slice(0, 4), references.slice(4)];
  for (const reference of early) set(reference, 'approved');
  await Promise.all([...early, ...early].map(tell));
  expect((await wallet.get({ orgId })).balanceMicros).toBe(4n * amount);
  // Spent, and then given back: what follows owes.
  const sourceId = newId('call');
  const spent = 4n * amount;
  await t.db.withSystem((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: spent }));
  await t.db.withSystem((tx) => wallet.settle(tx, { sourceId, usedMicros: spent }));

  for (const reference of early) set(reference, 'voided');
  for (const reference of late) set(reference, 'approved');
  await Promise.all([...references, ...references.toReversed()].map(tell));

  expect((await wallet.get({ orgId })).balanceMicros).toBe(4n * amount);
  expect((await billing.getSubscription({ orgId })).owed).toBe(0);
  const { rows } = await t.pool.query(
    `select kind, count(distinct source_id)::int as n, sum(amount)::text as sum
       from wallet_entries where org_id = $1 group by kind order by kind`,
    [orgId],
  );
  expect(rows).toMatchObject([
    { kind: 'call', sum: String(-spent) },
    { kind: 'refund', sum: String(-4n * amount) },
    { kind: 'top_up', n: 12, sum: String(12n * amount) },
  ]);
});
