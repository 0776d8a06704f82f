import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createDb, type Db } from './db.ts';
import { migrate } from './migrate.ts';
import { createEmbeddedPool } from './embedded-pool.ts';
import { createPostgresPool, type DatabasePool } from './pool.ts';
import { ensureTemplate } from './template.ts';

export interface TestDb {
  readonly db: Db;
  readonly pool: DatabasePool;
  /** Where other processes reach it; undefined for the embedded one, which none can. */
  readonly url: string | undefined;
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
  const pool = await createEmbeddedPool({ template: await ensureTemplate() });
  return { db: createDb(pool), pool, url: undefined, close: () => pool.end() };
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
    url: target.href,
    async close() {
      await pool.end();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
