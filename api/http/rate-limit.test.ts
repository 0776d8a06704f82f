import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock, limits } from '@alo/core/kernel';
import { createTestApi, type TestApi } from './testing.ts';

const { perMinute } = limits.http;
const clock = createVirtualClock();
let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ clock });
});
afterAll(() => api.close());

const remainingOf = (header: unknown) => Number(/;r=(\d+);/.exec(String(header))?.[1]);

describe('requests a minute', () => {
  it('are bounded for each credential, and every answer says how many are left', async () => {
    const person = await api.signIn();
    const me = () => person.request({ url: '/v1/me', remoteAddress: '10.0.0.1' });
    const first = await me();
    expect(first.headers['ratelimit-policy']).toBe(`"credential";q=${perMinute.credential};w=60`);
    expect(remainingOf(first.headers.ratelimit)).toBe(perMinute.credential - 1);

    for (let each = 1; each < perMinute.credential; each++) {
      await api.deps.counters.hit(`http:credential:${person.scope.userId}`, 60_000);
    }
    const refused = await me();
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'rate_limited' });
    const wait = Number(refused.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);

    const somebodyElse = await (await api.signIn()).request({ url: '/v1/me' });
    expect(somebodyElse.statusCode).toBe(200);
    await clock.advance(60_000);
    expect((await me()).statusCode).toBe(200);
  });

  it('are bounded for an address before anybody is looked up', async () => {
    const guess = () =>
      api.app.inject({
        url: '/v1/me',
        remoteAddress: '10.0.0.2',
        headers: { authorization: 'Bearer guess' },
      });
    for (let each = 0; each < perMinute.address; each++)
      expect((await guess()).statusCode).toBe(401);
    expect((await guess()).statusCode).toBe(429);
    const elsewhere = await api.app.inject({ url: '/v1/me', remoteAddress: '10.0.0.3' });
    expect(elsewhere.statusCode).toBe(401);
  });

  it('are shared by the members and keys of an organization', async () => {
    const person = await api.signIn();
    const { orgId } = person.scope;
    for (let each = 0; each < perMinute.organization; each++) {
      await api.deps.counters.hit(`http:organization:${orgId}`, 60_000);
    }
    const refused = await person.request({ url: '/v1/me' });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['ratelimit-policy']).toContain('"organization"');
  });

  it('are not counted for the probes of health', async () => {
    const health = await api.app.inject({ url: '/health' });
    expect(health.headers.ratelimit).toBeUndefined();
  });
});
