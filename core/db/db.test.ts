import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from './testing.ts';
import { newId } from '../kernel/index.ts';
import { migrate } from './migrate.ts';
import { notify } from './db.ts';

let t: TestDb;
const a = newId('org');
const b = newId('org');

beforeAll(async () => {
  t = await createTestDb();
  await t.db.withSystem((tx) =>
    tx
      .insertInto('organizations')
      .values([a, b].map((id) => ({ id, name: id, founded_by: null })))
      .execute(),
  );
});
afterAll(() => t.close());

describe('withOrg', () => {
  it('shows one organization only its own rows, without any where', async () => {
    const seen = await t.db.withOrg({ orgId: a }, (tx) =>
      tx.selectFrom('organizations').select('id').execute(),
    );
    expect(seen).toEqual([{ id: a }]);
  });

  it('refuses a row written for another organization', async () => {
    const write = t.db.withOrg({ orgId: a }, (tx) =>
      tx
        .insertInto('agents')
        .values({ id: newId('agt'), org_id: b, name: 'x' })
        .execute(),
    );
    await expect(write).rejects.toThrow(/row-level security/);
  });

  it('cannot write money', async () => {
    const write = t.db.withOrg({ orgId: a }, (tx) =>
      tx
        .insertInto('wallet_entries')
        .values({ id: newId('wtx'), org_id: a, amount: 1n, kind: 'top_up', source_id: 'x' })
        .execute(),
    );
    await expect(write).rejects.toThrow(/permission denied/);
  });

  it('takes whatever a request says of itself as words, never as SQL', async () => {
    const userAgent = `x'); set role alo_system; --\\' "$$ \u0000 \u{1f9c1}`;
    const origin = { ip: '::1', userAgent, requestId: "'" };
    const claims = await t.db.withOrg({ orgId: a, origin }, async (tx) => {
      const { rows } = await sql<{ role: string; claims: { user_agent: string } }>`
        select current_user as role, current_setting('request.jwt.claims')::json as claims`.execute(
        tx,
      );
      return rows[0];
    });
    expect(claims?.role).toBe('alo_app');
    expect(claims?.claims.user_agent).toBe(userAgent);
  });

  it('leaves nothing behind when the work throws', async () => {
    const id = newId('agt');
    const work = t.db.withOrg({ orgId: a }, async (tx) => {
      await tx.insertInto('agents').values({ id, org_id: a, name: 'x' }).execute();
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    const rows = await t.db.withSystem((tx) =>
      tx.selectFrom('agents').where('id', '=', id).selectAll().execute(),
    );
    expect(rows).toEqual([]);
  });
});

describe('the schema', () => {
  it('forces row-level security with a policy on every table', async () => {
    const { rows } = await t.pool.query(`
      select c.relname, c.relrowsecurity, c.relforcerowsecurity,
             (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p')`);
    expect(rows.length).toBeGreaterThan(10);
    const open = rows.filter(
      (row) => !row.relrowsecurity || !row.relforcerowsecurity || row.policies === 0,
    );
    expect(open).toEqual([]);
  });

  it('can be migrated again without a change', async () => {
    await expect(migrate(t.pool)).resolves.toBeUndefined();
  });
});

describe('the ledger', () => {
  it('moves the balance with the entry and refuses to go below zero', async () => {
    const entry = (amount: bigint, source: string) =>
      t.db.withSystem((tx) =>
        tx
          .insertInto('wallet_entries')
          .values({ id: newId('wtx'), org_id: b, amount, kind: 'adjustment', source_id: source })
          .returning('balance_after')
          .executeTakeFirstOrThrow(),
      );
    await expect(entry(5_000n, 's1')).resolves.toEqual({ balance_after: 5_000n });
    await expect(entry(-6_000n, 's2')).rejects.toThrow(/check constraint/);
    await expect(entry(1n, 's1')).rejects.toThrow(/unique/);
  });

  it('is append-only even for the system role', async () => {
    const change = t.db.withSystem((tx) =>
      tx.updateTable('wallet_entries').set({ amount: 1n }).execute(),
    );
    await expect(change).rejects.toThrow(/permission denied/);
  });
});

describe('listen', () => {
  it('hears what a committed transaction notified', async () => {
    const heard = Promise.withResolvers<string>();
    const stop = await t.db.listen('test', heard.resolve);
    await t.db.withOrg({ orgId: a }, (tx) => notify(tx, 'test', 'hola'));
    await expect(heard.promise).resolves.toBe('hola');
    await stop();
  });
});

describe('presence', () => {
  it('is known to others while it lasts, and never on the embedded database', async () => {
    const isPresent = (name: string) => t.db.withSystem((tx) => t.db.isPresent(tx, name));
    const others = process.env['TEST_DATABASE_URL'] !== undefined;
    expect(await isPresent('ins_a')).toBe(false);
    const leave = await t.db.presence('ins_a');
    expect(await isPresent('ins_a')).toBe(others);
    expect(await isPresent('ins_b')).toBe(false);
    await leave();
    // The server lets go of what a session held once it sees that the session has ended.
    await expect.poll(() => isPresent('ins_a')).toBe(false);
  });

  it('is not mistaken for another who asks at the same moment', async () => {
    await t.db.withSystem(async (tx) => {
      expect(await t.db.isPresent(tx, 'ins_c')).toBe(false);
      // The embedded database has one session, so nobody else can ask meanwhile.
      if (process.env['TEST_DATABASE_URL'] === undefined) return;
      const other = t.db.withSystem((another) => t.db.isPresent(another, 'ins_c'));
      expect(await other).toBe(false);
    });
  });
});
