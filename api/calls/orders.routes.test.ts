import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let marta: TestPerson;
let agentId: string;
let stopListening: () => Promise<void>;
/** The notifications that voice processes get. */
const told: unknown[] = [];

beforeAll(async () => {
  api = await createTestApi();
  stopListening = await api.db.listen('call_orders', (payload) => told.push(JSON.parse(payload)));
  marta = await api.signIn();
  agentId = (await api.deps.agents.create(marta.scope, { config: { business_name: 'Pan' } })).id;
  await api.db.withSystem((tx) =>
    api.deps.wallet.credit(tx, {
      orgId: marta.scope.orgId,
      amountMicros: 50_000_000_000n,
      kind: 'adjustment',
      sourceId: newId('pay'),
    }),
  );
});
afterAll(async () => {
  // A connection that still listens is never given back, and the pool waits for it.
  await stopListening();
  await api.close();
});

const openTalk = (person: TestPerson, agent_id: string = agentId) =>
  person.request({ method: 'POST', url: '/v1/talks', payload: { agent_id } });
const order = (person: TestPerson, callId: string, name: string, payload?: object) =>
  person.request({
    method: 'POST',
    url: `/v1/calls/${callId}/${name}`,
    ...(payload ? { payload } : {}),
  });

async function liveCall(): Promise<string> {
  const { call_id: id } = (await openTalk(marta)).json();
  await api.pool.query(`update calls set status = 'in_progress' where id = $1`, [id]);
  return id;
}

describe('POST /v1/talks', () => {
  it('answers 201 with where to connect, and the call waits for it', async () => {
    const answer = await openTalk(marta);
    expect(answer.statusCode).toBe(201);
    const { call_id: id, url, token } = answer.json();
    expect(url).toBe(`ws://voice.test/media/browser/${token}`);
    const call = await marta.request({ url: `/v1/calls/${id}` });
    expect(call.json()).toMatchObject({ kind: 'talk', status: 'dialing' });
  });

  it("answers 404 for another organization's agent and 402 with nothing in the wallet", async () => {
    const poor = await api.signIn();
    expect((await openTalk(poor)).statusCode).toBe(404);
    const own = await api.deps.agents.create(poor.scope, { config: { business_name: 'Pan' } });
    expect((await openTalk(poor, own.id)).statusCode).toBe(402);
  });
});

describe('an order to a live call', () => {
  it('reaches whoever has the call, with who gave it', async () => {
    const id = await liveCall();
    const by = marta.scope.userId;
    for (const [name, body] of [
      ['say', { text: ' Habla Ana. ' }],
      ['whisper', { text: 'Ofrezca el dos por uno.' }],
      ['take_over', undefined],
      ['hand_back', undefined],
      ['hang_up', undefined],
    ] as const) {
      const answer = await order(marta, id, name, body);
      expect([answer.statusCode, answer.json()]).toEqual([202, { order: name }]);
      const text = body ? { text: body.text.trim() } : {};
      await expect
        .poll(() => told)
        .toContainEqual({ call_id: id, by, order: { type: name, ...text } });
    }
  });

  it('fits into a notification, however long its words', async () => {
    const id = await liveCall();
    // The worst that fits: six bytes for each character.
    const text = `a${'\u0001'.repeat(998)}b`;
    expect((await order(marta, id, 'say', { text })).statusCode).toBe(202);
  });

  it.each([
    ['nothing to say', { text: '  ' }],
    ['no text', {}],
    ['text of the wrong type', { text: 7 }],
    ['too much of it', { text: 'a'.repeat(1_001) }],
  ])('is refused with %s', async (_what, body) => {
    expect((await order(marta, await liveCall(), 'say', body)).statusCode).toBe(422);
  });

  it('is refused with 409 where nobody talks, and 404 by another organization', async () => {
    const { call_id: waiting } = (await openTalk(marta)).json();
    expect((await order(marta, waiting, 'hang_up')).statusCode).toBe(409);
    const stranger = await api.signIn();
    const before = told.length;
    expect((await order(stranger, await liveCall(), 'hang_up')).statusCode).toBe(404);
    expect((await order(marta, newId('call'), 'hang_up')).statusCode).toBe(404);
    expect(told).toHaveLength(before);
  });
});
