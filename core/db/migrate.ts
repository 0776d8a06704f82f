import { readdir, readFile } from 'node:fs/promises';
import { runMigrations as runQueueMigrations } from 'bullmq';
import type { DatabasePool } from './pool.ts';

const migrationsDir = new URL('../supabase/migrations/', import.meta.url);

/** One number for "this database's migrations", so processes that start together take turns. */
const MIGRATION_LOCK = 6_514_201;

/**
 * Brings the database up to date: our files in order, each in a transaction of its own, recorded
 * where the Supabase CLI records them too; then the queue's own schema. Safe to run at every start.
 */
export async function migrate(pool: DatabasePool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await client.query('create schema if not exists supabase_migrations');
    await client.query(
      'create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text)',
    );
    const done = await client.query('select version from supabase_migrations.schema_migrations');
    const applied = new Set(done.rows.map((row) => row.version as string));
    const files = (await readdir(migrationsDir)).filter((file) => file.endsWith('.sql')).toSorted();
    for (const file of files) {
      const [version = '', ...name] = file.replace(/\.sql$/, '').split('_');
      if (applied.has(version)) continue;
      await client.query('begin');
      try {
        await client.query(await readFile(new URL(file, migrationsDir), 'utf8'));
        await client.query(
          'insert into supabase_migrations.schema_migrations (version, name) values ($1, $2)',
          [version, name.join('_')],
        );
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw new Error(`migration ${file} failed`, { cause: error });
      }
    }
    await client.query('create schema if not exists bullmq');
    await runQueueMigrations(client as never, 'bullmq');
  } finally {
    await client.query(`select pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined);
    client.release();
  }
}
