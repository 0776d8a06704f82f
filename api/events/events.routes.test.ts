import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventSamples, eventSchema } from '@alo/core/event-feed';
import { eventTypes, recordEvent } from '@alo/core/events';
import { newId, systemClock, type Id } from '@alo/core/kernel';
import { createRelay } from '@alo/core/webhooks';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let marta: TestPerson;
let other: TestPerson;
let url: string;

beforeAll(async () => {
  api = await createTestApi();
  marta = await api.signIn('Marta');
  other = await api.signIn('Otra');
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterAll(() => api.close());

const relay = () =>
  createRelay({
    db: api.db,
    clock: systemClock,
    newId,
    jobs: { enqueue: async (name, payload) => void api.jobs.push([name, payload]) },
  }).relay();

const record = (person: TestPerson, type: 'wallet.low_balance' | 'call.ended') =>
  api.db.withOrg(person.scope, (tx) =>
    recordEvent(tx, {
      orgId: person.scope.orgId,
      type,
      data: eventSamples[type],
      at: systemClock.now(),
    }),
  );

const endpointOf = async (person: TestPerson, eventTypes = ['*']) => {
  const payload = { url: 'https://panaderia.co/hooks', event_types: eventTypes };
  const made = await person.request({ method: 'POST', url: '/v1/webhook_endpoints', payload });
  expect(made.statusCode).toBe(201);
  return made.json().id as Id<'whe'>;
};

describe('the catalog', () => {
  it.each(eventTypes)('has a sample of %s that is what the contract says', (type) => {
    const event = {
      id: newId('evt'),
      type,
      timestamp: new Date().toISOString(),
      test: true,
      data: eventSamples[type],
    };
    expect(eventSchema.parse(event)).toMatchObject(event);
  });
});

describe('GET /v1/events', () => {
  it('lists what happened, newest first, page by page, of the types asked for', async () => {
    const ana = await api.signIn();
    await record(ana, 'wallet.low_balance');
    const second = await record(ana, 'call.ended');
    const third = await record(ana, 'call.ended');
    const page = await ana.request({ url: '/v1/events?types=call.*&limit=1' });
    expect(page.statusCode).toBe(200);
    expect(page.json()).toMatchObject({
      data: [{ id: third, type: 'call.ended', test: false, data: eventSamples['call.ended'] }],
      has_more: true,
    });
    expect(() => eventSchema.parse(page.json().data[0])).not.toThrow();
    const rest = await ana.request({
      url: `/v1/events?types=call.*&cursor=${page.json().next_cursor}`,
    });
    expect(rest.json()).toMatchObject({ data: [{ id: second }], has_more: false });
  });

  it.each(['types=nada', 'types=call.*,', 'types=call.ended%00', 'limit=0', 'cursor=x'])(
    'refuses %s',
    async (query) => {
      expect((await marta.request({ url: `/v1/events?${query}` })).statusCode).toBe(400);
    },
  );

  it('shows an event whose object had another shape in its time', async () => {
    const id = await api.db.withOrg(marta.scope, (tx) =>
      recordEvent(tx, {
        orgId: marta.scope.orgId,
        type: 'call.ended',
        data: { id: 'call_old' } as never,
        at: systemClock.now(),
      }),
    );
    const answer = await marta.request({ url: `/v1/events/${id}` });
    expect([answer.statusCode, answer.json().data]).toEqual([200, { id: 'call_old' }]);
  });
});

describe('what asks for an event', () => {
  it("finds one's own, and of another organization nothing", async () => {
    const id = await record(marta, 'call.ended');
    const urls = [`/v1/events/${id}`, `/v1/events/${id}/deliveries`];
    for (const one of urls) {
      expect((await marta.request({ url: one })).statusCode).toBe(200);
      const foreign = await other.request({ url: one });
      const missing = await other.request({ url: one.replace(id, newId('evt')) });
      expect([foreign.statusCode, missing.statusCode]).toEqual([404, 404]);
      expect({ ...foreign.json(), request_id: '' }).toEqual({ ...missing.json(), request_id: '' });
    }
    const replay = { method: 'POST', url: `/v1/events/${id}/replay`, payload: {} } as const;
    expect((await other.request(replay)).statusCode).toBe(404);
    expect((await marta.request({ url: '/v1/events/nonsense' })).statusCode).toBe(400);
    expect((await api.app.inject({ url: urls[0] ?? '' })).statusCode).toBe(401);
  });
});

describe('POST /v1/events/trigger', () => {
  const trigger = (person: TestPerson, payload: object) =>
    person.request({ method: 'POST', url: '/v1/events/trigger', payload });

  it('makes a sample that is marked as a test, and moves no money', async () => {
    const before = (await marta.request({ url: '/v1/wallet' })).json();
    const made = await trigger(marta, { type: 'payment.approved' });
    expect(made.statusCode).toBe(201);
    expect(eventSchema.parse(made.json())).toMatchObject({
      type: 'payment.approved',
      test: true,
      data: eventSamples['payment.approved'],
    });
    expect((await marta.request({ url: '/v1/wallet' })).json()).toEqual(before);
  });

  it('sends it to the endpoints named, whatever they are told of otherwise, and to no other', async () => {
    const ana = await api.signIn();
    const chosen = await endpointOf(ana, ['wallet.*']);
    await endpointOf(ana);
    const made = await trigger(ana, { type: 'call.ended', endpoint_ids: [chosen, chosen] });
    await relay();
    const sent = await ana.request({ url: `/v1/events/${made.json().id}/deliveries` });
    expect(sent.json().data).toMatchObject([{ endpoint_id: chosen, status: 'pending' }]);
  });

  it('refuses an unknown type, and endpoints that are not there or not on', async () => {
    expect((await trigger(marta, { type: 'call.exploded' })).statusCode).toBe(422);
    expect((await trigger(marta, {})).statusCode).toBe(422);
    const foreign = await endpointOf(other);
    const answer = await trigger(marta, { type: 'call.ended', endpoint_ids: [foreign] });
    expect([answer.statusCode, answer.json().param]).toEqual([404, 'endpoint_ids']);
    const off = await endpointOf(marta);
    await marta.request({
      method: 'PATCH',
      url: `/v1/webhook_endpoints/${off}`,
      payload: { status: 'disabled' },
    });
    expect((await trigger(marta, { type: 'call.ended', endpoint_ids: [off] })).statusCode).toBe(
      409,
    );
  });
});

describe('POST /v1/events/:id/replay', () => {
  it('sends the event again to all that want it, or to the one named', async () => {
    const ana = await api.signIn();
    const [calls, wallet] = [
      await endpointOf(ana, ['call.*']),
      await endpointOf(ana, ['wallet.*']),
    ];
    const id = await record(ana, 'call.ended');
    const replay = async (payload: object) => {
      const answer = await ana.request({ method: 'POST', url: `/v1/events/${id}/replay`, payload });
      return [
        answer.statusCode,
        answer.json().data.map((one: { endpoint_id: string }) => one.endpoint_id),
      ];
    };
    expect(await replay({})).toEqual([202, [calls]]);
    expect(await replay({ endpoint_id: wallet })).toEqual([202, [wallet]]);
    const all = await ana.request({ url: `/v1/events/${id}/deliveries` });
    expect(all.json().data).toHaveLength(2);
  });
});

/** Reads an event stream: each message as `{ event, id, data }`. */
async function open(person: TestPerson, query = '', headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/events/stream${query}`, {
    headers: { authorization: `Bearer ${person.token}`, ...headers },
    signal: abort.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  return {
    status: response.status,
    close: () => abort.abort(),
    async next(): Promise<{ event: string; id: string; data: unknown }> {
      for (;;) {
        const end = buffer.indexOf('\n\n');
        if (end !== -1) {
          const block = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          if (block.startsWith(':')) continue;
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
          return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
        }
        const chunk = await reader?.read();
        if (!chunk || chunk.done) throw new Error('the stream ended');
        buffer += chunk.value;
      }
    },
  };
}

describe('GET /v1/events/stream', () => {
  it('tells each event as it happens, from now on, and only of its own organization', async () => {
    const ana = await api.signIn();
    await record(ana, 'call.ended');
    await relay();
    const stream = await open(ana);
    expect(await stream.next()).toMatchObject({ event: 'stream.opened' });
    await record(other, 'call.ended');
    const id = await record(ana, 'wallet.low_balance');
    await relay();
    const message = await stream.next();
    expect(message).toMatchObject({ event: 'wallet.low_balance', id, data: { id, test: false } });
    stream.close();
  });

  it('goes on behind the last event seen, the first thing told included; nothing is missed', async () => {
    const ana = await api.signIn();
    const empty = await open(ana);
    const opened = await empty.next();
    empty.close();
    const ids = [];
    for (let n = 0; n < 3; n++)
      ids.push(await record(ana, n === 1 ? 'wallet.low_balance' : 'call.ended'));
    await relay();
    const seen = async (query: string, headers: Record<string, string>, count: number) => {
      const stream = await open(ana, query, headers);
      await stream.next();
      const messages = [];
      for (let n = 0; n < count; n++) messages.push((await stream.next()).id);
      stream.close();
      return messages;
    };
    expect(await seen('', { 'last-event-id': opened.id }, 3)).toEqual(ids);
    expect(await seen('?from=start', {}, 3)).toEqual(ids);
    expect(await seen('', { 'last-event-id': ids[0] ?? '' }, 2)).toEqual(ids.slice(1));
    expect(await seen(`?from=start&types=call.*`, {}, 2)).toEqual([ids[0], ids[2]]);
  });

  it("refuses a cursor that is nobody's or another organization's, and strangers", async () => {
    const foreign = await record(other, 'call.ended');
    for (const from of ['nonsense', newId('evt'), foreign]) {
      const answer = await marta.request({ url: `/v1/events/stream?from=${from}` });
      expect([answer.statusCode, answer.json().param]).toEqual([400, 'from']);
    }
    expect((await marta.request({ url: '/v1/events/stream?types=x' })).statusCode).toBe(400);
    expect((await api.app.inject({ url: '/v1/events/stream' })).statusCode).toBe(401);
  });
});
