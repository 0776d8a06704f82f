import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type { Id } from '../kernel/index.ts';
import type { DatabasePool } from './pool.ts';
import type { Database } from './schema.ts';

/** A transaction that sees one organization. */
export type OrgTx = Transaction<Database> & { readonly scope?: 'org' };
/** A transaction that sees every organization: the named places only. */
export type SystemTx = Transaction<Database> & { readonly scope?: 'system' };
/** For repositories that read the same in either. */
export type AnyTx = Transaction<Database>;

export interface OrgScope {
  readonly orgId: Id<'org'>;
  /** The person behind the request; absent for a program's key. */
  readonly userId?: Id<'usr'> | undefined;
}

export interface Db {
  /**
   * Runs `work` in one transaction as the role that row-level security binds, with the claims the
   * policies read. A forgotten `where` shows nothing of another tenant.
   */
  withOrg<T>(scope: OrgScope, work: (tx: OrgTx) => Promise<T>): Promise<T>;
  /**
   * Runs `work` in one transaction as the system role. For what belongs to no request of a tenant:
   * webhooks, jobs, sign-up, sweeps; and for the ledger, which the tenant's role cannot write.
   */
  withSystem<T>(work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /**
   * Calls `listener` with the payload of each `notify` on `channel`, from any process.
   * Returns the function that stops it.
   */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  /** Whether the database answers. */
  ping(): Promise<void>;
}

/** `pool` stays the caller's to end. */
export function createDb(pool: DatabasePool): Db {
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as never }) });

  const run = <T>(role: string, claims: object, work: (tx: Transaction<Database>) => Promise<T>) =>
    kysely.transaction().execute(async (tx) => {
      await sql`select set_config('role', ${role}, true),
                       set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`.execute(
        tx,
      );
      return work(tx);
    });

  return {
    withOrg: ({ orgId, userId }, work) =>
      run('alo_app', { role: 'alo_app', org_id: orgId, ...(userId ? { sub: userId } : {}) }, work),
    withSystem: (work) => run('alo_system', { role: 'alo_system' }, work),
    async listen(channel, listener) {
      const client = await pool.connect();
      const onNotification = (message: { channel: string; payload?: string }) => {
        if (message.channel === channel) listener(message.payload ?? '');
      };
      client.on('notification', onNotification);
      await client.query(`listen ${JSON.stringify(channel)}`);
      return async () => {
        client.removeListener('notification', onNotification);
        client.release();
      };
    },
    ping: async () => void (await pool.query('select 1')),
  };
}

/** Tells every listener of `channel`, when this transaction commits. */
export async function notify(tx: AnyTx, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
}
