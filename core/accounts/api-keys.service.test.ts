import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, createVirtualClock, newId, type VirtualClock } from '../kernel/index.ts';
import { createApiKeySchema } from './api-keys.schema.ts';
import { createApiKeys } from './api-keys.service.ts';
import type { Member } from './principal.ts';
import { seedMember } from './testing.ts';

let t: TestDb;
let clock: VirtualClock;
let keys: ReturnType<typeof createApiKeys>;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());
beforeEach(() => {
  clock = createVirtualClock();
  keys = service({ sandboxed: true });
});

const service = (options: { sandboxed: boolean }) =>
  createApiKeys({ db: t.db, clock, newId, log: createLog({ level: 'silent' }), ...options });
const make = (owner: Member, fields: object = {}) =>
  keys.createApiKey(owner, createApiKeySchema.parse({ name: 'tienda', ...fields }));
const after = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
const HOUR_MS = 3_600_000;

describe('a key', () => {
  it('acts with its role and is confined to its scopes', async () => {
    const owner = await seedMember(t.db);
    const scopes = ['calls:write', 'calls:read', 'calls:read'];
    const key = await make(owner, { role: 'agent', scopes });
    expect(key).toMatchObject({
      role: 'agent',
      scopes: ['calls:read', 'calls:write'],
      created_by: owner.userId,
    });
    expect(await keys.authenticateApiKey(key.secret)).toMatchObject({
      role: 'agent',
      scopes: ['calls:read', 'calls:write'],
    });
    const whole = await make(owner);
    expect(whole).toMatchObject({ role: 'admin', scopes: null });
    expect(await keys.authenticateApiKey(whole.secret)).toMatchObject({ scopes: undefined });
  });

  it('has no scope that its role could never use', async () => {
    const owner = await seedMember(t.db);
    const beyond = make(owner, { role: 'viewer', scopes: ['calls:read', 'calls:write'] });
    await expect(beyond).rejects.toMatchObject({ code: 'validation_failed', param: 'scopes' });
  });

  it.each([{ role: 'owner' }, { scopes: [] }, { scopes: ['all'] }, { expires_at: 'mañana' }])(
    'is not made of %j',
    (fields) => {
      expect(createApiKeySchema.safeParse({ name: 'a', ...fields }).success).toBe(false);
    },
  );

  it('works until it expires, and is none of the keys that count any more', async () => {
    const owner = await seedMember(t.db);
    const key = await make(owner, { expires_at: after(HOUR_MS) });
    await clock.advance(HOUR_MS - 1);
    expect(await keys.authenticateApiKey(key.secret)).not.toBeNull();
    await clock.advance(1);
    expect(await keys.authenticateApiKey(key.secret)).toBeNull();
    const past = make(owner, { expires_at: after(0) });
    await expect(past).rejects.toMatchObject({ code: 'validation_failed', param: 'expires_at' });
  });

  it('for tests works only where every vendor is a stand-in', async () => {
    const owner = await seedMember(t.db);
    const test = await make(owner, { mode: 'test' });
    const live = service({ sandboxed: false });
    await expect(live.authenticateApiKey(test.secret)).rejects.toMatchObject({
      code: 'test_mode_unavailable',
    });
    const more = live.createApiKey(owner, createApiKeySchema.parse({ name: 'a', mode: 'test' }));
    await expect(more).rejects.toMatchObject({ code: 'test_mode_unavailable' });
    // A guess learns nothing of where it is.
    await expect(live.authenticateApiKey(`alo_sk_test_${'0'.repeat(48)}`)).resolves.toBeNull();
    await live.revokeApiKey(owner, test.id);
    await expect(live.authenticateApiKey(test.secret)).resolves.toBeNull();
  });
});

describe('rotating a key', () => {
  it('gives a new secret at once; the one before works until the overlap ends', async () => {
    const owner = await seedMember(t.db);
    const before = await make(owner, { scopes: ['calls:read'] });
    const fresh = await keys.rotateApiKey(owner, before.id, { overlap_seconds: 3_600 });
    expect(fresh).toMatchObject({
      id: before.id,
      scopes: ['calls:read'],
      hint: fresh.secret.slice(-4),
      previous_expires_at: after(HOUR_MS),
      rotated_at: after(0),
    });
    expect(fresh.secret).not.toBe(before.secret);
    for (const secret of [before.secret, fresh.secret]) {
      expect(await keys.authenticateApiKey(secret)).toMatchObject({ keyId: before.id });
    }
    await clock.advance(HOUR_MS);
    expect(await keys.authenticateApiKey(before.secret)).toBeNull();
    expect(await keys.authenticateApiKey(fresh.secret)).not.toBeNull();
  });

  it('without an overlap stops the one before at once; twice, the first one too', async () => {
    const owner = await seedMember(t.db);
    const first = await make(owner);
    const second = await keys.rotateApiKey(owner, first.id, { overlap_seconds: 60 });
    const third = await keys.rotateApiKey(owner, first.id, { overlap_seconds: 60 });
    expect(await keys.authenticateApiKey(first.secret)).toBeNull();
    expect(await keys.authenticateApiKey(second.secret)).not.toBeNull();
    const last = await keys.rotateApiKey(owner, first.id, { overlap_seconds: 0 });
    expect(last.previous_expires_at).toBeNull();
    for (const spent of [second, third]) {
      expect(await keys.authenticateApiKey(spent.secret)).toBeNull();
    }
    expect(await keys.authenticateApiKey(last.secret)).not.toBeNull();
  });

  it('ends with its revocation, the secret before included', async () => {
    const owner = await seedMember(t.db);
    const before = await make(owner);
    const fresh = await keys.rotateApiKey(owner, before.id, { overlap_seconds: 3_600 });
    await keys.revokeApiKey(owner, before.id);
    for (const secret of [before.secret, fresh.secret]) {
      expect(await keys.authenticateApiKey(secret)).toBeNull();
    }
    const late = keys.rotateApiKey(owner, before.id, { overlap_seconds: 0 });
    await expect(late).rejects.toMatchObject({ code: 'conflict' });
  });

  it('twice at once leaves two secrets that work, and no third', async () => {
    const owner = await seedMember(t.db);
    const first = await make(owner);
    const both = await Promise.all(
      [1, 2].map(() => keys.rotateApiKey(owner, first.id, { overlap_seconds: 60 })),
    );
    for (const { secret } of both) expect(await keys.authenticateApiKey(secret)).not.toBeNull();
    expect(await keys.authenticateApiKey(first.secret)).toBeNull();
  });

  it('is a person’s, of that organization', async () => {
    const owner = await seedMember(t.db);
    const stranger = await seedMember(t.db);
    const { id } = await make(owner);
    const program = { ...owner, kind: 'api_key', userId: undefined } as const;
    const request = { overlap_seconds: 0 };
    await expect(keys.rotateApiKey(program, id, request)).rejects.toMatchObject({
      code: 'forbidden',
    });
    for (const foreign of [id, newId('key')]) {
      await expect(keys.rotateApiKey(stranger, foreign, request)).rejects.toMatchObject({
        code: 'not_found',
      });
    }
  });

  it('is in the audit log without a trace of a secret', async () => {
    const owner = await seedMember(t.db);
    const key = await make(owner);
    await keys.rotateApiKey(owner, key.id, { overlap_seconds: 60 });
    const { rows } = await t.pool.query(
      `select action, after from audit_logs where target_id = $1 order by seq`,
      [key.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['insert', 'update']);
    expect(rows[1].after).toHaveProperty('rotated_at');
    expect(JSON.stringify(rows)).not.toContain('secret_hash');
  });
});
