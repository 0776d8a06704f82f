import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  createJobQueue,
  NoRetryError,
  runJobs,
  type JobHandlers,
  type JobQueue,
  type JobRunner,
  type QueueBackend,
} from './queue.ts';

// On Redis where TEST_REDIS_URL is given, else on the test's own database.
const redisServer = process.env['TEST_REDIS_URL'];
/** A database of this file's own: whoever shares one shares its jobs. */
const redisUrl = redisServer && new URL('/9', redisServer).href;
const log = createLog({ level: 'silent' });
let t: TestDb;
let backend: QueueBackend;
let queue: JobQueue;
let runner: JobRunner | undefined;

beforeAll(async () => {
  t = await createTestDb();
  backend =
    redisUrl === undefined ? { type: 'postgres', pool: t.pool } : { type: 'redis', url: redisUrl };
  queue = createJobQueue(backend, log);
});
afterEach(async () => {
  await runner?.close();
  runner = undefined;
});
afterAll(async () => {
  await queue.close();
  await t.close();
});

const idle: JobHandlers = {
  'alert.mail': async () => undefined,
  'call.dial': async () => undefined,
  'document.ingest': async () => undefined,
  'invitation.mail': async () => undefined,
  'provider_event.process': async () => undefined,
  'webhook.deliver': async () => undefined,
};
const run = (handlers: Partial<JobHandlers>) => {
  runner = runJobs(backend, { ...idle, ...handlers }, { log, concurrency: 4 });
};

describe('the job queue', () => {
  it("hands a job's payload to its handler", async () => {
    const seen = Promise.withResolvers<unknown>();
    const callId = `call_${randomUUID()}`;
    run({
      'call.dial': async (payload, { attempt, lastAttempt }) =>
        seen.resolve({ payload, attempt, lastAttempt }),
    });
    await queue.enqueue('call.dial', { call_id: callId }, callId);
    await expect(seen.promise).resolves.toEqual({
      payload: { call_id: callId },
      attempt: 1,
      lastAttempt: true,
    });
  });

  it('does the same thing once, however often it is asked for', async () => {
    const runs: string[] = [];
    const done = Promise.withResolvers<void>();
    const once = `call_${randomUUID()}`;
    const after = `call_${randomUUID()}`;
    run({
      'call.dial': async ({ call_id: id }) => {
        if (id === once || id === after) runs.push(id);
        if (id === after) done.resolve();
      },
    });
    for (let i = 0; i < 3; i++) await queue.enqueue('call.dial', { call_id: once }, once);
    await queue.enqueue('call.dial', { call_id: after }, after);
    await done.promise;
    expect(runs.filter((id) => id === once)).toHaveLength(1);
  });

  it('tries again after a failure, and not after one that says it cannot help', async () => {
    const attempts = new Map<string, number>();
    const done = Promise.withResolvers<void>();
    const [flaky, hopeless] = [randomUUID(), randomUUID()];
    run({
      'provider_event.process': async ({ provider_event_id: id }, { attempt }) => {
        attempts.set(id, attempt);
        if (id === hopeless) throw new NoRetryError('never');
        if (id === flaky && attempt === 1) throw new Error('once');
        if (id === flaky) done.resolve();
      },
    });
    await queue.enqueue('provider_event.process', { provider_event_id: hopeless }, hopeless);
    await queue.enqueue('provider_event.process', { provider_event_id: flaky }, flaky);
    await done.promise;
    expect(attempts.get(flaky)).toBe(2);
    expect(attempts.get(hopeless)).toBe(1);
  });

  it("refuses a payload that is not the job's", async () => {
    await expect(queue.enqueue('call.dial', { call: 1 } as never, 'x')).rejects.toThrow(/call_id/);
  });
});
