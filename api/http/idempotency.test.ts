import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createIdempotencyService } from '@alo/core/idempotency';
import { limits, newId, systemClock } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from './testing.ts';

let api: TestApi;
let marta: TestPerson;
let agentId: string;

beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

async function arrive(pesos: number): Promise<void> {
  marta = await api.signIn();
  const agent = await marta.request({
    method: 'POST',
    url: '/v1/agents',
    payload: { config: { business_name: 'Pan' } },
  });
  agentId = agent.json().id;
  if (pesos > 0) await fund(pesos);
}
const fund = (pesos: number) =>
  api.db.withSystem((tx) =>
    api.deps.wallet.credit(tx, {
      orgId: marta.scope.orgId,
      amountMicros: BigInt(pesos) * 1_000_000n,
      kind: 'adjustment',
      sourceId: newId('pay'),
    }),
  );
const ring = (key: string, to = '+573001112233') =>
  marta.request({
    method: 'POST',
    url: '/v1/calls/test',
    payload: { agent_id: agentId, to },
    headers: { 'idempotency-key': key },
  });
const countCalls = async () => (await marta.request({ url: '/v1/calls' })).json().data.length;
const held = async () => (await marta.request({ url: '/v1/wallet' })).json().held;

/** What a process leaves behind that dies after its work was committed and before its answer was kept. */
const dieBeforeAnswering = (key: string, secondsAgo: number) =>
  api.pool.query(
    `update idempotency_keys set status_code = null, response = null, content_type = null,
            created_at = now() - make_interval(secs => $2) where key = $1`,
    [key, secondsAgo],
  );

describe('a request that was carried out', () => {
  it('has one answer, byte for byte, its refusal too: a new try takes a new key', async () => {
    await arrive(0);
    const key = randomUUID();
    const refused = await ring(key);
    expect([refused.statusCode, refused.json().code]).toEqual([402, 'insufficient_funds']);
    await fund(10_000);
    const again = await ring(key);
    expect([again.statusCode, again.body]).toEqual([402, refused.body]);
    expect(again.headers).toMatchObject({
      'content-type': refused.headers['content-type'],
      'idempotency-replayed': 'true',
    });
    const first = await ring(randomUUID());
    expect(first.statusCode).toBe(201);
  });

  it('has the same answer for an object that did not exist', async () => {
    await arrive(10_000);
    const key = randomUUID();
    const payload = { agent_id: newId('agt'), to: '+573001112233' };
    const ask = () =>
      marta.request({
        method: 'POST',
        url: '/v1/calls/test',
        payload,
        headers: { 'idempotency-key': key },
      });
    const [first, second] = [await ask(), await ask()];
    expect([first.statusCode, second.statusCode, second.body]).toEqual([404, 404, first.body]);
  });

  it('is the key’s for a day', async () => {
    await arrive(10_000);
    const key = randomUUID();
    const first = await ring(key);
    await api.pool.query(
      `update idempotency_keys set created_at = now() - make_interval(secs => $2) where key = $1`,
      [key, limits.http.idempotencyTtlMs / 1_000 + 1],
    );
    const nextDay = await ring(key);
    expect(nextDay.statusCode).toBe(201);
    expect(nextDay.json().id).not.toBe(first.json().id);
  });
});

describe('a request that never began', () => {
  it('leaves its key free', async () => {
    await arrive(10_000);
    const key = randomUUID();
    expect((await ring(key, 'nobody')).statusCode).toBe(422);
    expect((await ring(key)).statusCode).toBe(201);
  });
});

describe('a request that failed on our side', () => {
  it('may be tried again with its key, and finds what it had done: one call, one hold', async () => {
    await arrive(10_000);
    const key = randomUUID();
    const queue = vi.spyOn(api.jobs, 'push').mockImplementationOnce(() => {
      throw new Error('the queue is away');
    });
    expect((await ring(key)).statusCode).toBe(500);
    queue.mockRestore();
    const again = await ring(key);
    expect(again.statusCode).toBe(201);
    expect([await countCalls(), await held()]).toEqual([1, 500_000]);
    expect(api.jobs).toContainEqual(['call.dial', { call_id: again.json().id }]);
    const third = await ring(key);
    expect(third.body).toBe(again.body);
  });

  it('keeps its key from other requests all the same', async () => {
    await arrive(10_000);
    const key = randomUUID();
    vi.spyOn(api.jobs, 'push').mockImplementationOnce(() => {
      throw new Error('the queue is away');
    });
    await ring(key);
    expect((await ring(key, '+573009998877')).json().code).toBe('idempotency_mismatch');
  });
});

describe('a process that dies between its work and its answer', () => {
  it('leaves a key that is waited for, then taken up: the same call, held once', async () => {
    await arrive(10_000);
    const key = randomUUID();
    const first = await ring(key);
    await dieBeforeAnswering(key, 5);
    const soon = await ring(key);
    expect([soon.statusCode, soon.json().code]).toEqual([409, 'idempotency_in_progress']);
    expect(soon.headers['x-should-retry']).toBe('true');
    await dieBeforeAnswering(key, 61);
    const later = await ring(key);
    expect([later.statusCode, later.json()]).toEqual([201, first.json()]);
    expect([await countCalls(), await held()]).toEqual([1, 500_000]);
  });

  it('is succeeded by one of many that come at once', async () => {
    await arrive(10_000);
    const key = randomUUID();
    await ring(key);
    await dieBeforeAnswering(key, 61);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ring(key)));
    for (const { statusCode } of answers) expect([201, 409]).toContain(statusCode);
    expect([await countCalls(), await held()]).toEqual([1, 500_000]);
  });

  it('makes one payment of one top-up', async () => {
    await arrive(0);
    const key = randomUUID();
    const topUp = () =>
      marta.request({
        method: 'POST',
        url: '/v1/billing/top_ups',
        payload: { amount: 5_000_000, currency: 'COP' },
        headers: { 'idempotency-key': key },
      });
    const first = await topUp();
    expect(first.statusCode).toBe(201);
    await dieBeforeAnswering(key, 61);
    expect((await topUp()).json().id).toBe(first.json().id);
    expect((await marta.request({ url: '/v1/billing/top_ups' })).json().data).toHaveLength(1);
  });

  it('that was only slow does not overwrite the answer of its successor', async () => {
    await arrive(0);
    const keys = createIdempotencyService({ db: api.db, clock: systemClock });
    const request = {
      orgId: marta.scope.orgId,
      key: randomUUID(),
      route: 'POST /v1/x',
      bodyHash: 'h',
    };
    const slow = await keys.claim(request);
    await dieBeforeAnswering(request.key, 61);
    const successor = await keys.claim(request);
    if (!('claim' in slow && 'claim' in successor)) return expect.unreachable();
    expect(successor.claim.seed).toBe(slow.claim.seed);
    const answer = { status: 201, contentType: 'application/json', body: '{"by":"successor"}' };
    await keys.store(successor.claim, answer);
    await keys.store(slow.claim, { ...answer, body: '{"by":"slow"}' });
    await keys.release(slow.claim);
    expect(await keys.claim(request)).toEqual({ stored: answer });
  });
});

describe('keys whose day is over', () => {
  it('are forgotten, the others are not', async () => {
    await arrive(10_000);
    const [old, young] = [randomUUID(), randomUUID()];
    await ring(old);
    const kept = await ring(young);
    await api.pool.query(
      `update idempotency_keys set created_at = now() - make_interval(secs => $2) where key = $1`,
      [old, limits.http.idempotencyTtlMs / 1_000 + 1],
    );
    await createIdempotencyService({ db: api.db, clock: systemClock }).forget();
    const { rows } = await api.pool.query('select key from idempotency_keys where key = any($1)', [
      [old, young],
    ]);
    expect(rows).toEqual([{ key: young }]);
    expect((await ring(young)).body).toBe(kept.body);
  });
});
