import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { recordEvent, type EventType } from '../events/index.ts';
import {
  createLog,
  createVirtualClock,
  limits,
  newId,
  type Id,
  type VirtualClock,
} from '../kernel/index.ts';
import type { WebhookResult } from '../ports/index.ts';
import { attemptsMax, retryWaitsMs } from './attempt.rules.ts';
import { createDeliverer } from './deliverer.ts';
import { createRelay } from './relay.ts';
import { answered, fakeQueue, fakeSender, newOrganization } from './testing.ts';
import { createWebhooksService } from './webhooks.service.ts';

/** Machines that test are busy. */
const patiently = { timeout: 15_000 };

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
// A sweep looks at everybody's deliveries: what another test left behind is not this one's.
beforeEach(() =>
  t.db.withSystem(async (tx) => {
    await tx.deleteFrom('webhook_endpoints').execute();
    await tx.deleteFrom('events').execute();
  }),
);
afterAll(() => t.close());

const log = createLog({ level: 'silent' });
const never = new AbortController().signal;
const HOUR = 3_600_000;

/** Everything around one organization. The clock starts now: the reference library knows no other. */
async function setUp(answer: () => WebhookResult | Promise<WebhookResult> = () => answered(200)) {
  const clock: VirtualClock = createVirtualClock(new Date());
  const { db } = t;
  const jobs = fakeQueue();
  const sender = fakeSender(answer);
  const common = { db, clock, newId, log, jobs, sender };
  const orgId = await newOrganization(db);
  const webhooks = createWebhooksService(common);
  const relay = createRelay(common);
  const deliverer = createDeliverer({ ...common, random: () => 0 });
  const scope = { orgId };
  return {
    scope,
    clock,
    jobs,
    posts: sender.posts,
    webhooks,
    relay,
    deliverer,
    endpoint: (eventTypes: string[] = ['*']) =>
      webhooks.createEndpoint(scope, { url: 'https://a.test/hook', event_types: eventTypes }),
    record: (type: EventType = 'wallet.low_balance', test = false) =>
      db.withSystem((tx) =>
        recordEvent(tx, { orgId, type, data: { balance: 1 } as never, at: clock.now(), test }),
      ),
    /** Runs every job that waits. */
    async work() {
      for (let id = jobs.waiting.shift(); id; id = jobs.waiting.shift())
        await deliverer.deliver(id, never);
    },
    async pass(ms: number) {
      await clock.advance(ms);
      await deliverer.sweep();
      await this.work();
    },
  };
}

describe('an event', () => {
  it('is posted to each endpoint that wants it, signed, and to no other', async () => {
    const on = await setUp();
    const all = await on.endpoint();
    const some = await on.endpoint(['call.*', 'wallet.low_balance']);
    await on.endpoint(['call.ended']);
    const id = await on.record();
    expect(await on.relay.relay()).toBe(1);
    await on.work();

    expect(on.posts).toHaveLength(2);
    for (const [index, endpoint] of [all, some].entries()) {
      const post = on.posts[index];
      if (!post) throw new Error('no post');
      expect(new Webhook(endpoint.secret).verify(post.body, post.headers)).toEqual({
        id,
        type: 'wallet.low_balance',
        timestamp: on.clock.now().toISOString(),
        test: false,
        data: { balance: 1 },
      });
      expect(post.headers['webhook-id']).toBe(id);
    }
    const [delivery] = await on.webhooks.listDeliveriesOfEvent(on.scope, id);
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, next_attempt_at: null });
  });

  it("of another organization is nobody else's", async () => {
    const [a, b] = [await setUp(), await setUp()];
    const endpoint = await a.endpoint();
    const id = await b.record();
    await a.relay.relay();
    await a.work();
    expect(a.posts).toEqual([]);
    const foreign = { code: 'not_found' };
    await expect(b.webhooks.getEndpoint(b.scope, endpoint.id)).rejects.toMatchObject(foreign);
    await expect(b.webhooks.deleteEndpoint(b.scope, endpoint.id)).rejects.toMatchObject(foreign);
    await expect(b.webhooks.rotateSecret(b.scope, endpoint.id, 1)).rejects.toMatchObject(foreign);
    await expect(b.webhooks.replay(b.scope, id, endpoint.id)).rejects.toMatchObject(foreign);
    await expect(a.webhooks.replay(a.scope, id)).rejects.toMatchObject(foreign);
  });

  it('made as a test goes only where it was sent', async () => {
    const on = await setUp();
    const [one, other] = [await on.endpoint(), await on.endpoint()];
    const id = await on.record('call.ended', true);
    await on.relay.relay();
    await on.work();
    expect(on.posts).toEqual([]);
    expect(await on.webhooks.replay(on.scope, id)).toEqual([]);
    await on.webhooks.replay(on.scope, id, one.id);
    const again = await on.webhooks.replay(on.scope, id);
    expect(again.map((delivery) => delivery.endpoint_id)).toEqual([one.id]);
    expect(again.map((delivery) => delivery.endpoint_id)).not.toContain(other.id);
  });

  it('relayed twice, or by two at once, has one delivery an endpoint', async () => {
    const on = await setUp();
    await on.endpoint();
    const ids = [await on.record(), await on.record()];
    await Promise.all([on.relay.relay(), on.relay.relay()]);
    await on.relay.relay();
    for (const id of ids)
      expect(await on.webhooks.listDeliveriesOfEvent(on.scope, id)).toHaveLength(1);
  });
});

describe('a delivery that fails', () => {
  it('is tried on the schedule, under the same id with a fresh signature, until it gets through', async () => {
    let status = 500;
    const on = await setUp(() => answered(status));
    const { secret } = await on.endpoint();
    const id = await on.record();
    await on.relay.relay();
    await on.work();
    await on.pass(4_000);
    expect(on.posts).toHaveLength(1);
    await on.pass(1_000);
    expect(on.posts).toHaveLength(2);
    status = 204;
    await on.pass(5 * 60_000);
    expect(on.posts).toHaveLength(3);

    const [first, last] = [on.posts[0], on.posts[2]];
    if (!first || !last) throw new Error('no post');
    expect(last.body).toBe(first.body);
    expect(last.headers['webhook-id']).toBe(first.headers['webhook-id']);
    const sentAt = Number(last.headers['webhook-timestamp']) * 1_000;
    expect(last.headers['webhook-signature']).toBe(
      new Webhook(secret).sign(id, new Date(sentAt), last.body),
    );
    const [delivery] = await on.webhooks.listDeliveriesOfEvent(on.scope, id);
    if (!delivery) throw new Error('no delivery');
    const { attempt_log: attempts } = await on.webhooks.getDelivery(on.scope, delivery.id);
    expect(attempts.map((attempt) => [attempt.number, attempt.status_code])).toEqual([
      [3, 204],
      [2, 500],
      [1, 500],
    ]);
    expect(attempts[0]).toMatchObject({ response: 'status 204', error: null });
  });

  it('has failed after the last attempt, and can be replayed from the start', async () => {
    let status = 503;
    const on = await setUp(() => answered(status));
    await on.endpoint();
    const id = await on.record();
    await on.relay.relay();
    await on.work();
    for (const wait of retryWaitsMs) await on.pass(wait);
    expect(on.posts).toHaveLength(attemptsMax);
    const state = async () => (await on.webhooks.listDeliveriesOfEvent(on.scope, id))[0];
    expect(await state()).toMatchObject({ status: 'failed', attempts: attemptsMax });
    await on.pass(30 * HOUR);
    expect(on.posts).toHaveLength(attemptsMax);

    await on.webhooks.replay(on.scope, id);
    await on.work();
    expect(await state()).toMatchObject({ status: 'pending', attempts: attemptsMax + 1 });
    status = 200;
    await on.pass(5_000);
    expect(await state()).toMatchObject({ status: 'delivered', attempts: attemptsMax + 2 });
  });

  it('for days disables the endpoint, which is an event; enabling it makes a replay possible', async () => {
    let status = 500;
    const on = await setUp(() => answered(status));
    const endpoint = await on.endpoint(['wallet.*']);
    const id = await on.record();
    await on.relay.relay();
    await on.work();
    for (let attempt = 1; attempt < attemptsMax; attempt++) await on.pass(24 * HOUR);
    const disabled = await on.webhooks.getEndpoint(on.scope, endpoint.id);
    expect(disabled).toMatchObject({ status: 'disabled', disabled_reason: 'failing' });
    const told = await t.db.withOrg(on.scope, (tx) =>
      tx.selectFrom('events').select(['type', 'data']).orderBy('id', 'desc').limit(1).execute(),
    );
    expect(told).toMatchObject([
      { type: 'webhook_endpoint.disabled', data: { id: endpoint.id, status: 'disabled' } },
    ]);
    await expect(on.webhooks.replay(on.scope, id, endpoint.id)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await on.webhooks.replay(on.scope, id)).toEqual([]);

    status = 200;
    const enabled = await on.webhooks.updateEndpoint(on.scope, endpoint.id, { status: 'enabled' });
    expect(enabled).toMatchObject({ disabled_reason: null, failing_since: null });
    const before = on.posts.length;
    await on.webhooks.replay(on.scope, id);
    await on.work();
    expect(on.posts).toHaveLength(before + 1);
    expect((await on.webhooks.listDeliveriesOfEvent(on.scope, id))[0]).toMatchObject({
      status: 'delivered',
    });
  });

  it('with 410 disables the endpoint at once; what was waiting for it is given up', async () => {
    const on = await setUp(() => answered(410));
    const endpoint = await on.endpoint(['wallet.*']);
    const [first, second] = [await on.record(), await on.record()];
    await on.relay.relay();
    await on.work();
    expect(on.posts).toHaveLength(1);
    expect(await on.webhooks.getEndpoint(on.scope, endpoint.id)).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
    });
    for (const id of [first, second])
      expect(await on.webhooks.listDeliveriesOfEvent(on.scope, id)).toMatchObject([
        { status: 'failed' },
      ]);
  });

  it('forgets its failures with the first success', async () => {
    let status = 500;
    const on = await setUp(() => answered(status));
    const endpoint = await on.endpoint();
    await on.record();
    await on.relay.relay();
    await on.work();
    const state = () => on.webhooks.getEndpoint(on.scope, endpoint.id);
    expect((await state()).failing_since).not.toBeNull();
    status = 200;
    await on.pass(5_000);
    expect((await state()).failing_since).toBeNull();
  });
});

describe('an attempt whose process dies', () => {
  it('before it has sent is made again after the lease, not before', async () => {
    const stuck = Promise.withResolvers<WebhookResult>();
    let answers = 0;
    const on = await setUp(() => (answers++ === 0 ? stuck.promise : answered(200)));
    await on.endpoint();
    const id = await on.record();
    await on.relay.relay();
    const dead = on.work();
    await expect.poll(() => on.posts.length, patiently).toBe(1);
    await on.pass(limits.webhooks.leaseMs - 1);
    expect(on.posts).toHaveLength(1);
    await on.pass(1);
    expect(on.posts).toHaveLength(2);
    // The dead one comes back to life: what it says counts for nothing any more.
    stuck.resolve(answered(500));
    await dead;
    expect((await on.webhooks.listDeliveriesOfEvent(on.scope, id))[0]).toMatchObject({
      status: 'delivered',
      attempts: 2,
    });
  });

  it('again and again runs out of attempts like any other', async () => {
    const on = await setUp(() => new Promise(() => undefined));
    await on.endpoint();
    const id = await on.record();
    await on.relay.relay();
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      void on.work();
      await expect.poll(() => on.posts.length, patiently).toBe(attempt + 1);
      await on.clock.advance(limits.webhooks.leaseMs);
      await on.deliverer.sweep();
    }
    await on.work();
    expect((await on.webhooks.listDeliveriesOfEvent(on.scope, id))[0]).toMatchObject({
      status: 'failed',
      attempts: attemptsMax,
    });
  });
});

describe('many at once', () => {
  it('an organization has a bounded number of attempts running; the rest follow', async () => {
    const gates: (() => void)[] = [];
    const on = await setUp(
      () => new Promise((resolve) => gates.push(() => resolve(answered(200)))),
    );
    await on.endpoint();
    const ids: Id<'evt'>[] = [];
    for (let n = 0; n < limits.webhooks.inFlightMax + 2; n++) ids.push(await on.record());
    await on.relay.relay();
    const running = on.jobs.waiting.splice(0).map((id) => on.deliverer.deliver(id, never));
    await expect.poll(() => gates.length, patiently).toBe(limits.webhooks.inFlightMax);
    for (const open of gates.splice(0)) open();
    await Promise.all(running);
    expect(on.posts).toHaveLength(limits.webhooks.inFlightMax);
    await on.clock.advance(1_000);
    await on.deliverer.sweep();
    const late = on.jobs.waiting.splice(0).map((id) => on.deliverer.deliver(id, never));
    await expect.poll(() => gates.length, patiently).toBe(2);
    for (const open of gates) open();
    await Promise.all(late);
    for (const id of ids)
      expect(await on.webhooks.listDeliveriesOfEvent(on.scope, id)).toMatchObject([
        { status: 'delivered', attempts: 1 },
      ]);
  });
});

describe('secrets', () => {
  const deliverOne = async (on: Awaited<ReturnType<typeof setUp>>) => {
    await on.record();
    await on.relay.relay();
    await on.work();
    const post = on.posts.at(-1);
    if (!post) throw new Error('no post');
    return (secret: string) => {
      try {
        const at = new Date(Number(post.headers['webhook-timestamp']) * 1_000);
        const signature = new Webhook(secret).sign(post.headers['webhook-id'] ?? '', at, post.body);
        return (post.headers['webhook-signature'] ?? '').split(' ').includes(signature);
      } catch {
        return false;
      }
    };
  };

  it('sign side by side until the older one expires', async () => {
    const on = await setUp();
    const { id, secret: old } = await on.endpoint();
    const { secret: fresh, previous_expires_at: until } = await on.webhooks.rotateSecret(
      on.scope,
      id,
      24,
    );
    expect(Date.parse(until) - on.clock.now().getTime()).toBe(24 * HOUR);
    const during = await deliverOne(on);
    expect([during(old), during(fresh)]).toEqual([true, true]);
    await on.clock.advance(24 * HOUR);
    const after = await deliverOne(on);
    expect([after(old), after(fresh)]).toEqual([false, true]);
  });

  it('are two at most: a further rotation ends the oldest; no overlap ends the present one', async () => {
    const on = await setUp();
    const { id, secret: first } = await on.endpoint();
    const { secret: second } = await on.webhooks.rotateSecret(on.scope, id, 24);
    const { secret: third } = await on.webhooks.rotateSecret(on.scope, id, 24);
    const now = await deliverOne(on);
    expect([now(first), now(second), now(third)]).toEqual([false, true, true]);
    const { secret: fourth } = await on.webhooks.rotateSecret(on.scope, id, 0);
    const then = await deliverOne(on);
    expect([then(second), then(third), then(fourth)]).toEqual([false, false, true]);
  });

  it('cannot be read by the role that serves requests, nor are they in the audit log', async () => {
    const on = await setUp();
    const { secret } = await on.endpoint();
    const read = t.db.withOrg(on.scope, (tx) =>
      tx.selectFrom('webhook_secrets').select('secret').execute(),
    );
    await expect(read).rejects.toThrow(/permission denied/);
    const { rows } = await t.pool.query('select * from audit_logs where org_id = $1', [
      on.scope.orgId,
    ]);
    expect(rows.map((row) => row.target_type)).toEqual(
      expect.arrayContaining(['webhook_endpoints', 'webhook_secrets']),
    );
    expect(
      JSON.stringify(rows, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ).not.toContain(secret);
  });
});

describe('endpoints', () => {
  it('tell when they are switched off and on, and not when nothing changes', async () => {
    const on = await setUp();
    const { id } = await on.endpoint();
    for (const status of ['enabled', 'disabled', 'disabled', 'enabled'] as const)
      await on.webhooks.updateEndpoint(on.scope, id, { status });
    const told = await t.db.withOrg(on.scope, (tx) =>
      tx.selectFrom('events').select(['type', 'data']).orderBy('id').execute(),
    );
    expect(told).toMatchObject([
      { type: 'webhook_endpoint.disabled', data: { disabled_reason: 'manual' } },
      { type: 'webhook_endpoint.enabled', data: { disabled_reason: null } },
    ]);
  });

  it('refuse an address the sender would refuse, and more than the limit', async () => {
    const on = await setUp();
    const plain = { url: 'http://a.test/', event_types: ['*'] };
    await expect(on.webhooks.createEndpoint(on.scope, plain)).rejects.toMatchObject({
      code: 'validation_failed',
      param: 'url',
      errors: [{ code: 'not_https' }],
    });
    for (let n = 0; n < limits.webhooks.endpointsMax; n++) await on.endpoint();
    await expect(on.endpoint()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('take their secrets and deliveries along when they are deleted', async () => {
    const on = await setUp();
    const { id } = await on.endpoint();
    const eventId = await on.record();
    await on.relay.relay();
    await on.webhooks.deleteEndpoint(on.scope, id);
    await on.work();
    expect(on.posts).toEqual([]);
    expect(await on.webhooks.listDeliveriesOfEvent(on.scope, eventId)).toEqual([]);
    const { rows } = await t.pool.query('select 1 from webhook_secrets where endpoint_id = $1', [
      id,
    ]);
    expect(rows).toEqual([]);
  });

  it('cannot be given deliveries by another organization, whatever id it names', async () => {
    const [a, b] = [await setUp(), await setUp()];
    const { id: endpointId } = await a.endpoint();
    const eventId = await b.record();
    const write = t.db.withOrg(b.scope, (tx) =>
      tx
        .insertInto('webhook_deliveries')
        .values({
          id: newId('dlv'),
          org_id: b.scope.orgId,
          event_id: eventId,
          event_type: 'call.ended',
          endpoint_id: endpointId,
          next_attempt_at: b.clock.now(),
        })
        .execute(),
    );
    await expect(write).rejects.toThrow(/foreign key/);
  });
});

it('events are forgotten with their deliveries once they are too old to be replayed', async () => {
  const on = await setUp();
  await on.endpoint();
  const old = await on.record();
  await on.relay.relay();
  await on.work();
  await on.clock.advance(limits.events.retentionMs + 1);
  const fresh = await on.record();
  await on.relay.relay();
  await on.deliverer.forget();
  await expect(on.webhooks.listDeliveriesOfEvent(on.scope, old)).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await on.webhooks.listDeliveriesOfEvent(on.scope, fresh)).toHaveLength(1);
});
