import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCatalog, limits } from '@alo/core/kernel';
import { languageOf } from './language.ts';
import { createTestApi, type TestApi, type TestPerson } from './testing.ts';

let api: TestApi;
let marta: TestPerson;
let other: TestPerson;

beforeAll(async () => {
  api = await createTestApi();
  marta = await api.signIn('Marta');
  other = await api.signIn('Otra');
});
afterAll(() => api.close());

const agent = { config: { business_name: 'Panadería La Espiga' } };

describe('errors', () => {
  it("are problem details with a stable code and the request's id", async () => {
    const answer = await api.app.inject({ url: '/v1/wallet' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: 'urn:alo:error:unauthenticated',
      title: errorCatalog.unauthenticated.title.es,
      status: 401,
      code: 'unauthenticated',
      request_id: answer.headers['request-id'],
    });
  });

  it('speak English to those who ask for it', async () => {
    const answer = await api.app.inject({
      url: '/v1/wallet',
      headers: { 'accept-language': 'en-US,es;q=0.4' },
    });
    expect(answer.json().title).toBe(errorCatalog.unauthenticated.title.en);
    expect(languageOf('fr, pt;q=0.8')).toBe('es');
    expect(languageOf(undefined)).toBe('es');
  });

  it('name the field that is at fault', async () => {
    const answer = await marta.request({
      method: 'POST',
      url: '/v1/agents',
      payload: { config: { business_name: 7 } },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'validation_failed', param: 'config' });
    expect(answer.json().errors[0]).toMatchObject({ pointer: '/config/business_name' });
    const query = await marta.request({ url: '/v1/agents?limit=0' });
    expect(query.statusCode).toBe(400);
    expect(query.json()).toMatchObject({ code: 'invalid_request', param: 'limit' });
  });

  it.each([
    [
      'a body that is no JSON',
      { payload: '{"a":', headers: { 'content-type': 'application/json' } },
      400,
      'invalid_json',
    ],
    [
      'a body of another type',
      { payload: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a body beyond the limit',
      {
        payload: JSON.stringify({ a: 'x'.repeat(limits.http.bodyBytesMax) }),
        headers: { 'content-type': 'application/json' },
      },
      413,
      'payload_too_large',
    ],
  ] as const)('refuse %s', async (_what, request, status, code) => {
    const answer = await marta.request({ method: 'POST', url: '/v1/agents', ...request });
    expect(answer.statusCode).toBe(status);
    expect(answer.json().code).toBe(code);
  });

  it('of ours say nothing of their cause', async () => {
    const broken = await createTestApi({
      subscriptions: { createCheckout: () => Promise.reject(new Error('secret at /home/x')) },
    });
    const person = await broken.signIn();
    const answer = await person.request({
      method: 'POST',
      url: '/v1/billing/checkout',
      payload: {},
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.body).not.toContain('secret');
    await broken.close();
  });

  it('are the same 404 for a route that does not exist', async () => {
    const answer = await marta.request({ url: '/v1/nothing' });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'not_found']);
  });
});

describe('who calls', () => {
  it.each([
    '',
    'Basic abc',
    'Bearer',
    'Bearer nonsense',
    `Bearer ${'x'.repeat(9_000)}`,
    'Bearer alo_sk_live_forged',
  ])('is nobody with the authorization %j', async (authorization) => {
    const answer = await api.app.inject({ url: '/v1/me', headers: { authorization } });
    expect(answer.statusCode).toBe(401);
  });

  it("gets the same answer for another organization's object as for a missing one", async () => {
    const made = await marta.request({ method: 'POST', url: '/v1/agents', payload: agent });
    expect(made.statusCode).toBe(201);
    const url = `/v1/agents/${made.json().id}`;
    expect((await marta.request({ url })).statusCode).toBe(200);
    const foreign = await other.request({ url });
    const missing = await other.request({ url: `${url.slice(0, -4)}zzzz` });
    expect(foreign.statusCode).toBe(404);
    expect({ ...foreign.json(), request_id: '' }).toEqual({ ...missing.json(), request_id: '' });
  });
});

describe('Idempotency-Key', () => {
  const post = (person: TestPerson, key: string, name: string) =>
    person.request({
      method: 'POST',
      url: '/v1/agents',
      payload: { config: { business_name: name } },
      headers: { 'idempotency-key': key },
    });

  it('gives the first answer again instead of doing it again', async () => {
    const key = randomUUID();
    const first = await post(marta, key, 'Uno');
    const second = await post(marta, key, 'Uno');
    expect(second.statusCode).toBe(201);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.json()).toEqual(first.json());
  });

  it('does it once however many ask at the same time', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(marta, key, 'Carrera')));
    const done = answers.filter((answer) => answer.statusCode === 201);
    expect(new Set(done.map((answer) => answer.json().id)).size).toBe(1);
    for (const answer of answers) expect([201, 409]).toContain(answer.statusCode);
  });

  it('refuses the same key with other content, and belongs to one organization', async () => {
    const key = randomUUID();
    await post(marta, key, 'Uno');
    const mismatch = await post(marta, key, 'Dos');
    expect([mismatch.statusCode, mismatch.json().code]).toEqual([422, 'idempotency_mismatch']);
    expect((await post(other, key, 'Dos')).statusCode).toBe(201);
  });

  it('may be used again after a failure', async () => {
    const key = randomUUID();
    const failed = await marta.request({
      method: 'POST',
      url: '/v1/agents',
      payload: {},
      headers: { 'idempotency-key': key },
    });
    expect(failed.statusCode).toBe(422);
    expect((await post(marta, key, 'Uno')).statusCode).toBe(201);
  });

  it('is demanded where money moves or a phone rings, and must be readable', async () => {
    for (const url of ['/v1/calls/test', '/v1/billing/checkout', '/v1/billing/top_ups']) {
      const answer = await api.app.inject({
        method: 'POST',
        url,
        payload: {
          agent_id: 'agt_01kb2v8q3nf6y9m7w4c5d0e1t2',
          to: '+573001112233',
          amount: 5_000_000,
          currency: 'COP',
        },
        headers: { authorization: `Bearer ${marta.token}` },
      });
      expect([url, answer.statusCode, answer.json().code]).toEqual([
        url,
        400,
        'idempotency_key_required',
      ]);
    }
    const odd = await marta.request({
      method: 'POST',
      url: '/v1/agents',
      payload: agent,
      headers: { 'idempotency-key': 'con espacio' },
    });
    expect([odd.statusCode, odd.json().param]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('lists', () => {
  it('go page by page without losing or repeating, and refuse a cursor of another list', async () => {
    const person = await api.signIn();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await person.request({
        method: 'POST',
        url: '/v1/agents',
        payload: { config: { business_name: name } },
      });
    }
    const seen: string[] = [];
    let url: string | null = '/v1/agents?limit=2';
    while (url) {
      const page: { data: { name: string }[]; has_more: boolean; next_cursor: string | null } = (
        await person.request({ url })
      ).json();
      seen.push(...page.data.map((item) => item.name));
      expect(page.has_more).toBe(page.next_cursor !== null);
      url = page.next_cursor && `/v1/agents?limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
    const forged = await person.request({
      url: `/v1/agents?cursor=${Buffer.from('call_x').toString('base64url')}`,
    });
    expect([forged.statusCode, forged.json().param]).toEqual([400, 'cursor']);
  });
});

describe('the platform', () => {
  it('says that it lives, that it is ready, and what its contract is', async () => {
    expect((await api.app.inject({ url: '/health' })).json()).toMatchObject({
      status: 'ok',
      sandbox: [],
    });
    expect((await api.app.inject({ url: '/ready' })).json()).toEqual({ status: 'ready' });
    expect((await api.app.inject({ url: '/v1/openapi.json' })).json()).toMatchObject({
      openapi: '3.1.0',
    });
  });
});
