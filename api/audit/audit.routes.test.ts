import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApi, type TestApi } from '../http/testing.ts';

interface Entry {
  seq: number;
  actor: { type: string; id: string; ip: string };
  target: { type: string; id: string };
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  prev_hash: string;
  hash: string;
  canonical: string;
}

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

it('a change by a person is found with who and from where, and its text hashes to its hash', async () => {
  const person = await api.signIn();
  await person.request({
    method: 'PATCH',
    url: '/v1/organizations/current',
    payload: { name: 'La Espiga' },
    remoteAddress: '190.0.0.7',
  });
  const { data } = (await person.request({ url: '/v1/audit_logs' })).json<{ data: Entry[] }>();
  const [entry, older] = data;
  expect(entry).toMatchObject({
    actor: { type: 'user', id: person.scope.userId, ip: '190.0.0.7' },
    target: { type: 'organizations', id: person.scope.orgId },
    after: { name: 'La Espiga' },
    prev_hash: older?.hash,
  });
  expect(
    createHash('sha256')
      .update(entry?.canonical ?? '')
      .digest('hex'),
  ).toBe(entry?.hash);
});

it('pages reach every entry once, and filters choose', async () => {
  const person = await api.signIn();
  for (const name of ['a', 'b', 'c']) {
    await person.request({ method: 'PATCH', url: '/v1/organizations/current', payload: { name } });
  }
  const seen: number[] = [];
  let cursor: string | null = null;
  do {
    const query = cursor ? `&cursor=${cursor}` : '';
    const page = await person.request({ url: `/v1/audit_logs?limit=2${query}` });
    const { data, next_cursor } = page.json<{ data: Entry[]; next_cursor: string | null }>();
    seen.push(...data.map(({ seq }) => seq));
    cursor = next_cursor;
  } while (cursor);
  expect(seen).toEqual(seen.map((_, index) => seen.length - index));
  const members = await person.request({ url: '/v1/audit_logs?target_type=memberships' });
  expect(members.json<{ data: Entry[] }>().data).toHaveLength(1);
  expect((await person.request({ url: '/v1/audit_logs?cursor=x' })).statusCode).toBe(400);
});

it('another organization’s changes are in neither list nor chain', async () => {
  const [one, other] = [await api.signIn(), await api.signIn()];
  await other.request({
    method: 'PATCH',
    url: '/v1/organizations/current',
    payload: { name: 'z' },
  });
  const list = await one.request({ url: `/v1/audit_logs?target_id=${other.scope.orgId}` });
  expect(list.json<{ data: Entry[] }>().data).toEqual([]);
});

it('an entry that was tampered with by the database’s owner breaks the chain where it stands', async () => {
  const person = await api.signIn();
  const verify = async () => (await person.request({ url: '/v1/audit_logs/verification' })).json();
  const whole = await verify();
  expect(whole).toMatchObject({ ok: true, broken_at: null, entries: whole.head.seq });

  await api.pool.query('alter table audit_logs disable trigger audit_logs_append_only');
  await api.pool.query('update audit_logs set ip = $2 where org_id = $1 and seq = 2', [
    person.scope.orgId,
    '1.2.3.4',
  ]);
  expect(await verify()).toMatchObject({ ok: false, broken_at: 2 });
  await api.pool.query('delete from audit_logs where org_id = $1 and seq = 1', [
    person.scope.orgId,
  ]);
  expect(await verify()).toMatchObject({ ok: false, broken_at: 1 });
  await api.pool.query('alter table audit_logs enable trigger audit_logs_append_only');
});
