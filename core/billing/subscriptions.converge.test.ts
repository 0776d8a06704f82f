import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  createLog,
  createVirtualClock,
  newId,
  ProviderError,
  type Id,
  type VirtualClock,
} from '../kernel/index.ts';
import type {
  SubscriptionCheckout,
  SubscriptionProvider,
  SubscriptionState,
  SubscriptionStatus,
} from '../ports/index.ts';
import { createWalletService } from '../wallet/index.ts';
import { createBillingService } from './billing.service.ts';

/**
 * A provider whose customers open several checkouts and pay them all, whose charges fail and are made
 * good, whose events are lost, late, doubled and swapped, which is down at times. Once it is quiet
 * and we have asked it long enough, the plan is what it says, and nobody pays for two.
 */

const log = createLog({ level: 'silent' });
const DAY_MS = 24 * 3_600_000;

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

const nth = fc.nat({ max: 3 });
const changes = ['past_due', 'active', 'unpaid', 'canceled', 'toggle'] as const;
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'open' as const }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('pay' as const), nth }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      nth,
      to: fc.constantFrom(...changes),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), event: fc.nat({ max: 25 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sweep' as const),
      hours: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const), down: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function createProvider(clock: VirtualClock, orgId: Id<'org'>) {
  const checkouts: { id: string; openedAt: Date; state: SubscriptionCheckout }[] = [];
  const subscriptions: SubscriptionState[] = [];
  const events: { type: string; subscriptionId: string; organizationId?: string }[] = [];
  const refunded = new Set<string>();
  let isDown = false;
  const customerId = `cus_${orgId}`;

  const change = (id: string, fields: Partial<SubscriptionState>) => {
    const at = subscriptions.findIndex((one) => one.subscriptionId === id);
    const before = subscriptions[at];
    // What has ended stays so.
    if (!before || before.status === 'canceled') return;
    subscriptions[at] = { ...before, ...fields };
    events.push({ type: 'subscription.changed', subscriptionId: id });
  };
  const answer = async <T>(value: T | undefined): Promise<T> => {
    if (isDown) throw new ProviderError('stripe', 'unavailable', 'down');
    if (value === undefined) throw new ProviderError('stripe', 'not_found', 'resource_missing');
    return value;
  };
  const find = (id: string) => subscriptions.find((one) => one.subscriptionId === id);
  const isOpen = ({ openedAt, state }: (typeof checkouts)[number]) =>
    state.status === 'open' && clock.now().getTime() - openedAt.getTime() < DAY_MS;
  const stateOf = (checkout: (typeof checkouts)[number]): SubscriptionCheckout =>
    checkout.state.status === 'open' && !isOpen(checkout)
      ? { ...checkout.state, status: 'expired' }
      : checkout.state;

  const notHere = () => Promise.reject(new Error('not here'));
  const provider: SubscriptionProvider = {
    name: 'stripe',
    async createCheckout() {
      const id = `cs_${newId('evt')}`;
      const state = { status: 'open', subscriptionId: undefined, organizationId: orgId } as const;
      checkouts.push(await answer({ id, openedAt: clock.now(), state }));
      return { id, url: 'https://pay.test/' };
    },
    getCheckout(id) {
      const found = checkouts.find((one) => one.id === id);
      return answer(found && stateOf(found));
    },
    async expireCheckout(id) {
      const found = checkouts.find((one) => one.id === id);
      await answer(found);
      if (found && isOpen(found)) found.state = { ...found.state, status: 'expired' };
    },
    getSubscription: (id) => answer(find(id)),
    listSubscriptions: () => answer([...subscriptions]),
    async endSubscription(id, { refund }) {
      await answer(find(id));
      if (refund) refunded.add(id);
      change(id, { status: 'canceled' });
    },
    setCancelAtPeriodEnd: notHere,
    createPortal: notHere,
    listInvoices: notHere,
    getInvoice: notHere,
    getPrice: notHere,
    parseWebhook: notHere,
  };
  return {
    provider,
    events,
    subscriptions,
    refunded,
    setDown: (down: boolean) => void (isDown = down),
    pay(n: number) {
      const checkout = checkouts[n];
      if (!checkout || !isOpen(checkout)) return;
      const subscriptionId = `sub_${newId('evt')}`;
      subscriptions.push({
        subscriptionId,
        customerId,
        organizationId: orgId,
        status: 'active',
        createdAt: clock.now(),
        currentPeriodEnd: new Date('2099-01-01T00:00:00Z'),
        cancelAtPeriodEnd: false,
      });
      checkout.state = { ...checkout.state, status: 'complete', subscriptionId };
      events.push(
        { type: 'checkout.completed', subscriptionId, organizationId: orgId },
        { type: 'subscription.changed', subscriptionId },
      );
    },
    change(n: number, to: (typeof changes)[number]) {
      const subscription = subscriptions[n];
      if (!subscription) return;
      const { subscriptionId, cancelAtPeriodEnd } = subscription;
      const fields =
        to === 'toggle'
          ? { cancelAtPeriodEnd: !cancelAtPeriodEnd }
          : { status: to as SubscriptionStatus };
      change(subscriptionId, fields);
    },
  };
}

async function play(steps: readonly Step[]) {
  const clock = createVirtualClock();
  const orgId = newId('org');
  await t.pool.query('delete from billing_checks');
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name: 'x', founded_by: null }).execute(),
  );
  const stripe = createProvider(clock, orgId);
  const common = { db: t.db, clock, newId, log };
  const billing = createBillingService({
    ...common,
    wallet: createWalletService(common),
    subscriptions: stripe.provider,
    topUps: [],
    publicUrl: 'https://alo.test',
  });
  const expected = (error: unknown) => {
    const known =
      error instanceof ProviderError || (error as { code?: string }).code === 'conflict';
    if (!known) throw error;
  };
  for (const one of steps) {
    if (one.do === 'open') {
      const checkout = { email: 'a@b.co', idempotencyKey: newId('req') };
      await billing.startCheckout({ orgId }, checkout).catch(expected);
    } else if (one.do === 'pay') stripe.pay(one.nth);
    else if (one.do === 'change') stripe.change(one.nth, one.to);
    else if (one.do === 'down') stripe.setDown(one.down);
    else if (one.do === 'sweep') {
      await clock.advance(one.hours * 3_600_000);
      await billing.sweep();
    } else {
      const payload = stripe.events[one.event];
      const id = newId('whk');
      const event = { id, provider: 'stripe', eventId: id, name: 'x', payload };
      if (payload) await billing.handleSubscriptionEvent(event).catch(expected);
    }
  }
  return { clock, orgId, stripe, billing };
}

it('the subscription comes to what the provider has, and one at most charges, whatever became of its events', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const { clock, orgId, stripe, billing } = await play(steps);
      stripe.setDown(false);
      // Ten quiet days: longer than any grace, and than any checkout stays open.
      for (let day = 0; day < 10; day++) {
        await clock.advance(DAY_MS);
        await billing.sweep();
      }
      const { plan, subscription } = await billing.getSubscription({ orgId });
      const alive = stripe.subscriptions.filter(({ status }) => status !== 'canceled');
      expect(alive.length).toBeLessThanOrEqual(1);
      const [one] = alive;
      expect(plan).toBe(one?.status === 'active' ? 'pro' : 'free');
      if (one) {
        expect(subscription).toMatchObject({
          status: one.status,
          cancel_at_period_end: one.cancelAtPeriodEnd,
        });
      } else if (stripe.subscriptions.length > 0) expect(subscription?.status).toBe('canceled');
      else expect(subscription).toBeNull();
      // Only what was paid beside another is given back: never the one that stays.
      if (one) expect(stripe.refunded.has(one.subscriptionId)).toBe(false);
      const events = await t.pool.query(
        `select data from events where org_id = $1 and type = 'subscription.updated' order by id desc limit 1`,
        [orgId],
      );
      // Integrations have heard of the last state.
      if (events.rows[0]) expect(events.rows[0].data).toMatchObject({ plan });
      else expect(subscription).toBeNull();
    }),
    { numRuns: 20 },
  );
}, 120_000);
