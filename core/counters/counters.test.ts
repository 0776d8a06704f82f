import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog, createVirtualClock, systemClock } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';
import { createMemoryCounters } from './memory-counters.ts';
import { createRedisCounters } from './redis-counters.ts';

const log = createLog({ level: 'silent' });
const redisUrl = process.env['TEST_REDIS_URL'];
const MINUTE_MS = 60_000;

function onRedis(url: string, prefix = `test:${randomUUID()}:`) {
  const counters = createRedisCounters({ url, clock: systemClock, log, prefix });
  onTestFinished(() => counters.close());
  return counters;
}

const homes: [string, () => Counters][] = [
  ['in this process', () => createMemoryCounters(createVirtualClock())],
  ...(redisUrl === undefined
    ? []
    : ([['on Redis', () => onRedis(redisUrl)]] as [string, () => Counters][])),
];

describe.each(homes)('counters %s', (_where, create) => {
  it('count each key by itself, racing hits too', async () => {
    const counters = create();
    const hits = await Promise.all(Array.from({ length: 20 }, () => counters.hit('a', MINUTE_MS)));
    expect(hits.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    for (const { resetsInMs } of hits) {
      expect(resetsInMs).toBeGreaterThan(MINUTE_MS - 10_000);
      expect(resetsInMs).toBeLessThanOrEqual(MINUTE_MS);
    }
    expect(await counters.hit('b', MINUTE_MS)).toMatchObject({ count: 1 });
  });

  it('take a hit back, never below nothing, and begin anew when cleared', async () => {
    const counters = create();
    await counters.undo('a');
    await counters.hit('a', MINUTE_MS);
    await counters.hit('a', MINUTE_MS);
    await counters.undo('a');
    expect(await counters.hit('a', MINUTE_MS)).toMatchObject({ count: 2 });
    await counters.clear('a');
    expect(await counters.hit('a', MINUTE_MS)).toMatchObject({ count: 1 });
    for (let each = 0; each < 3; each++) await counters.undo('a');
    expect(await counters.hit('a', MINUTE_MS)).toMatchObject({ count: 1 });
  });
});

describe('counters in this process', () => {
  it('begin anew when the window ends, which hits do not prolong', async () => {
    const clock = createVirtualClock();
    const counters = createMemoryCounters(clock);
    await counters.hit('a', 1_000);
    await clock.advance(600);
    expect(await counters.hit('a', 1_000)).toEqual({ count: 2, resetsInMs: 400 });
    await clock.advance(400);
    expect(await counters.hit('a', 1_000)).toEqual({ count: 1, resetsInMs: 1_000 });
  });

  it('forget what has been quiet longest beyond their bound', async () => {
    const counters = createMemoryCounters(createVirtualClock(), 2);
    await counters.hit('a', MINUTE_MS);
    await counters.hit('b', MINUTE_MS);
    await counters.hit('a', MINUTE_MS);
    await counters.hit('c', MINUTE_MS);
    expect(await counters.hit('a', MINUTE_MS)).toMatchObject({ count: 3 });
    expect(await counters.hit('b', MINUTE_MS)).toMatchObject({ count: 1 });
  });
});

describe.runIf(redisUrl)('counters on Redis', () => {
  const url = redisUrl ?? '';

  it('are one count for all processes, with an end', async () => {
    const prefix = `test:${randomUUID()}:`;
    const [here, there] = [onRedis(url, prefix), onRedis(url, prefix)];
    await here.hit('a', MINUTE_MS);
    expect(await there.hit('a', MINUTE_MS)).toMatchObject({ count: 2 });
    await there.hit('b', 1);
    await expect.poll(async () => (await here.hit('b', 1)).count).toBe(1);
  });
});

it('counts by itself while Redis is away', async () => {
  const counters = onRedis('redis://127.0.0.1:1');
  const hits = [await counters.hit('a', MINUTE_MS), await counters.hit('a', MINUTE_MS)];
  expect(hits.map(({ count }) => count)).toEqual([1, 2]);
  await counters.clear('a');
  expect(await counters.hit('a', MINUTE_MS)).toMatchObject({ count: 1 });
});
