import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { recordEvent } from '../events/index.ts';
import { createVirtualClock, limits, newId, systemClock, type Id } from '../kernel/index.ts';
import { createRelay } from '../webhooks/index.ts';
import { createEventFeed, createEventFeedWatcher } from './event-feed.service.ts';
import { eventSamples } from './samples.ts';

/** Machines that test are busy. */
const patiently = { timeout: 15_000 };

let t: TestDb;
let orgId: Id<'org'>;
beforeAll(async () => {
  t = await createTestDb();
  orgId = newId('org');
  await t.db.withSystem((tx) =>
    tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'Prueba', founded_by: null })
      .execute(),
  );
});
afterAll(() => t.close());

const nothing = { sendWithin: async () => [], askFor: async () => undefined };
const record = () =>
  t.db.withSystem((tx) =>
    recordEvent(tx, {
      orgId,
      type: 'wallet.low_balance',
      data: eventSamples['wallet.low_balance'],
      at: systemClock.now(),
    }),
  );
const relay = () =>
  createRelay({
    db: t.db,
    clock: systemClock,
    newId,
    jobs: { enqueue: async () => undefined },
  }).relay();

describe('the feed', () => {
  it('ends after its time, or when the listener leaves, and leaves no timer behind', async () => {
    const clock = createVirtualClock();
    const watcher = await createEventFeedWatcher({ db: t.db, clock });
    const feed = createEventFeed({ db: t.db, clock, watcher, webhooks: nothing });
    const leave = new AbortController();
    for (const end of [() => clock.advance(limits.events.streamMsMax), async () => leave.abort()]) {
      const follow = await feed.stream({ orgId }, {});
      const events = follow(leave.signal);
      expect((await events.next()).value).toMatchObject({ type: 'stream.opened' });
      let over = false;
      const next = events.next().finally(() => (over = true));
      await expect.poll(() => clock.pendingTimers, patiently).toBe(1);
      await end();
      // The look into the database takes its own time; the clock waits for it.
      await expect.poll(() => clock.advance(2_000).then(() => over), patiently).toBe(true);
      expect(await next).toEqual({ done: true, value: undefined });
      expect(clock.pendingTimers).toBe(0);
    }
    await watcher.close();
  });

  // Only a database with several sessions has transactions that end in another order than they began.
  it.runIf(process.env['TEST_DATABASE_URL'])(
    'never misses an event whose transaction ended after a later one was told',
    async () => {
      const watcher = await createEventFeedWatcher({ db: t.db, clock: systemClock });
      const feed = createEventFeed({ db: t.db, clock: systemClock, watcher, webhooks: nothing });
      const leave = new AbortController();
      const follow = await feed.stream({ orgId }, {});
      const events = follow(leave.signal);
      await events.next();

      const written = Promise.withResolvers<Id<'evt'>>();
      const commit = Promise.withResolvers<void>();
      const slow = t.db.withSystem(async (tx) => {
        const data = eventSamples['wallet.low_balance'];
        const at = systemClock.now();
        written.resolve(await recordEvent(tx, { orgId, type: 'wallet.low_balance', data, at }));
        await commit.promise;
      });
      const early = await written.promise;
      const late = await record();
      await relay();
      expect((await events.next()).value).toMatchObject({ id: late });
      commit.resolve();
      await slow;
      await relay();
      expect((await events.next()).value).toMatchObject({ id: early });
      expect(early < late).toBe(true);

      const again = (await feed.stream({ orgId }, { from: late }))(leave.signal);
      await again.next();
      expect((await again.next()).value).toMatchObject({ id: early });
      leave.abort();
      await watcher.close();
    },
  );
});
