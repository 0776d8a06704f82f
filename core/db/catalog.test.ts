import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../kernel/index.ts';
import { grants } from './grants.ts';
import { createTestDb, type TestDb } from './testing.ts';

let t: TestDb;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

/** The rows of a query over the catalog. */
async function catalog<Row>(sql: string): Promise<Row[]> {
  return (await t.pool.query(sql)).rows as Row[];
}

interface Table {
  readonly name: string;
  readonly enabled: boolean;
  readonly forced: boolean;
}

const tables = () =>
  catalog<Table>(`
    select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
     order by 1`);

interface Policy {
  readonly table: string;
  readonly roles: string[];
  readonly condition: string | null;
  readonly check: string | null;
}

const policies = () =>
  catalog<Policy>(`
    select p.tablename as table, p.roles::text[], p.qual as condition, p.with_check as check
      from pg_policies p where p.schemaname = 'public'`);

/** What a role was given on each table: `select`, or `update(name)` for some columns only. */
async function grantsOf(role: string): Promise<Record<string, string[]>> {
  const rows = await catalog<{ table: string; privilege: string; columns: string[] | null }>(`
    with given as (
      select c.relname as table, a.privilege_type as privilege, null::text as column, a.grantee
        from pg_class c, aclexplode(c.relacl) a
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      union all
      select c.relname, a.privilege_type, t.attname::text, a.grantee
        from pg_class c
        join pg_attribute t on t.attrelid = c.oid and not t.attisdropped, aclexplode(t.attacl) a
       where c.relnamespace = 'public'::regnamespace)
    select "table", lower(privilege) as privilege,
           array_agg("column" order by "column") filter (where "column" is not null) as columns
      from given
     where grantee = ${role === 'public' ? '0' : `'${role}'::regrole`}
     group by 1, 2 order by 1, 2`);
  const given: Record<string, string[]> = {};
  for (const { table, privilege, columns } of rows) {
    (given[table] ??= []).push(columns ? `${privilege}(${columns.join(' ')})` : privilege);
  }
  return given;
}

describe('every table', () => {
  it('has row-level security, forced on its owner too', async () => {
    const open = (await tables()).filter(({ enabled, forced }) => !enabled || !forced);
    expect(open).toEqual([]);
  });

  it('lets the system role through by a policy, and the one that serves requests by organization', async () => {
    const all = await policies();
    const given = await grantsOf('alo_app');
    const faults: string[] = [];
    for (const { name } of await tables()) {
      const mine = all.filter(({ table }) => table === name);
      if (!mine.some(({ roles }) => roles.includes('alo_system'))) faults.push(`${name}: system`);
      const tenant = mine.filter(({ roles }) => roles.includes('alo_app'));
      if (name in given && tenant.length === 0) faults.push(`${name}: no policy for alo_app`);
      for (const { condition, check } of tenant) {
        for (const text of [condition, check]) {
          if (text !== null && !text.includes('current_org')) faults.push(`${name}: ${text}`);
        }
      }
      if (mine.some(({ roles }) => !roles.every(isOurs))) faults.push(`${name}: for anybody`);
    }
    expect(faults).toEqual([]);
  });

  it('gives the role that serves requests what is listed, and nothing more', async () => {
    const given = await grantsOf('alo_app');
    const listed = Object.fromEntries(
      Object.entries(grants).map(([table, list]) => [table, list.split(', ').toSorted()]),
    );
    expect(given).toEqual(listed);
  });

  it('gives everybody nothing', async () => {
    expect(await grantsOf('public')).toEqual({});
  });

  it('that changes money or history lets nobody rewrite it', async () => {
    const system = await grantsOf('alo_system');
    expect(system['audit_logs']).toEqual(['insert', 'select']);
    expect(system['admin_actions']).toEqual(['insert', 'select']);
    for (const [table, list] of Object.entries(system)) {
      const more = list.filter((each) => !/^(?:select|insert|update|delete)\b/.test(each));
      expect([table, more]).toEqual([table, []]);
    }
  });
});

const isOurs = (role: string) => role === 'alo_app' || role === 'alo_system';

describe('a row', () => {
  it('that requests may write ties itself to rows of its own organization alone', async () => {
    // Foreign keys are checked without row-level security: they have to name the organization.
    const ties = await catalog<{ table: string; target: string; columns: string[] }>(`
      select c.conrelid::regclass::text as table, c.confrelid::regclass::text as target,
             array(select a.attname::text from unnest(c.conkey) k
                     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k) as columns
        from pg_constraint c
       where c.contype = 'f' and c.connamespace = 'public'::regnamespace
         and exists (select from pg_attribute a where a.attrelid = c.confrelid and a.attname = 'org_id')`);
    const writable = Object.entries(grants)
      .filter(([, list]) => /insert|update/.test(list))
      .map(([table]) => table);
    expect(ties.length).toBeGreaterThan(8);
    const loose = ties.filter(
      ({ table, columns }) => writable.includes(table) && !columns.includes('org_id'),
    );
    expect(loose).toEqual([]);
  });

  it('of another organization cannot be named by one’s own, not even past our code', async () => {
    const [mine, theirs] = [newId('org'), newId('org')];
    const agent = newId('agt');
    await t.db.withSystem(async (tx) => {
      for (const id of [mine, theirs]) {
        await tx.insertInto('organizations').values({ id, name: id, founded_by: null }).execute();
      }
      await tx.insertInto('agents').values({ id: agent, org_id: theirs, name: 'a' }).execute();
    });
    const tie = t.db.withOrg({ orgId: mine }, (tx) =>
      tx
        .insertInto('agent_versions')
        .values({
          id: newId('agv'),
          org_id: mine,
          agent_id: agent,
          version: 1,
          config: '{}',
          system_prompt: '',
          created_by: null,
        })
        .execute(),
    );
    await expect(tie).rejects.toThrow(/foreign key/);
    const file = t.db.withOrg({ orgId: mine }, (tx) =>
      tx
        .insertInto('knowledge_documents')
        .values({
          id: newId('doc'),
          org_id: mine,
          filename: 'a',
          media_type: 'text/plain',
          byte_size: 1n,
          sha256: 'a',
          storage_path: `${theirs}/doc/a.txt`,
          failure: null,
          created_by: null,
        })
        .execute(),
    );
    await expect(file).rejects.toThrow(/own_folder/);
  });
});

describe('the roles', () => {
  it('bypass nothing, own nothing and cannot connect', async () => {
    const rows = await catalog(`
      select r.rolname as name, r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
             or r.rolcanlogin or r.rolreplication as powerful,
             (select count(*)::int from pg_class where relowner = r.oid) as owned,
             (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
        from pg_roles r where r.rolname in ('alo_app', 'alo_system') order by 1`);
    expect(rows).toEqual(
      ['alo_app', 'alo_system'].map((name) => ({
        name,
        powerful: false,
        owned: 0,
        memberships: 0,
      })),
    );
  });

  it('have the inner schema to themselves, and may make nothing in either', async () => {
    const [row] = await catalog<Record<string, boolean>>(`
      select has_schema_privilege('public', 'app', 'usage') as anybody,
             has_schema_privilege('alo_app', 'app', 'create') as app_creates,
             has_schema_privilege('alo_app', 'public', 'create') as public_creates,
             has_schema_privilege('alo_app', 'bullmq', 'usage') as jobs`);
    expect(row).toEqual({
      anybody: false,
      app_creates: false,
      public_creates: false,
      jobs: false,
    });
  });
});

describe('views and functions', () => {
  it('of which views look with the eyes of whoever asks', async () => {
    const views = await catalog<{ name: string; options: string[] | null }>(`
      select c.oid::regclass::text as name, c.reloptions as options from pg_class c
       where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
         and c.relkind in ('v', 'm')`);
    const blind = views.filter(({ options }) => !options?.includes('security_invoker=true'));
    expect(blind).toEqual([]);
  });

  const functions = () =>
    catalog<{ name: string; schema: string; definer: boolean; config: string[] | null }>(`
      select p.oid::regprocedure::text as name, n.nspname as schema,
             p.prosecdef as definer, p.proconfig as config
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname in ('public', 'app')
         and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`);

  it('of which no function takes its names from the caller’s search path', async () => {
    const loose = (await functions()).filter(
      ({ name, config }) =>
        // Run at migration alone, by who owns the tables, with every name spelled out.
        !/^app\.(?:isolate|audit)\(/.test(name) &&
        !config?.some((setting) => setting.startsWith('search_path=')),
    );
    expect(loose).toEqual([]);
  });

  it('of which none acts with its owner’s power', async () => {
    expect((await functions()).filter(({ definer }) => definer)).toEqual([]);
  });

  it('of which none lies where everybody may call it', async () => {
    // `app` is closed to everybody but our roles; what lies in `public` would be on Supabase's API.
    expect((await functions()).filter(({ schema }) => schema === 'public')).toEqual([]);
  });
});
