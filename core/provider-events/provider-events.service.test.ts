import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, createVirtualClock, newId, type VirtualClock } from '../kernel/index.ts';
import { createProviderEventsService, type ProviderEventsService } from './index.ts';

let t: TestDb;
let clock: VirtualClock;
let events: ProviderEventsService;
/** What reached the queue. */
let queued: { id: string; dedupeId: string }[];
let queueIsDown: boolean;
const log = createLog({ level: 'silent' });

beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());
beforeEach(async () => {
  await t.pool.query('delete from provider_events');
  clock = createVirtualClock();
  queued = [];
  queueIsDown = false;
  const jobs = {
    enqueue: async (_name: string, payload: object, dedupeId: string) => {
      if (queueIsDown) throw new Error('queue is down');
      queued.push({ id: String(Object.values(payload)[0]), dedupeId });
    },
  };
  events = createProviderEventsService({ db: t.db, jobs, newId, clock, log });
});

const event = (eventId: string) => ({
  provider: 'stripe',
  eventId,
  name: 'invoice.paid',
  payload: { subscription_id: 'sub_1' },
});
const countRows = async () =>
  (await t.pool.query('select count(*)::int as n from provider_events')).rows[0].n;

describe('receive', () => {
  it('keeps the event and queues it under its own id', async () => {
    await events.receive(event('evt_1'));
    expect(queued).toHaveLength(1);
    expect(queued[0]?.dedupeId).toBe(queued[0]?.id);
  });

  it('keeps a duplicate once, queues it again while unprocessed, and not after', async () => {
    await Promise.all([events.receive(event('evt_1')), events.receive(event('evt_1'))]);
    expect(await countRows()).toBe(1);
    expect(new Set(queued.map((job) => job.dedupeId)).size).toBe(1);

    await events.process(queued[0]?.id ?? '', { stripe: async () => undefined });
    queued = [];
    await events.receive(event('evt_1'));
    expect(queued).toEqual([]);
  });

  it('takes the same event id of two providers for two events', async () => {
    await events.receive(event('1'));
    await events.receive({ ...event('1'), provider: 'wompi' });
    expect(await countRows()).toBe(2);
  });
});

describe('process', () => {
  it('hands the handler what was received, once it succeeded never again', async () => {
    await events.receive(event('evt_1'));
    const id = queued[0]?.id ?? '';
    const seen: unknown[] = [];
    const handlers = { stripe: async (received: unknown) => void seen.push(received) };
    await events.process(id, handlers);
    await events.process(id, handlers);
    expect(seen).toEqual([{ id, ...event('evt_1') }]);
  });

  it('leaves an event whose handler failed to be tried again', async () => {
    await events.receive(event('evt_1'));
    const id = queued[0]?.id ?? '';
    const fail = events.process(id, { stripe: () => Promise.reject(new Error('vendor is down')) });
    await expect(fail).rejects.toThrow('vendor is down');
    let runs = 0;
    await events.process(id, { stripe: async () => void runs++ });
    expect(runs).toBe(1);
  });

  it('ignores ids that are unknown or malformed', async () => {
    await expect(events.process(newId('whk'), {})).resolves.toBeUndefined();
    await expect(events.process('nonsense', {})).resolves.toBeUndefined();
  });

  it('fails for a provider nobody handles, so that the event stays', async () => {
    await events.receive(event('evt_1'));
    await expect(events.process(queued[0]?.id ?? '', {})).rejects.toThrow(/no handler/);
  });
});

describe('sweep', () => {
  it('finds an event that was kept but never queued', async () => {
    queueIsDown = true;
    await expect(events.receive(event('evt_1'))).rejects.toThrow('queue is down');
    queueIsDown = false;
    expect(await events.sweep()).toBe(0);
    await clock.advance(31_000);
    expect(await events.sweep()).toBe(1);
    expect(queued).toHaveLength(1);
  });

  it('gives an event whose tries are used up a new job each time its age doubles', async () => {
    await events.receive(event('evt_1'));
    const names = new Set<string>();
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(60_000);
      queued = [];
      await events.sweep();
      for (const job of queued) names.add(job.dedupeId);
    }
    expect(names.size).toBe(5);
  });

  it('gives up after three days', async () => {
    await events.receive(event('evt_1'));
    await clock.advance(73 * 3_600_000);
    expect(await events.sweep()).toBe(0);
  });

  it('lets processed events be', async () => {
    await events.receive(event('evt_1'));
    await events.process(queued[0]?.id ?? '', { stripe: async () => undefined });
    await clock.advance(60_000);
    expect(await events.sweep()).toBe(0);
  });
});
