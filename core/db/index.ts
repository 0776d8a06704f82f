export {
  createDb,
  notify,
  type AnyTx,
  type Db,
  type Origin,
  type OrgScope,
  type OrgTx,
  type SystemTx,
} from './db.ts';
export { migrate } from './migrate.ts';
export { createEmbeddedPool } from './embedded-pool.ts';
export { createPostgresPool, type DatabasePool } from './pool.ts';
export type { Database } from './schema.ts';
export { ensureTemplate, findTemplate } from './template.ts';
export { createWatcher, type Changes, type Watcher } from './watcher.ts';
