import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../db/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { listFeed, recordEvent } from '../events/index.ts';
import {
  createLog,
  createVirtualClock,
  limits,
  newId,
  type Clock,
  type Id,
} from '../kernel/index.ts';
import type { WebhookResult } from '../ports/index.ts';
import { createDeliverer } from './deliverer.ts';
import { createRelay } from './relay.ts';
import { answered, fakeQueue, fakeSender, newOrganization } from './testing.ts';
import { createWebhooksService } from './webhooks.service.ts';

/*
 * Events are recorded, relayed and delivered in any interleaving, by processes that are killed at
 * any point, to endpoints that fail in any way. At the end every event has got to every endpoint
 * that wanted it, has exactly one delivery there, and came to listeners exactly once, in one order.
 * A failure prints a seed and a path: give them to `fc.assert` to see it again.
 */

const RUNS = Number(process.env['ALO_PROPERTY_RUNS'] ?? 12);
const log = createLog({ level: 'silent' });
const never = new AbortController().signal;

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

/** Where a process can die. */
const killPoints = ['before', 'inside', 'after', 'enqueueing', 'sending', 'sent'] as const;
type KillPoint = (typeof killPoints)[number];
class Killed extends Error {}

const kill = fc.option(fc.record({ at: fc.constantFrom(...killPoints), nth: fc.nat(3) }), {
  freq: 2,
});
const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('record' as const), org: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('relay' as const), kill }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('work' as const), kill, again: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const), kill }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1_000, 6_000, 61_000, 400_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('listen' as const), org: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replay' as const), org: fc.nat(1) }) },
);
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

const outcome = fc.constantFrom<WebhookResult>(
  answered(200),
  answered(200),
  answered(500),
  answered(302),
  answered(429),
  { type: 'unanswered', error: 'timeout' },
);

/** The parts of the platform around one death: what is armed strikes once. */
function mortal(clock: Clock, queue: ReturnType<typeof fakeQueue>, outcomes: WebhookResult[]) {
  let armed: { at: KillPoint; nth: number } | null = null;
  const point = (at: KillPoint) => {
    if (armed?.at !== at) return;
    if (armed.nth-- > 0) return;
    armed = null;
    throw new Killed(at);
  };
  const db: Db = {
    ...t.db,
    async withSystem(work, onBehalfOf) {
      point('before');
      const value = await t.db.withSystem(async (tx) => {
        const value = await work(tx);
        point('inside');
        return value;
      }, onBehalfOf);
      point('after');
      return value;
    },
  };
  const jobs: typeof queue = {
    ...queue,
    async enqueue(...asking) {
      point('enqueueing');
      await queue.enqueue(...asking);
    },
  };
  const sender = fakeSender(() => {
    point('sending');
    const result = outcomes.shift() ?? answered(200);
    if (result.type === 'answered' && result.status === 200) received.push(lastPost());
    point('sent');
    return result;
  });
  const received: { url: string; id: string }[] = [];
  const lastPost = () => {
    const post = sender.posts.at(-1);
    return { url: post?.url ?? '', id: post?.headers['webhook-id'] ?? '' };
  };
  const common = { db, jobs, clock, newId, log, sender, random: () => 0 };
  return {
    received,
    posts: sender.posts,
    relay: createRelay(common),
    deliverer: createDeliverer(common),
    arm: (at: typeof armed) => (armed = at && { ...at }),
    /** From now on every endpoint answers well. */
    heal: () => void outcomes.splice(0),
  };
}

async function survive(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Killed) return false;
    throw error;
  }
}

async function run(actions: Action[], outcomes: WebhookResult[]): Promise<void> {
  const clock = createVirtualClock();
  const queue = fakeQueue();
  const process = mortal(clock, queue, [...outcomes]);
  const orgs = [await newOrganization(t.db), await newOrganization(t.db)];
  const orgOf = (index: number) => orgs[index] ?? newId('org');
  const events = new Map<Id<'evt'>, Id<'org'>>();
  const heard = new Map(orgs.map((org) => [org, [] as string[]]));
  const cursors = new Map(orgs.map((org) => [org, 0n]));
  const webhooks = createWebhooksService({
    db: t.db,
    jobs: queue,
    clock,
    newId,
    sender: { refusalOf: () => null },
  });
  for (const org of orgs) {
    for (const [name, pattern] of Object.entries({ all: '*', other: 'call.*' })) {
      const url = `https://${name}.test/${org}`;
      await webhooks.createEndpoint({ orgId: org }, { url, event_types: [pattern] });
    }
  }

  const listen = (org: Id<'org'>) =>
    t.db.withOrg({ orgId: org }, async (tx) => {
      const after = cursors.get(org) ?? 0n;
      for (const row of await listFeed(tx, { after, limit: 3, types: undefined })) {
        heard.get(org)?.push(row.id);
        cursors.set(org, row.position ?? 0n);
      }
    });

  async function act(step: Action): Promise<void> {
    process.arm('kill' in step ? step.kill : null);
    switch (step.do) {
      case 'record': {
        const orgId = orgOf(step.org);
        const id = await t.db.withSystem((tx) =>
          recordEvent(tx, {
            orgId,
            type: 'wallet.low_balance',
            data: {} as never,
            at: clock.now(),
          }),
        );
        events.set(id, orgId);
        return;
      }
      case 'relay':
        await survive(() => process.relay.relay());
        return;
      case 'work': {
        const id = queue.waiting.shift();
        if (!id) return;
        const lived = await survive(() => process.deliverer.deliver(id, never));
        // The queue may notice that the job's process is gone, and run it again.
        if (!lived && step.again) queue.waiting.push(id);
        return;
      }
      case 'sweep':
        await survive(() => process.deliverer.sweep());
        return;
      case 'wait':
        await clock.advance(step.ms);
        return;
      case 'listen':
        await listen(orgOf(step.org));
        return;
      case 'replay': {
        const orgId = orgOf(step.org);
        const id = [...events].find(([, org]) => org === orgId)?.[0];
        if (id) await webhooks.replay({ orgId }, id);
      }
    }
  }

  for (const step of actions) await act(step);
  process.arm(null);
  process.heal();
  // Nothing is left of the queue, as after the loss of its server; time passes; all endpoints are well.
  queue.waiting.length = 0;
  await process.relay.relay();
  for (let round = 0; round < 14; round++) {
    await clock.advance(Math.max(limits.webhooks.leaseMs, 3 * 3_600_000));
    await process.deliverer.sweep();
    for (let id = queue.waiting.shift(); id; id = queue.waiting.shift())
      await process.deliverer.deliver(id, never);
  }

  for (const org of orgs) {
    const own = [...events].filter(([, of]) => of === org).map(([id]) => id);
    const url = `https://all.test/${org}`;
    for (const id of own) {
      const rows = await webhooks.listDeliveriesOfEvent({ orgId: org }, id);
      expect(rows).toMatchObject([{ status: 'delivered' }]);
      expect(process.received).toContainEqual({ url, id });
    }
    for (let before = -1; before !== heard.get(org)?.length;) {
      before = heard.get(org)?.length ?? 0;
      await listen(org);
    }
    expect(heard.get(org)?.toSorted()).toEqual(own.toSorted());
  }
  for (const post of process.posts) {
    const id = post.headers['webhook-id'] as Id<'evt'>;
    expect(post.url).toBe(`https://all.test/${events.get(id)}`);
  }
  await t.db.withSystem(async (tx) => {
    await tx.deleteFrom('organizations').where('id', 'in', orgs).execute();
  });
}

it('nothing is lost, doubled or misdirected, whatever fails and whenever the process dies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 5, maxLength: 30 }),
      fc.array(outcome, { maxLength: 12 }),
      run,
    ),
    { numRuns: RUNS },
  );
}, 120_000);
