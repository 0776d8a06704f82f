import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { newId, type Id } from '../kernel/index.ts';

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

async function createOrg(): Promise<Id<'org'>> {
  const id = newId('org');
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id, name: 'Panadería', founded_by: null }).execute(),
  );
  return id;
}

const entries = (orgId: Id<'org'>) =>
  t.db.withOrg({ orgId }, (tx) => tx.selectFrom('audit_logs').selectAll().orderBy('seq').execute());

describe('the audit log', () => {
  it('says who changed what, from where, with before and after of what changed alone', async () => {
    const orgId = await createOrg();
    const userId = newId('usr');
    const origin = { ip: '190.0.0.1', userAgent: 'test', requestId: newId('req') };
    await t.db.withOrg({ orgId, userId, origin }, (tx) =>
      tx.updateTable('organizations').set({ name: 'La Espiga' }).where('id', '=', orgId).execute(),
    );
    const [founding, rename] = await entries(orgId);
    expect(founding).toMatchObject({ seq: 1n, action: 'insert', actor_type: 'system' });
    expect(rename).toMatchObject({
      seq: 2n,
      actor_type: 'user',
      actor_id: userId,
      ip: origin.ip,
      user_agent: 'test',
      request_id: origin.requestId,
      action: 'update',
      target_type: 'organizations',
      target_id: orgId,
      before: { name: 'Panadería' },
      after: { name: 'La Espiga' },
    });
    expect(rename?.prev_hash).toBe(founding?.hash);
  });

  it('holds no secret of a key', async () => {
    const orgId = await createOrg();
    await t.db.withOrg({ orgId }, (tx) =>
      tx
        .insertInto('api_keys')
        .values({
          id: newId('key'),
          org_id: orgId,
          name: 'n',
          mode: 'live',
          secret_hash: `hash-${orgId}`,
          hint: 'abcd',
          created_by: null,
        })
        .execute(),
    );
    expect(JSON.stringify((await entries(orgId)).at(-1)?.after)).not.toContain('secret_hash');
  });

  it('is added to and never rewritten, by either role', async () => {
    const orgId = await createOrg();
    const rewrite = t.db.withSystem((tx) =>
      tx.updateTable('audit_logs').set({ action: 'delete' }).where('org_id', '=', orgId).execute(),
    );
    await expect(rewrite).rejects.toThrow(/permission denied/);
    const erase = t.db.withOrg({ orgId }, (tx) =>
      tx.deleteFrom('audit_logs').where('org_id', '=', orgId).execute(),
    );
    await expect(erase).rejects.toThrow(/permission denied/);
  });

  it('chains changes made at the same time without a gap', async () => {
    const orgId = await createOrg();
    await Promise.all(
      Array.from({ length: 10 }, (_, each) =>
        t.db.withOrg({ orgId }, (tx) =>
          tx
            .updateTable('organizations')
            .set({ name: `n${each}` })
            .where('id', '=', orgId)
            .execute(),
        ),
      ),
    );
    const log = await entries(orgId);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => BigInt(index + 1)));
    for (const [index, entry] of log.entries()) {
      expect(entry.prev_hash).toBe(log[index - 1]?.hash ?? '');
    }
  });
});
