import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDb, type Db } from './db.ts';
import { migrate } from './migrate.ts';
import { createEmbeddedPool, createPostgresPool, type DatabasePool } from './pool.ts';

export interface TestDb {
  readonly db: Db;
  readonly pool: DatabasePool;
  close(): Promise<void>;
}

/**
 * A migrated, empty database of a test file's own: embedded, or on the server at
 * `TEST_DATABASE_URL` where that is set. Close it in `afterAll`.
 */
export async function createTestDb(): Promise<TestDb> {
  const url = process.env['TEST_DATABASE_URL'];
  return url === undefined ? createEmbeddedTestDb() : createServerTestDb(url);
}

async function createEmbeddedTestDb(): Promise<TestDb> {
  const pool = await createEmbeddedPool({ template: await migratedTemplate() });
  return { db: createDb(pool), pool, close: () => pool.end() };
}

/** A dump of a migrated database, made once per set of migrations: initdb takes seconds, loading does not. */
async function migratedTemplate(): Promise<Blob> {
  const migrationsDir = new URL('../supabase/migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const file of (await readdir(migrationsDir)).toSorted()) {
    hash.update(await readFile(new URL(file, migrationsDir)));
  }
  const cacheDir = join(tmpdir(), 'alo-test-db');
  const file = join(cacheDir, `${hash.digest('hex').slice(0, 16)}.tar`);
  if (!existsSync(file)) {
    await mkdir(cacheDir, { recursive: true });
    const pool = await createEmbeddedPool('memory');
    await migrate(pool);
    const dump = await pool.dump();
    await pool.end();
    // Written aside and renamed: test files start in parallel.
    const partial = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(partial, new Uint8Array(await dump.arrayBuffer()));
    await rename(partial, file);
  }
  return new Blob([await readFile(file)]);
}

async function createServerTestDb(url: string): Promise<TestDb> {
  const name = `alo_test_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const target = new URL(url);
  target.pathname = `/${name}`;
  const pool = createPostgresPool(target.href);
  pool.on('error', () => undefined);
  await migrate(pool);
  return {
    db: createDb(pool),
    pool,
    async close() {
      await pool.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
