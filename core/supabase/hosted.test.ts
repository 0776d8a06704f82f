import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { syncDisposableDomains } from '../accounts/index.ts';
import { createDb, createEmbeddedPool, migrate, type DatabasePool } from '../db/index.ts';
import { createTestDb } from '../db/testing.ts';
import { limits } from '../kernel/index.ts';

/**
 * The migrations on a database of Supabase's shape: its roles, its default grants, its `auth`,
 * `storage` and `extensions` schemas, as far as ours meet them.
 */
const supabaseShape = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role supabase_auth_admin nologin noinherit createrole;
  create role supabase_storage_admin nologin noinherit createrole;
  grant usage on schema public to anon, authenticated, service_role;
  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;

  create schema extensions;
  grant usage on schema extensions to public;
  create extension vector with schema extensions;

  create schema auth authorization supabase_auth_admin;
  create table auth.users (id uuid primary key, email varchar(255), email_confirmed_at timestamptz);
  create function auth.uid() returns uuid language sql stable as
    $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

  create schema storage;
  grant usage on schema storage to anon, authenticated, service_role;
  create table storage.buckets (
    id text primary key, name text not null unique, owner uuid, public boolean default false,
    file_size_limit bigint, allowed_mime_types text[],
    created_at timestamptz default now(), updated_at timestamptz default now());
  create table storage.objects (
    id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets (id),
    name text, owner uuid, metadata jsonb, created_at timestamptz default now());
  alter table storage.objects enable row level security;
  grant all on storage.buckets, storage.objects to anon, authenticated, service_role;
`;

describe('on a Supabase database', () => {
  let pool: DatabasePool;

  beforeAll(async () => {
    pool = await createEmbeddedPool('memory');
    await pool.query(supabaseShape);
    // As Supabase sets it for the role that migrates.
    await pool.query('set search_path to public, extensions, bullmq');
    // One that another part of the owner's project uses, and one that somebody made public by mistake.
    await pool.query(
      `insert into storage.buckets (id, name, public) values ('fotos', 'fotos', true), ('knowledge', 'knowledge', true)`,
    );
    await migrate(pool);
  });
  afterAll(() => pool.end());

  async function as(role: string, query: string, parameters: unknown[] = []) {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(`set local role ${role}`);
      return (await client.query(query, parameters)).rows as Record<string, unknown>[];
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  it('the migrations run, and again without a change', async () => {
    await expect(migrate(pool)).resolves.toBeUndefined();
  });

  it('nothing of ours is open to the roles of Supabase’s own API', async () => {
    const { rows: tables } = await pool.query(
      `select tablename from pg_tables where schemaname = 'public'`,
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const role of ['anon', 'authenticated']) {
      for (const { tablename } of tables as { tablename: string }[]) {
        await expect(as(role, `select * from public.${tablename}`)).rejects.toThrow(
          /permission denied/,
        );
      }
      await expect(as(role, `select app.before_user_created('{}')`)).rejects.toThrow(
        /permission denied/,
      );
    }
    // Tables that later migrations make are closed as well.
    await pool.query('create table public.later (id int)');
    await expect(as('anon', 'select * from public.later')).rejects.toThrow(/permission denied/);
    await pool.query('drop table public.later');
  });

  it('files are in private buckets that no policy of the project can open', async () => {
    const { rows } = await pool.query('select id, public from storage.buckets order by id');
    expect(rows).toEqual([
      { id: 'fotos', public: true },
      { id: 'knowledge', public: false },
      { id: 'recordings', public: false },
    ]);
    await pool.query(
      `insert into storage.objects (bucket_id, name) values ('fotos', 'a.png'), ('knowledge', 'org_1/doc_1/precios.pdf'), ('recordings', 'org_1/call_1.wav')`,
    );
    await pool.query(
      `create policy "everything to everybody" on storage.objects for all to anon, authenticated using (true) with check (true)`,
    );
    for (const role of ['anon', 'authenticated']) {
      expect(await as(role, 'select bucket_id from storage.objects')).toEqual([
        { bucket_id: 'fotos' },
      ]);
      const write = `insert into storage.objects (bucket_id, name) values ('knowledge', 'x')`;
      await expect(as(role, write)).rejects.toThrow(/row-level security/);
      const removed = await as(role, 'delete from storage.objects returning bucket_id');
      expect(removed).toEqual([{ bucket_id: 'fotos' }]);
    }
    expect(await as('service_role', 'select bucket_id from storage.objects')).toHaveLength(3);
  });

  describe('the hook before an account is made', () => {
    const ask = async (event: object) => {
      const [row] = await as('supabase_auth_admin', 'select app.before_user_created($1) as said', [
        JSON.stringify(event),
      ]);
      return row?.['said'];
    };
    const account = (email: unknown) => ({ metadata: { name: 'x' }, user: { id: 'u', email } });

    beforeAll(() => syncDisposableDomains(createDb(pool)));

    it.each(['a@mailinator.com', 'A@Sub.MAILINATOR.com', 'a@yopmail.com.'])(
      'refuses the throw-away mailbox %s',
      async (email) => {
        expect(await ask(account(email))).toEqual({
          error: { http_code: 422, message: expect.stringContaining('desechable') },
        });
      },
    );

    it.each(['ana@gmail.com', 'ana@panmailinator.com', '', null, undefined])(
      'lets %s through',
      async (email) => {
        expect(await ask(account(email))).toEqual({});
      },
    );

    it('knows today’s list, and nothing that has left it', async () => {
      await pool.query(`insert into app.disposable_domains values ('once.example')`);
      await pool.query(`delete from app.disposable_domains where domain = 'mailinator.com'`);
      await syncDisposableDomains(createDb(pool));
      expect(await ask(account('a@once.example'))).toEqual({});
      expect(await ask(account('a@mailinator.com'))).toHaveProperty('error');
    });
  });
});

describe('the project’s settings', () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  /** The value of `name` under `[section]`, without quotes. */
  const setting = async (section: string, name: string) => {
    const config = await read('./config.toml');
    const [, body = ''] = config.split(`\n[${section}]\n`);
    const value = new RegExp(`^${name} = (.*)$`, 'm').exec(body.split('\n[')[0] ?? '')?.[1];
    return value?.replace(/^"|"$/g, '');
  };

  it('are those that the API counts on', async () => {
    expect(await setting('auth', 'minimum_password_length')).toBe(
      String(limits.auth.passwordCharsMin),
    );
    expect(await setting('auth.email', 'max_frequency')).toBe(
      `${limits.auth.mailIntervalMs / 1_000}s`,
    );
    expect(await setting('auth.email', 'enable_confirmations')).toBe('true');
    expect(await setting('auth', 'enable_refresh_token_rotation')).toBe('true');
    expect(await setting('auth', 'enable_anonymous_sign_ins')).toBe('false');
    expect(await setting('auth.hook.before_user_created', 'uri')).toBe(
      'pg-functions://postgres/app/before_user_created',
    );
    expect(await setting('api', 'enabled')).toBe('false');
  });

  it.each(['confirmation', 'magic_link', 'recovery', 'email_change'])(
    'mail a code that can be typed: %s',
    async (kind) => {
      const path = await setting(`auth.email.template.${kind}`, 'content_path');
      const html = await read(`./${path?.replace('./supabase/', '')}`);
      expect(html).toContain('{{ .Token }}');
      expect(html).toContain('{{ .ConfirmationURL }}');
    },
  );
});

it('without Supabase there are no buckets to make and nobody to keep a list for', async () => {
  const t = await createTestDb();
  await syncDisposableDomains(t.db);
  const { rows } = await t.pool.query(
    `select to_regclass('storage.buckets') as buckets, (select count(*)::int from app.disposable_domains) as domains`,
  );
  expect(rows).toEqual([{ buckets: null, domains: 0 }]);
  await t.close();
});
