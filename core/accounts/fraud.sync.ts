import { sql } from 'kysely';
import type { Db } from '../db/index.ts';
import { disposableDomains } from './fraud.rules.ts';

/**
 * Brings the table that Supabase Auth's hook reads up to date with the list in the package. Where
 * there is no Supabase Auth, nobody reads it and nothing is done. Safe to run at every start.
 */
export async function syncDisposableDomains(db: Db): Promise<void> {
  const wanted = [...disposableDomains()];
  await db.withSystem(async (tx) => {
    const { rows } = await sql<{ read: boolean }>`
      select exists (select from pg_roles where rolname = 'supabase_auth_admin') as read`.execute(
      tx,
    );
    if (!rows[0]?.read) return;
    await sql`delete from app.disposable_domains where domain <> all (${wanted}::text[])`.execute(
      tx,
    );
    await sql`
      insert into app.disposable_domains (domain) select unnest(${wanted}::text[])
      on conflict do nothing`.execute(tx);
  });
}
