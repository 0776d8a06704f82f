import { afterEach, expect, test } from 'vitest';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from '../../testing/fake-api.ts';
import { cli, freshFolder } from '../../testing/run.ts';

let api: FakeApi;
afterEach(() => api.close());

const entry = (seq: number, type: string, id: string | null, change: object) => ({
  seq,
  actor: { type, id, ip: null, user_agent: null },
  request_id: null,
  action: 'update',
  target: { type: 'api_keys', id: 'key_9' },
  before: {},
  after: {},
  at: '2026-11-23T12:00:00.000Z',
  prev_hash: '',
  hash: '',
  canonical: '',
  ...change,
});
const list = (data: object[]) => () => ({ body: { data, has_more: false, next_cursor: null } });
const routes: FakeRoutes = {
  'GET /v1/audit_logs': list([
    entry(4, 'user', 'usr_1', { after: { name: 'Caja', role: 'agent' } }),
    entry(3, 'user', 'usr_gone', {}),
    entry(2, 'api_key', 'key_1', {}),
    entry(1, 'system', null, {}),
  ]),
  'GET /v1/members': list([{ id: 'mem_1', user: { id: 'usr_1', email: 'ana@panaderia.co' } }]),
  'GET /v1/api_keys': list([{ id: 'key_1', name: 'Mi tienda\u001b[2J' }]),
};

async function auditList(played: FakeRoutes, tty: boolean) {
  api = await startFakeApi(played);
  const env = { ALO_API_URL: api.url, ALO_API_KEY: 'alo_sk_test_x', ALO_HOME: await freshFolder() };
  return cli(['audit', 'list'], { env, tty });
}

test('whoever changed something is named: people by address, keys by name, the gone by id', async () => {
  const { code, stdout } = await auditList(routes, true);
  expect(code).toBe(0);
  expect(stdout).toMatch(/4 .* ana@panaderia\.co +~ key_9 Caja +name, role/);
  expect(stdout).toMatch(/3 .* usr_gone /);
  expect(stdout).toMatch(/2 .* Mi tienda +~/);
  expect(stdout).toMatch(/1 .* la plataforma /);
});

test('who may not list people and keys sees ids; programs get the entries as they are', async () => {
  const forbidden = () => problem(403, 'forbidden', 'No');
  const played = { ...routes, 'GET /v1/members': forbidden, 'GET /v1/api_keys': forbidden };
  expect((await auditList(played, true)).stdout).toMatch(/usr_1 [\s\S]*key_1 /);
  await api.close();
  const { stdout } = await auditList(routes, false);
  expect(JSON.parse(stdout).data[0].actor.id).toBe('usr_1');
  expect(api.seen.map(({ path }) => path)).toEqual(['/v1/audit_logs']);
});
