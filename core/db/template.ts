import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { migrate } from './migrate.ts';
import { createEmbeddedPool } from './embedded-pool.ts';

const migrationsDir = new URL('../supabase/migrations/', import.meta.url);
/** With the installed packages, because it is made of them: an upgrade of PGlite starts afresh. */
const cacheDir = new URL('../../node_modules/.cache/alo/', import.meta.url);

/** A migrated, empty embedded database as an archive; null if none of today's migrations has been made. */
export async function findTemplate(): Promise<Blob | null> {
  const archive = await readFile(await templateFile()).catch(() => null);
  return archive && new Blob([archive]);
}

/**
 * Makes the archive unless it is there. initdb takes seconds, starting from an archive does not:
 * made at installation, it serves the first start and every test.
 */
export async function ensureTemplate(): Promise<Blob> {
  const found = await findTemplate();
  if (found) return found;
  const pool = await createEmbeddedPool('memory');
  await migrate(pool);
  const archive = await pool.dump();
  await pool.end();
  const file = await templateFile();
  await mkdir(cacheDir, { recursive: true });
  // Written aside and renamed: test files start in parallel.
  const partial = new URL(`${file.href}.${randomBytes(4).toString('hex')}`);
  await writeFile(partial, new Uint8Array(await archive.arrayBuffer()));
  await rename(partial, file);
  return archive;
}

async function templateFile(): Promise<URL> {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrationsDir)).toSorted()) {
    hash.update(await readFile(new URL(file, migrationsDir)));
  }
  return new URL(`${hash.digest('hex').slice(0, 16)}.tar`, cacheDir);
}
