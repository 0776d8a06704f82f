import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits, newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let marta: TestPerson;
let other: TestPerson;

beforeAll(async () => {
  api = await createTestApi();
  marta = await api.signIn('Marta');
  other = await api.signIn('Otra');
});
afterAll(() => api.close());

const hook = 'https://panaderia.co/hooks';
const create = (person: TestPerson, payload: object) =>
  person.request({ method: 'POST', url: '/v1/webhook_endpoints', payload });

describe('an endpoint', () => {
  it('shows its secret when it is made, and never again', async () => {
    const made = await create(marta, { url: hook, description: 'La tienda' });
    expect(made.statusCode).toBe(201);
    expect(made.headers['cache-control']).toBe('no-store');
    const { secret, ...endpoint } = made.json();
    expect(secret).toMatch(/^whsec_/);
    expect(endpoint).toMatchObject({ url: hook, event_types: ['*'], status: 'enabled' });
    const url = `/v1/webhook_endpoints/${endpoint.id}`;
    for (const answer of [
      await marta.request({ url }),
      await marta.request({ url: '/v1/webhook_endpoints' }),
      await marta.request({ method: 'PATCH', url, payload: { description: 'Otra' } }),
      await marta.request({ url: '/v1/audit_logs' }),
    ])
      expect(answer.body).not.toContain('whsec_');
    expect((await marta.request({ url })).json()).toMatchObject({ description: 'Otra' });
  });

  it('is changed, disabled and enabled, and deleted', async () => {
    const { id } = (await create(marta, { url: hook, event_types: ['call.*'] })).json();
    const url = `/v1/webhook_endpoints/${id}`;
    const patch = async (payload: object) =>
      (await marta.request({ method: 'PATCH', url, payload })).json();
    expect(await patch({ event_types: ['*', '*'] })).toMatchObject({ event_types: ['*'] });
    expect(await patch({ status: 'disabled' })).toMatchObject({ disabled_reason: 'manual' });
    expect(await patch({ status: 'enabled' })).toMatchObject({
      status: 'enabled',
      disabled_reason: null,
      disabled_at: null,
    });
    expect((await marta.request({ method: 'DELETE', url })).statusCode).toBe(204);
    expect((await marta.request({ method: 'DELETE', url })).statusCode).toBe(404);
  });

  it.each([
    ['no address', {}],
    ['no address of the web', { url: 'ftp://panaderia.co' }],
    ['an address in clear', { url: 'http://panaderia.co/' }],
    ['this machine', { url: 'https://localhost:3000/' }],
    ['an address of this machine in disguise', { url: 'https://2130706433/' }],
    ['the metadata service', { url: 'https://169.254.169.254/latest/meta-data/' }],
    ['a mapped address', { url: 'https://[::ffff:10.0.0.1]/' }],
    ['a password in it', { url: 'https://a:b@panaderia.co/' }],
    ['a port of mail', { url: 'https://panaderia.co:25/' }],
    ['a long one', { url: `https://panaderia.co/${'x'.repeat(limits.webhooks.urlCharsMax)}` }],
    ['a number', { url: 7 }],
    ['an event that is none', { url: hook, event_types: ['call.exploded'] }],
    ['no events', { url: hook, event_types: [] }],
    ['an empty description', { url: hook, description: ' ' }],
  ])('is refused with %s', async (_what, payload) => {
    const answer = await create(marta, payload);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.length).toBeGreaterThan(0);
    const changed = await marta.request({
      method: 'PATCH',
      url: `/v1/webhook_endpoints/${newId('whe')}`,
      payload,
    });
    expect(changed.statusCode).toBe(Object.keys(payload).length === 0 ? 404 : 422);
  });

  it("is nobody else's: every route gives the 404 of a missing one", async () => {
    const { id } = (await create(other, { url: hook })).json();
    const paths = [
      ['GET', ''],
      ['PATCH', '', { description: 'x' }],
      ['DELETE', ''],
      ['POST', '/rotate_secret', {}],
      ['GET', '/deliveries'],
    ] as const;
    for (const [method, path, payload] of paths) {
      const ask = (endpoint: string) =>
        marta.request({
          method,
          url: `/v1/webhook_endpoints/${endpoint}${path}`,
          ...(payload && { payload }),
        });
      const [foreign, missing] = [await ask(id), await ask(newId('whe'))];
      expect([method, path, foreign.statusCode]).toEqual([method, path, 404]);
      expect({ ...foreign.json(), request_id: '' }).toEqual({ ...missing.json(), request_id: '' });
    }
    expect((await marta.request({ url: '/v1/webhook_endpoints' })).body).not.toContain(id);
    expect((await api.app.inject({ url: '/v1/webhook_endpoints' })).statusCode).toBe(401);
  });

  it('is not for those who only look', async () => {
    const viewer = await api.signIn();
    const { userId } = viewer.scope;
    if (!userId) throw new Error('a person has an id');
    const { orgId } = marta.scope;
    await api.db.withSystem((tx) =>
      tx
        .insertInto('memberships')
        .values({ id: newId('mem'), org_id: orgId, user_id: userId, role: 'viewer' })
        .execute(),
    );
    const headers = { 'alo-organization': orgId };
    const asks = [
      { url: '/v1/webhook_endpoints' },
      { url: '/v1/events' },
      { url: '/v1/events/stream' },
      { method: 'POST', url: '/v1/webhook_endpoints', payload: { url: hook } },
      { method: 'POST', url: '/v1/events/trigger', payload: { type: 'call.ended' } },
    ] as const;
    for (const ask of asks)
      expect([ask.url, (await viewer.request({ ...ask, headers })).statusCode]).toEqual([
        ask.url,
        403,
      ]);
  });
});

describe('a rotation', () => {
  it('shows the new secret once and says until when the old one signs', async () => {
    const { id, secret } = (await create(marta, { url: hook })).json();
    const url = `/v1/webhook_endpoints/${id}/rotate_secret`;
    const rotate = (payload: object) => marta.request({ method: 'POST', url, payload });
    const rotated = await rotate({ overlap_hours: 2 });
    expect([rotated.statusCode, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(rotated.json().secret).not.toBe(secret);
    const overlapMs = Date.parse(rotated.json().previous_expires_at) - Date.now();
    expect(Math.abs(overlapMs - 2 * 3_600_000)).toBeLessThan(60_000);
    for (const hours of [-1, 0.5, limits.webhooks.overlapHoursMax + 1, '2'])
      expect((await rotate({ overlap_hours: hours })).statusCode).toBe(422);
  });
});

describe('the delivery log', () => {
  it('lists by state and shows each attempt', async () => {
    const { id } = (await create(marta, { url: hook })).json();
    const event = await marta.request({
      method: 'POST',
      url: '/v1/events/trigger',
      payload: { type: 'call.ended', endpoint_ids: [id] },
    });
    const list = (status: string) =>
      marta.request({ url: `/v1/webhook_endpoints/${id}/deliveries?status=${status}` });
    const pending = (await list('pending')).json().data;
    expect(pending).toMatchObject([{ event_id: event.json().id, attempts: 0 }]);
    expect((await list('delivered')).json().data).toEqual([]);
    expect((await list('lost')).statusCode).toBe(400);
    const url = `/v1/webhook_deliveries/${pending[0].id}`;
    expect((await marta.request({ url })).json()).toMatchObject({ attempt_log: [] });
    expect((await other.request({ url })).statusCode).toBe(404);
    expect(api.jobs).toContainEqual(['webhook.deliver', { delivery_id: pending[0].id }]);
  });
});
