import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, newId, ProviderError, systemClock, type Id } from '../kernel/index.ts';
import type { SubscriptionProvider, SubscriptionState } from '../ports/index.ts';
import { createSubscriptionSync } from './subscription-sync.ts';

/** The provider's answers are held back here, so that two jobs can be made to overtake each other. */
let t: TestDb;
let orgId: Id<'org'>;
let atProvider: Map<string, SubscriptionState>;
let beforeAnswer: (reading: number) => Promise<void>;
let readings: number;

beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());
beforeEach(async () => {
  orgId = newId('org');
  atProvider = new Map();
  readings = 0;
  beforeAnswer = () => Promise.resolve();
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name: 'x', founded_by: null }).execute(),
  );
});

const notHere = () => Promise.reject(new Error('not here'));
const subscriptions: SubscriptionProvider = {
  name: 'stripe',
  createCheckout: notHere,
  getCheckout: notHere,
  expireCheckout: notHere,
  createPortal: notHere,
  listSubscriptions: notHere,
  setCancelAtPeriodEnd: notHere,
  endSubscription: notHere,
  listInvoices: notHere,
  getInvoice: notHere,
  getPrice: notHere,
  parseWebhook: notHere,
  async getSubscription(id) {
    const state = atProvider.get(id);
    await beforeAnswer(++readings);
    if (!state) throw new ProviderError('stripe', 'not_found', 'resource_missing');
    return state;
  },
};
const handle = (payload: object) =>
  createSubscriptionSync({
    db: t.db,
    subscriptions,
    newId,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  }).handleEvent({
    id: newId('whk'),
    provider: 'stripe',
    eventId: newId('evt'),
    name: 'x',
    payload,
  });

const put = (
  subscriptionId: string,
  status: SubscriptionState['status'],
  fields: Partial<SubscriptionState> = {},
) =>
  atProvider.set(subscriptionId, {
    subscriptionId,
    customerId: `cus_${orgId}`,
    organizationId: orgId,
    status,
    createdAt: undefined,
    currentPeriodEnd: new Date('2027-01-01T00:00:00Z'),
    cancelAtPeriodEnd: false,
    ...fields,
  });
const changed = (subscriptionId: string) =>
  handle({ type: 'subscription.changed', subscriptionId });
const plan = async () =>
  (await t.pool.query('select plan from organizations where id = $1', [orgId])).rows[0].plan;
const recorded = async () =>
  (
    await t.pool.query(
      'select provider_subscription_id as id, status from subscriptions where org_id = $1',
      [orgId],
    )
  ).rows[0];

describe('an event of a subscription', () => {
  it('sets subscription and plan as the provider has them now, not as the event had them', async () => {
    const id = `sub_${orgId}`;
    put(id, 'active');
    await changed(id);
    expect([await plan(), (await recorded()).status]).toEqual(['pro', 'active']);
    put(id, 'canceled');
    await changed(id);
    await changed(id);
    expect([await plan(), (await recorded()).status]).toEqual(['free', 'canceled']);
  });

  it('answered late does not overwrite a newer answer', async () => {
    const id = `sub_${orgId}`;
    put(id, 'active');
    const slow = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    beforeAnswer = async (reading) => {
      if (reading > 1) return;
      asked.resolve();
      await slow.promise;
    };
    const first = changed(id);
    await asked.promise;
    put(id, 'canceled');
    await changed(id);
    slow.resolve();
    await first;
    expect([await plan(), (await recorded()).status]).toEqual(['free', 'canceled']);
  });

  it('that is an old one’s does not end the new one, even when the record is behind', async () => {
    const [old, current] = [`sub_old_${orgId}`, `sub_new_${orgId}`];
    put(old, 'active');
    await changed(old);
    put(old, 'canceled');
    put(current, 'active');
    await changed(current);
    expect([await plan(), (await recorded()).id]).toEqual(['pro', current]);
    await changed(old);
    expect([await plan(), (await recorded()).id]).toEqual(['pro', current]);
  });

  it('replaces one that the provider no longer knows', async () => {
    const [gone, fresh] = [`sub_gone_${orgId}`, `sub_fresh_${orgId}`];
    put(gone, 'active');
    await changed(gone);
    atProvider.delete(gone);
    put(fresh, 'active');
    await changed(fresh);
    expect((await recorded()).id).toBe(fresh);
  });

  it('without our metadata is found by the checkout, and later by the customer', async () => {
    const id = `sub_${orgId}`;
    put(id, 'active', { organizationId: undefined });
    await handle({ type: 'checkout.completed', subscriptionId: id, organizationId: orgId });
    expect(await plan()).toBe('pro');
    const next = `sub_next_${orgId}`;
    put(id, 'canceled', { organizationId: undefined });
    put(next, 'active', { organizationId: undefined });
    await changed(next);
    expect([await plan(), (await recorded()).id]).toEqual(['pro', next]);
  });

  it('of nobody we know changes nothing', async () => {
    for (const organizationId of ['org_x', 'nonsense', newId('org'), undefined]) {
      put('sub_stranger', 'active', { organizationId, customerId: 'cus_stranger' });
      await expect(changed('sub_stranger')).resolves.toBeUndefined();
    }
    expect([await plan(), await recorded()]).toEqual(['free', undefined]);
  });

  it('fails when the provider cannot be asked, so that the job is tried again', async () => {
    await expect(changed('sub_missing')).rejects.toThrow(/resource_missing/);
  });

  it('of another kind asks nothing', async () => {
    await handle({ type: 'other' });
    expect(readings).toBe(0);
  });
});
