import pg from 'pg';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import { systemClock, type Clock, type Id } from '../kernel/index.ts';
import type { DatabasePool } from './pool.ts';
import type { Database } from './schema.ts';
import { keepSession } from './session.ts';

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
  /** The program's key behind the request; absent for a person. */
  readonly keyId?: Id<'key'> | undefined;
  /** Where the request came from; what the audit log says of it. */
  readonly origin?: Origin | undefined;
}

/** Where a request came from. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
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
   * `onBehalfOf` names who asked for it, for the audit log; without it, the platform itself did.
   */
  withSystem<T>(
    work: (tx: SystemTx) => Promise<T>,
    onBehalfOf?: Omit<OrgScope, 'orgId'>,
  ): Promise<T>;
  /**
   * Calls `listener` with the payload of each `notify` on `channel`, from any process.
   * Returns the function that stops it.
   */
  listen(channel: string, listener: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Says that this process is there, by `name`, for as long as it is connected: when it dies the
   * database knows at once. Returns the function that lets go.
   */
  presence(name: string): Promise<() => Promise<void>>;
  /**
   * Whether another process says that it is there by `name`. On the embedded database, which no
   * other process can open, nobody else ever is.
   */
  isPresent(tx: AnyTx, name: string): Promise<boolean>;
  /** Whether the database answers. */
  ping(): Promise<void>;
}

/** `pool` stays the caller's to end. */
export function createDb(pool: DatabasePool, clock: Clock = systemClock): Db {
  const kysely = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool as never }) });

  /** One transaction of a role. It begins in the same round trip as the role is taken; Kysely's own would need two. */
  const run = <T>(role: string, claims: object, work: (tx: Transaction<Database>) => Promise<T>) =>
    kysely.connection().execute(async (session) => {
      const exec = (statements: string) => sql.raw(statements).execute(session);
      const [asRole, asClaims] = [role, JSON.stringify(claims)].map(pg.escapeLiteral);
      try {
        await exec(
          `begin; select set_config('role', ${asRole}, true), set_config('request.jwt.claims', ${asClaims}, true)`,
        );
        const result = await work(session as Transaction<Database>);
        await exec('commit');
        return result;
      } catch (error) {
        // Where the connection is gone there is nothing to take back, and the first error is the one to tell.
        await exec('rollback').catch(() => undefined);
        throw error;
      }
    });

  return {
    withOrg: (scope, work) =>
      run('alo_app', { role: 'alo_app', org_id: scope.orgId, ...actorClaims(scope) }, work),
    withSystem: (work, onBehalfOf) =>
      run('alo_system', { role: 'alo_system', ...(onBehalfOf && actorClaims(onBehalfOf)) }, work),
    listen: (channel, listener) =>
      keepSession(pool, clock, async (client) => {
        client.on('notification', (message) => {
          if (message.channel === channel) listener(message.payload ?? '');
        });
        await client.query(`listen ${JSON.stringify(channel)}`);
      }),
    presence: (name) =>
      keepSession(pool, clock, async (client) => {
        await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [name]);
      }),
    async isPresent(tx, name) {
      // Shared: two who ask at once must not take one another for the one they ask for.
      const { rows } = await sql<{ free: boolean }>`
        select pg_try_advisory_xact_lock_shared(hashtextextended(${name}, 0)) as free`.execute(tx);
      return rows[0]?.free === false;
    },
    ping: async () => void (await pool.query('select 1')),
  };
}

/** Who acts, as claims: `undefined` ones vanish on the way to JSON. */
function actorClaims({ userId, keyId, origin }: Omit<OrgScope, 'orgId'>) {
  return {
    sub: userId,
    key_id: keyId,
    ip: origin?.ip,
    user_agent: origin?.userAgent,
    request_id: origin?.requestId,
  };
}

/** Tells every listener of `channel`, when this transaction commits. */
export async function notify(tx: AnyTx, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(tx);
}
