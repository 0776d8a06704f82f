import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

async function lowBalance(person: TestPerson): Promise<string> {
  await api.db.withSystem((tx) =>
    tx
      .insertInto('events')
      .values({
        id: newId('evt'),
        org_id: person.scope.orgId,
        type: 'wallet.low_balance',
        data: JSON.stringify({ balance: 1, currency: 'COP' }),
      })
      .execute(),
  );
  await api.deps.alerts.sweep();
  const { data } = (await person.request({ url: '/v1/alerts' })).json<{ data: { id: string }[] }>();
  return data[0]?.id ?? '';
}

it('what went wrong is listed, its mail is asked for, and it is resolved', async () => {
  const person = await api.signIn();
  const id = await lowBalance(person);
  expect(api.jobs).toContainEqual(['alert.mail', { alert_id: id }]);
  const resolved = await person.request({ method: 'POST', url: `/v1/alerts/${id}/resolve` });
  expect(resolved.statusCode).toBe(200);
  expect(resolved.json()).toMatchObject({
    id,
    kind: 'low_balance',
    resolved_at: expect.any(String),
  });
});

it('another organization’s alert is the same 404 as none, a malformed id 400', async () => {
  const id = await lowBalance(await api.signIn());
  const other = await api.signIn();
  const resolve = async (each: string) =>
    (await other.request({ method: 'POST', url: `/v1/alerts/${each}/resolve` })).statusCode;
  expect(await resolve(id)).toBe(404);
  expect(await resolve(newId('alr'))).toBe(404);
  expect(await resolve('x')).toBe(400);
});
