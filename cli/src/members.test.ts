import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from './testing/fake-api.ts';
import { me, session } from './testing/fake-platform.ts';
import { cli, freshFolder, type CliOptions, type CliRun } from './testing/run.ts';

let api: FakeApi;
let home: string;
beforeEach(async () => {
  home = await freshFolder();
});
afterEach(() => api.close());

const credentialsFile = () => join(home, 'credentials.json');
const saved = async () =>
  (JSON.parse(await readFile(credentialsFile(), 'utf8')) as { sessions: Record<string, object> })
    .sessions[api.url];

/** Starts the API and signs in to it, as somebody who has chosen an organization perhaps. */
async function open(routes: FakeRoutes, choice: object = {}): Promise<void> {
  api = await startFakeApi(routes);
  const { user, ...tokens } = session;
  const sessions = { [api.url]: { ...tokens, email: user.email, ...choice } };
  await writeFile(credentialsFile(), JSON.stringify({ version: 1, sessions }));
}

const run = (argv: string[], options: CliOptions = {}): Promise<CliRun> =>
  cli(argv, { ...options, env: { ALO_API_URL: api.url, ALO_HOME: home, ...options.env } });
const errorOf = ({ stderr }: CliRun) =>
  (JSON.parse(stderr) as { error: Record<string, unknown> }).error;
const organizationHeaders = () => api.seen.map(({ headers }) => headers['alo-organization']);

const at = '2026-11-23T12:00:00.000Z';
const organizations = [
  { id: 'org_1', name: 'La Espiga', role: 'owner' },
  { id: 'org_2', name: 'Otra', role: 'viewer' },
];
const meRoute: FakeRoutes = { 'GET /v1/me': () => ({ body: { ...me, organizations } }) };

describe('orgs', () => {
  test('use chooses one by name or id, for every command from then on', async () => {
    await open({ ...meRoute, 'GET /v1/wallet': () => problem(404, 'not_found', 'x') });
    for (const name of ['otra', 'org_2']) {
      const used = await run(['orgs', 'use', name]);
      expect([used.code, JSON.parse(used.stdout)]).toEqual([0, organizations[1]]);
    }
    expect(await saved()).toMatchObject({ organization: 'org_2', access_token: 'access-1' });
    await run(['wallet']);
    expect(organizationHeaders()).toEqual([undefined, undefined, 'org_2']);
  });

  test('are told apart by what was typed, the environment, and the choice, in this order', async () => {
    await open(meRoute, { organization: 'org_2' });
    await run(['whoami']);
    await run(['whoami'], { env: { ALO_ORG: 'org_3' } });
    await run(['whoami', '--org', 'org_4'], { env: { ALO_ORG: 'org_3' } });
    await run(['whoami', '--api-key', 'alo_sk_live_x']);
    expect(organizationHeaders()).toEqual(['org_2', 'org_3', 'org_4', undefined]);
  });

  test('list marks the one in use', async () => {
    await open(meRoute, { organization: 'org_2' });
    const { stdout } = await run(['orgs', 'list']);
    expect(JSON.parse(stdout)).toEqual({
      data: [
        { ...organizations[0], current: false },
        { ...organizations[1], current: true },
      ],
    });
    expect(organizationHeaders()).toEqual([undefined]);
    expect((await run(['orgs', 'list'], { tty: true })).stdout).toMatch(/\* +org_2 +Otra/);
  });

  test('one cannot be chosen that is not one’s own, nor with a key', async () => {
    await open(meRoute);
    const foreign = await run(['orgs', 'use', 'org_9']);
    expect([foreign.code, errorOf(foreign)['code']]).toEqual([4, 'not_found']);
    await writeFile(credentialsFile(), '{"version":1,"sessions":{}}');
    const key = await run(['orgs', 'use', 'org_1', '--api-key', 'alo_sk_live_x']);
    expect([key.code, errorOf(key)['code']]).toEqual([3, 'unauthenticated']);
  });

  test('a choice that holds no longer says what to do', async () => {
    const gone = () => problem(404, 'not_found', 'No existe', { param: 'Alo-Organization' });
    await open({ 'GET /v1/wallet': gone }, { organization: 'org_9' });
    expect(errorOf(await run(['wallet']))).toMatchObject({
      hint: expect.stringContaining('alo orgs use'),
    });
  });

  test('a renewed session keeps the choice, another person’s does not', async () => {
    const renewed = { ...session, access_token: 'access-2', refresh_token: 'refresh-2' };
    const other = { ...renewed, user: { ...session.user, email: 'otra@x.co' } };
    await open(
      {
        ...meRoute,
        'POST /v1/auth/refresh': () => ({ body: renewed }),
        'POST /v1/auth/verify': () => ({ body: other }),
      },
      { organization: 'org_2', expires_at: '2020-01-01T00:00:00.000Z' },
    );
    await run(['whoami']);
    expect(await saved()).toMatchObject({ access_token: 'access-2', organization: 'org_2' });
    await run(['login', '--email', 'otra@x.co', '--code', '123456']);
    expect(await saved()).not.toHaveProperty('organization');
  });

  test('are created and left', async () => {
    await open(
      {
        ...meRoute,
        'POST /v1/organizations': ({ body }) => ({
          status: 201,
          body: { id: 'org_5', ...(body as object) },
        }),
        'POST /v1/organizations/current/leave': () => ({ status: 204 }),
      },
      { organization: 'org_1' },
    );
    const made = await run(['orgs', 'create', 'Sede norte'], { tty: true });
    expect(made.stdout).toContain('alo orgs use org_5');
    expect((await run(['orgs', 'leave'])).code).toBe(0);
    expect(await saved()).not.toHaveProperty('organization');
  });
});

const member = (id: string, email: string, role = 'viewer') => ({
  id,
  role,
  user: { id: `usr_${id}`, email, name: null },
  created_at: at,
});
const page = (data: unknown[]) => ({ data, has_more: false, next_cursor: null });
const membersRoute: FakeRoutes = {
  'GET /v1/members': () => ({
    body: page([member('mem_1', 'ana@x.co'), member('mem_2', 'luz@x.co')]),
  }),
};
const key = {
  id: 'key_1',
  name: 'tienda',
  mode: 'live',
  role: 'admin',
  scopes: ['calls:read'],
  hint: 'abcd',
  created_by: 'usr_mem_2',
  created_at: at,
  last_used_at: at,
  expires_at: null,
  rotated_at: null,
  previous_expires_at: null,
  revoked_at: null,
};

describe('members', () => {
  test('are listed, and given another role by address or id', async () => {
    await open({
      ...membersRoute,
      'PATCH /v1/members/*': ({ body }) => ({
        body: { ...member('mem_2', 'luz@x.co'), ...(body as object) },
      }),
    });
    expect((await run(['members', 'list'], { tty: true })).stdout).toMatch(/mem_2 +luz@x.co/);
    for (const who of ['LUZ@x.co', 'mem_2']) {
      const changed = await run(['members', 'role', who, 'admin']);
      expect(JSON.parse(changed.stdout)).toMatchObject({ id: 'mem_2', role: 'admin' });
    }
    expect(api.seen.at(-1)).toMatchObject({ path: '/v1/members/mem_2', body: { role: 'admin' } });
    const nobody = await run(['members', 'role', 'nadie@x.co', 'admin']);
    expect([nobody.code, errorOf(nobody)['code']]).toEqual([4, 'not_found']);
    expect((await run(['members', 'role', 'luz@x.co', 'boss'])).code).toBe(2);
  });

  test('who are removed leave no key behind unnoticed', async () => {
    const keys = [
      key,
      { ...key, id: 'key_2', revoked_at: at },
      { ...key, id: 'key_3', expires_at: '2020-01-01T00:00:00.000Z' },
      { ...key, id: 'key_4', created_by: 'usr_mem_1' },
    ];
    await open({
      ...membersRoute,
      'DELETE /v1/members/mem_2': () => ({ status: 204 }),
      'GET /v1/api_keys': () => ({ body: page(keys) }),
    });
    const removed = await run(['members', 'remove', 'luz@x.co']);
    expect(JSON.parse(removed.stdout)).toEqual({
      id: 'mem_2',
      removed: true,
      api_keys_left: ['key_1'],
    });
    expect((await run(['members', 'remove', 'luz@x.co'], { tty: true })).stdout).toContain('key_1');
    const thorough = await run(['members', 'remove', 'mem_2', '--revoke-keys']);
    expect(JSON.parse(thorough.stdout)).toMatchObject({ api_keys_left: [] });
    const deletions = api.seen.filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ query }) => query.get('revoke_api_keys'))).toEqual([
      'false',
      'false',
      'true',
    ]);
  });
});

const invitation = {
  id: 'ivt_1',
  email: 'luz@x.co',
  role: 'agent',
  status: 'pending',
  invited_by: 'usr_1',
  created_at: at,
  expires_at: at,
  mailed_at: null,
  settled_at: null,
};
const token = `alo_inv_${'0'.repeat(48)}`;

describe('invitations', () => {
  test('are made, listed, sent again and revoked', async () => {
    await open({
      'POST /v1/invitations': () => ({ status: 201, body: invitation }),
      'GET /v1/invitations': () => ({ body: page([invitation]) }),
      'POST /v1/invitations/ivt_1/resend': () => ({ body: invitation }),
      'DELETE /v1/invitations/ivt_1': () => ({ status: 204 }),
    });
    const made = await run(['members', 'invite', 'luz@x.co', '--role', 'agent']);
    expect(JSON.parse(made.stdout)).toEqual(invitation);
    expect(api.seen[0]?.body).toEqual({ email: 'luz@x.co', role: 'agent' });
    expect((await run(['members', 'invite', 'luz@x.co'])).code).toBe(2);
    expect((await run(['invitations', 'list'], { tty: true })).stdout).toContain('pendiente');
    expect((await run(['invitations', 'resend', 'ivt_1'])).code).toBe(0);
    expect((await run(['invitations', 'revoke', 'ivt_1'])).code).toBe(0);
  });

  test('are read and declined by anybody, accepted by who is signed in; the link will do', async () => {
    const preview = {
      organization: { name: 'La Espiga' },
      role: 'agent',
      email: 'luz@x.co',
      expires_at: at,
    };
    await open(
      {
        'POST /v1/invitations/lookup': () => ({ body: preview }),
        'POST /v1/invitations/accept': () => ({ body: organizations[0] }),
        'POST /v1/invitations/decline': () => ({ status: 204 }),
      },
      { organization: 'org_9' },
    );
    const link = `https://api.alo.test/invitations?token=${token}`;
    expect((await run(['invitations', 'show', link], { tty: true })).stdout).toContain('La Espiga');
    const accepted = await run(['invitations', 'accept', token], { tty: true });
    expect(accepted.stdout).toContain('alo orgs use org_1');
    expect((await run(['invitations', 'decline', link])).code).toBe(0);
    expect(api.seen.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => ({ token })));
    expect(api.seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer access-1',
      undefined,
    ]);
    // They accept as themselves, not for the organization they happen to work for.
    expect(organizationHeaders()).toEqual([undefined, undefined, undefined]);
  });
});

describe('keys', () => {
  const created = { ...key, secret: 'alo_sk_live_x' };

  test('are made with scopes and an end', async () => {
    await open({ 'POST /v1/api_keys': () => ({ status: 201, body: created }) });
    const before = Date.now();
    const argv = ['keys', 'create', 'caja', '--role', 'viewer'];
    await run([...argv, '--scopes', 'calls:read, wallet:read', '--expires', '90d']);
    const body = api.seen[0]?.body as { expires_at: string };
    expect(body).toMatchObject({
      name: 'caja',
      mode: 'live',
      role: 'viewer',
      scopes: ['calls:read', 'wallet:read'],
    });
    const days = (Date.parse(body.expires_at) - before) / (24 * 3_600_000);
    expect(days).toBeGreaterThanOrEqual(90);
    expect(days).toBeLessThan(90.01);
    for (const wrong of [
      ['--expires', 'pronto'],
      ['--scopes', 'todo'],
      ['--role', 'owner'],
    ]) {
      expect((await run([...argv, ...wrong])).code).toBe(2);
    }
  });

  test('are rotated with an overlap, and the secret is shown once', async () => {
    await open({
      'POST /v1/api_keys/key_1/rotate': () => ({ body: { ...created, previous_expires_at: at } }),
    });
    const shown = await run(['keys', 'rotate', 'key_1', '--overlap', '2h'], { tty: true });
    expect(shown.stdout).toContain('alo_sk_live_x');
    expect(shown.stdout).toContain('La de antes sirve hasta');
    await run(['keys', 'rotate', 'key_1']);
    await run(['keys', 'rotate', 'key_1', '--overlap', '0s']);
    expect(api.seen.map(({ body }) => body)).toEqual(
      [7_200, 86_400, 0].map((overlap_seconds) => ({ overlap_seconds })),
    );
  });

  test('are listed with what they may do, their last use and their end', async () => {
    const old = { ...key, id: 'key_2', expires_at: '2020-01-01T00:00:00.000Z', scopes: null };
    const rotated = { ...key, id: 'key_3', previous_expires_at: '2099-01-01T00:00:00.000Z' };
    await open({ 'GET /v1/api_keys': () => ({ body: page([key, old, rotated]) }) });
    const { stdout } = await run(['keys', 'list'], { tty: true });
    expect(stdout).toMatch(/key_1 .*calls:read +activa/);
    expect(stdout).toMatch(/key_2 .*administrador +vencida/);
    expect(stdout).toMatch(/key_3 .*activa, y la de antes/);
  });
});

test('who runs the platform searches all organizations', async () => {
  const row = {
    id: 'org_1',
    name: 'La Espiga',
    country: 'CO',
    currency: 'COP',
    plan: 'free',
    balance: { amount: 1_250_000, currency: 'COP' },
    owners: ['ana@x.co'],
    members: 2,
    created_at: at,
  };
  await open({ 'GET /v1/admin/organizations': () => ({ body: page([row]) }) });
  const { stdout } = await run(['admin', 'orgs', '--search', 'espiga'], { tty: true });
  expect(stdout).toMatch(/La Espiga +ana@x.co/);
  expect(api.seen[0]?.query.get('search')).toBe('espiga');
});
