import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let marta: TestPerson;
let agentId: string;

beforeAll(async () => {
  api = await createTestApi();
  marta = await api.signIn();
  agentId = (
    await marta.request({
      method: 'POST',
      url: '/v1/agents',
      payload: { config: { business_name: 'Pan' } },
    })
  ).json().id;
  await fund(marta);
});
afterAll(() => api.close());

const fund = (person: TestPerson) =>
  api.db.withSystem((tx) =>
    api.deps.wallet.credit(tx, {
      orgId: person.scope.orgId,
      amountMicros: 50_000_000_000n,
      kind: 'adjustment',
      sourceId: newId('pay'),
    }),
  );
const ring = (person: TestPerson, payload: object) =>
  person.request({ method: 'POST', url: '/v1/calls/test', payload });

describe('POST /v1/calls/test', () => {
  it('answers 201 with the queued call and asks for it to be dialled', async () => {
    const answer = await ring(marta, { agent_id: agentId, to: '300 123 4567' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({
      status: 'queued',
      to: '+573001234567',
      cost: null,
      recording_available: false,
    });
    expect(api.jobs).toContainEqual(['call.dial', { call_id: answer.json().id }]);
  });

  it.each([
    ['no body', undefined, 422, undefined],
    ['a number that cannot be dialled', { to: '018000123456' }, 422, 'to'],
    ['two numbers in one', { to: '+573001112233,+573001112234' }, 422, 'to'],
    ['a number of the wrong type', { to: 573001112233 }, 422, 'to'],
    ['an agent that is no id', { agent_id: 'x' }, 422, 'agent_id'],
  ])('refuses %s', async (_what, change, status, param) => {
    const payload = change && { agent_id: agentId, to: '+573001112233', ...change };
    const answer = await marta.request({
      method: 'POST',
      url: '/v1/calls/test',
      ...(payload ? { payload } : {}),
    });
    expect(answer.statusCode).toBe(status);
    if (param) expect(answer.json().param).toBe(param);
  });

  it("answers 402 with nothing in the wallet, and 404 for another organization's agent", async () => {
    const poor = await api.signIn();
    const own = (
      await poor.request({
        method: 'POST',
        url: '/v1/agents',
        payload: { config: { business_name: 'Pan' } },
      })
    ).json().id;
    const broke = await ring(poor, { agent_id: own, to: '+573001112233' });
    expect([broke.statusCode, broke.json().code]).toEqual([402, 'insufficient_funds']);
    const foreign = await ring(poor, { agent_id: agentId, to: '+573001112233' });
    expect([foreign.statusCode, foreign.json().code]).toEqual([404, 'not_found']);
  });
});

describe('a call', () => {
  it('can be read, listed and followed by its organization, and by no other', async () => {
    const { id } = (await ring(marta, { agent_id: agentId, to: '+573001112233' })).json();
    const stranger = await api.signIn();
    for (const path of ['', '/events', '/recording']) {
      expect((await stranger.request({ url: `/v1/calls/${id}${path}` })).statusCode).toBe(404);
      expect((await api.app.inject({ url: `/v1/calls/${id}${path}` })).statusCode).toBe(401);
      expect((await marta.request({ url: `/v1/calls/nonsense${path}` })).statusCode).toBe(400);
    }
    expect((await marta.request({ url: `/v1/calls/${id}` })).json()).toMatchObject({
      id,
      turns: [],
      voice_to_voice_ms: null,
    });
    expect((await marta.request({ url: '/v1/calls' })).json().data[0].id).toBe(id);
    expect((await stranger.request({ url: '/v1/calls' })).json().data).toEqual([]);
    expect((await marta.request({ url: `/v1/calls/${id}/recording` })).statusCode).toBe(404);
  });

  it('streams its events as they are written, and goes on after Last-Event-ID', async () => {
    const { id } = (await ring(marta, { agent_id: agentId, to: '+573001112233' })).json();
    const write = (position: number, type: string) =>
      api.db.withSystem((tx) =>
        tx
          .insertInto('call_events')
          .values({ call_id: id, org_id: marta.scope.orgId, position, type, at_ms: 0 })
          .execute(),
      );
    await write(0, 'call.dialing');
    await write(1, 'call.started');
    await write(2, 'call.ended');
    const stream = async (headers: object) =>
      (
        await marta.request({
          url: `/v1/calls/${id}/events`,
          headers: { accept: 'text/event-stream', ...headers },
        })
      ).body;
    const whole = await stream({});
    expect(whole.match(/^event: .*$/gm)).toEqual([
      'event: call.dialing',
      'event: call.started',
      'event: call.ended',
    ]);
    expect((await stream({ 'last-event-id': '1' })).match(/^id: .*$/gm)).toEqual(['id: 2']);
    expect((await marta.request({ url: `/v1/calls/${id}/events` })).json().data).toHaveLength(3);
  });
});
