import { sql } from 'kysely';
import type { OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

/** One use of a key. `at` tells this use from a later one of the same key. */
export interface KeyUse {
  readonly orgId: Id<'org'>;
  readonly key: string;
  readonly at: Date;
}

/** Instead of an answer: the attempt failed on our side, another one may follow. */
export const FAILED = 0;

/**
 * Takes the key: when it is new, when its day is over, or when the same request has failed or been
 * cut off before. Returns the seed of the request, which only a new day changes; undefined if the
 * key is not to be had.
 */
export async function takeKey(
  tx: OrgTx,
  use: KeyUse & {
    route: string;
    bodyHash: string;
    seed: string;
    expiredBefore: Date;
    cutOffBefore: Date;
  },
): Promise<string | undefined> {
  const { rows } = await sql<{ seed: string }>`
    insert into idempotency_keys as known (org_id, key, route, body_hash, seed, created_at)
    values (${use.orgId}, ${use.key}, ${use.route}, ${use.bodyHash}, ${use.seed}, ${use.at})
    on conflict (org_id, key) do update
       set route = excluded.route, body_hash = excluded.body_hash, created_at = excluded.created_at,
           seed = case when known.created_at < ${use.expiredBefore} then excluded.seed else known.seed end,
           status_code = null, response = null, content_type = null
     where known.created_at < ${use.expiredBefore}
        or (known.route = excluded.route and known.body_hash = excluded.body_hash
            and (known.status_code = ${FAILED}
                 or (known.status_code is null and known.created_at < ${use.cutOffBefore})))
    returning seed`.execute(tx);
  return rows[0]?.seed;
}

export const findKey = (tx: OrgTx, key: string) =>
  tx.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirst();

/** Keeps the outcome of this use, unless the key has been taken over since. */
export const keepOutcome = (
  tx: OrgTx,
  { key, at }: KeyUse,
  outcome: { status: number; contentType: string | null; body: string | null },
) =>
  tx
    .updateTable('idempotency_keys')
    .set({
      status_code: outcome.status,
      content_type: outcome.contentType,
      response: outcome.body === null ? null : JSON.stringify(outcome.body),
    })
    .where('key', '=', key)
    .where('created_at', '=', at)
    .where('status_code', 'is', null)
    .execute();

export const deleteKeysBefore = (tx: SystemTx, before: Date) =>
  tx.deleteFrom('idempotency_keys').where('created_at', '<', before).execute();
