import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, createVirtualClock, newId, type VirtualClock } from '../kernel/index.ts';
import type { IdentityProvider, IdentityUser } from '../ports/index.ts';
import { createAccountsService, type AccountsService } from './accounts.service.ts';
import type { Member, Principal } from './principal.ts';

let t: TestDb;
let clock: VirtualClock;
let accounts: AccountsService;
const people = new Map<string, IdentityUser>();

/** Who is behind which token; the flows themselves are tested with the real adapter. */
const identity: IdentityProvider = {
  name: 'scripted',
  verifyAccessToken: async (token) => people.get(token) ?? null,
  signUp: async () => undefined,
  resendOtp: async () => undefined,
  requestOtp: async () => undefined,
  signOut: async () => undefined,
  verifyOtp: () => Promise.reject(new Error('not scripted')),
  signIn: () => Promise.reject(new Error('not scripted')),
  refresh: () => Promise.reject(new Error('not scripted')),
  oauthUrl: () => Promise.reject(new Error('not scripted')),
  exchangeOAuthCode: () => Promise.reject(new Error('not scripted')),
  requestPasswordReset: async () => undefined,
  resetPassword: () => Promise.reject(new Error('not scripted')),
  changePassword: async () => undefined,
};

function person(fields: Partial<IdentityUser> = {}): { token: string; user: IdentityUser } {
  const token = randomUUID();
  const user = {
    authId: randomUUID(),
    email: `${token}@x.co`,
    emailVerified: true,
    name: 'Ana Pérez',
    phone: undefined,
    ...fields,
  };
  people.set(token, user);
  return { token, user };
}

async function memberFor(token: string): Promise<Member> {
  const principal = await accounts.authenticate(token);
  if (!principal?.orgId) throw new Error('nobody there');
  return principal as Member;
}

beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());
beforeEach(() => {
  clock = createVirtualClock();
  const log = createLog({ level: 'silent' });
  accounts = createAccountsService({ db: t.db, identity, clock, newId, log, sandboxed: true });
});

const count = async (table: 'users' | 'organizations' | 'memberships') => {
  const { rows } = await t.pool.query(`select count(*)::int as n from ${table}`);
  return rows[0].n as number;
};

describe('the first use of a verified account', () => {
  it('founds one organization with an empty wallet and makes the person its owner', async () => {
    const { token, user } = person();
    const principal = await accounts.authenticate(token);
    expect(principal).toMatchObject({
      kind: 'user',
      role: 'owner',
      mode: 'live',
      email: user.email,
    });
    const { rows } = await t.pool.query(
      'select name, plan, currency, wallet_balance, wallet_held from organizations where id = $1',
      [principal?.orgId],
    );
    expect(rows).toEqual([
      {
        name: 'Negocio de Ana Pérez',
        plan: 'free',
        currency: 'COP',
        wallet_balance: 0n,
        wallet_held: 0n,
      },
    ]);
    await expect(accounts.authenticate(token)).resolves.toEqual(principal);
  });

  it('happens once even when ten requests race', async () => {
    const before = [await count('users'), await count('organizations'), await count('memberships')];
    const { token } = person();
    const racers = await Promise.all(
      Array.from({ length: 10 }, () => accounts.authenticate(token)),
    );
    expect(new Set(racers.map((each) => each?.orgId)).size).toBe(1);
    expect(new Set(racers.map((each) => each?.userId)).size).toBe(1);
    const after = [await count('users'), await count('organizations'), await count('memberships')];
    expect(after).toEqual(before.map((each) => each + 1));
  });

  it('never happens for an address that is not verified', async () => {
    const before = await count('users');
    const { token } = person({ emailVerified: false });
    await expect(accounts.authenticate(token)).rejects.toMatchObject({
      code: 'email_not_verified',
    });
    expect(await count('users')).toBe(before);
  });

  it('keeps nothing unchecked of what the person wrote about themselves', async () => {
    const { token } = person({ name: `${'ñ'.repeat(400)}\u0000`, phone: '<script>' });
    const me = await accounts.getMe(await memberFor(token));
    expect(me.user?.name).toHaveLength(120);
    expect(me.user?.phone).toBeNull();
  });
});

describe('authenticate', () => {
  it('is null for tokens nobody knows', async () => {
    await expect(accounts.authenticate('nonsense')).resolves.toBeNull();
    await expect(accounts.authenticate('alo_sk_live_nonsense')).resolves.toBeNull();
    await expect(accounts.authenticate(`alo_sk_live_${'0'.repeat(48)}`)).resolves.toBeNull();
  });

  it('follows a change of address', async () => {
    const { token, user } = person();
    const member = await memberFor(token);
    people.set(token, { ...user, email: 'nueva@x.co' });
    await accounts.authenticate(token);
    expect((await accounts.getMe(member)).user?.email).toBe('nueva@x.co');
  });

  it('lets a person choose among their organizations, the founded one first', async () => {
    const guest = person();
    const own = await memberFor(guest.token);
    const host = await memberFor(person().token);
    await t.pool.query(
      `insert into memberships (id, org_id, user_id, role, created_at) values ($1, $2, $3, 'viewer', '2020-01-01')`,
      [newId('mem'), host.orgId, own.userId],
    );
    expect(await accounts.authenticate(guest.token)).toMatchObject({ orgId: own.orgId });
    const chosen = await accounts.authenticate(guest.token, host.orgId);
    expect(chosen).toMatchObject({ orgId: host.orgId, role: 'viewer' });
    const me = await accounts.getMe(chosen as Principal);
    expect(me.organization?.id).toBe(host.orgId);
    expect(me.organizations.map(({ id, role }) => [id, role])).toEqual([
      [own.orgId, 'owner'],
      [host.orgId, 'viewer'],
    ]);
  });

  it('answers a foreign organization as a missing one, and names a malformed header', async () => {
    const stranger = await memberFor(person().token);
    const { token } = person();
    await memberFor(token);
    for (const foreign of [stranger.orgId, newId('org')]) {
      await expect(accounts.authenticate(token, foreign)).rejects.toMatchObject({
        code: 'not_found',
        param: 'Alo-Organization',
      });
    }
    await expect(accounts.authenticate(token, "' or 1=1")).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'Alo-Organization',
    });
  });

  it('does not readmit a founder who was removed', async () => {
    const { token } = person();
    const { orgId, userId } = await memberFor(token);
    const host = await memberFor(person().token);
    await t.pool.query(
      `insert into memberships (id, org_id, user_id, role) values ($1, $2, $3, 'owner')`,
      [newId('mem'), orgId, host.userId],
    );
    await t.pool.query('delete from memberships where org_id = $1 and user_id = $2', [
      orgId,
      userId,
    ]);
    await expect(accounts.authenticate(token)).resolves.toMatchObject({ orgId: undefined });
  });
});

describe('API keys', () => {
  it('authenticate for their organization until they are revoked', async () => {
    const owner = await memberFor(person().token);
    const key = await accounts.createApiKey(owner, {
      name: 'servidor',
      mode: 'test',
      role: 'admin',
    });
    expect(key.secret).toMatch(/^alo_sk_test_[0-9a-f]{48}$/);
    expect(key.hint).toBe(key.secret.slice(-4));
    const program = await accounts.authenticate(key.secret);
    expect(program).toEqual({
      kind: 'api_key',
      orgId: owner.orgId,
      userId: undefined,
      keyId: key.id,
      role: 'admin',
      email: undefined,
      mode: 'test',
    });
    expect(await accounts.getMe(program as Principal)).toMatchObject({
      kind: 'api_key',
      user: null,
      organization: { id: owner.orgId },
      organizations: [{ id: owner.orgId }],
    });
    await accounts.revokeApiKey(owner, key.id);
    await expect(accounts.authenticate(key.secret)).resolves.toBeNull();
    await expect(accounts.revokeApiKey(owner, key.id)).resolves.toBeUndefined();
  });

  it('are shown once and kept as a hash', async () => {
    const owner = await memberFor(person().token);
    const { secret, id } = await accounts.createApiKey(owner, {
      name: 'a',
      mode: 'live',
      role: 'admin',
    });
    const { rows } = await t.pool.query('select * from api_keys where id = $1', [id]);
    expect(JSON.stringify(rows[0])).not.toContain(secret.slice(12));
    const list = await accounts.listApiKeys(owner, { limit: 20 });
    expect(JSON.stringify(list)).not.toContain(secret.slice(12));
  });

  it('note their last use once a minute', async () => {
    const owner = await memberFor(person().token);
    const { secret } = await accounts.createApiKey(owner, {
      name: 'a',
      mode: 'live',
      role: 'admin',
    });
    const lastUsed = async () =>
      (await accounts.listApiKeys(owner, { limit: 1 })).data[0]?.last_used_at;
    expect(await lastUsed()).toBeNull();
    await accounts.authenticate(secret);
    const first = await lastUsed();
    expect(first).toBe(clock.now().toISOString());
    await clock.advance(59_000);
    await accounts.authenticate(secret);
    expect(await lastUsed()).toBe(first);
    await clock.advance(1_000);
    await accounts.authenticate(secret);
    expect(await lastUsed()).toBe(clock.now().toISOString());
  });

  it('of another organization can be neither seen, nor chosen, nor revoked', async () => {
    const owner = await memberFor(person().token);
    const stranger = await memberFor(person().token);
    const { secret, id } = await accounts.createApiKey(owner, {
      name: 'a',
      mode: 'live',
      role: 'admin',
    });
    expect((await accounts.listApiKeys(stranger, { limit: 20 })).data).toEqual([]);
    await expect(accounts.revokeApiKey(stranger, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(accounts.authenticate(secret, stranger.orgId)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(accounts.authenticate(secret)).resolves.not.toBeNull();
  });

  it('are made and revoked by people, never by a key', async () => {
    const owner = await memberFor(person().token);
    const { secret, id } = await accounts.createApiKey(owner, {
      name: 'a',
      mode: 'live',
      role: 'admin',
    });
    const program = (await accounts.authenticate(secret)) as Member;
    await expect(
      accounts.createApiKey(program, { name: 'b', mode: 'live', role: 'admin' }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(accounts.revokeApiKey(program, id)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('are listed in pages, newest first, and bounded in number', async () => {
    const owner = await memberFor(person().token);
    for (let each = 0; each < 50; each++) {
      await accounts.createApiKey(owner, { name: `k${each}`, mode: 'live', role: 'admin' });
    }
    await expect(
      accounts.createApiKey(owner, { name: 'one more', mode: 'live', role: 'admin' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await accounts.listApiKeys(owner, { limit: 20, cursor });
      names.push(...page.data.map(({ name }) => name));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(names).toHaveLength(50);
    expect(names[0]).toBe('k49');
  });
});

describe('the organization', () => {
  it('is renamed', async () => {
    const owner = await memberFor(person().token);
    await expect(accounts.renameOrganization(owner, 'La Espiga')).resolves.toMatchObject({
      id: owner.orgId,
      name: 'La Espiga',
    });
    await expect(accounts.getOrganization(owner)).resolves.toMatchObject({ name: 'La Espiga' });
  });
});
