import type { Insertable, Selectable, Updateable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

export type EndpointRow = Selectable<Database['webhook_endpoints']>;

export const insertEndpoint = (tx: OrgTx, row: Insertable<Database['webhook_endpoints']>) =>
  tx.insertInto('webhook_endpoints').values(row).returningAll().executeTakeFirstOrThrow();

export const findEndpoint = (tx: AnyTx, id: Id<'whe'>): Promise<EndpointRow | undefined> =>
  tx.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).executeTakeFirst();

export const lockEndpoint = (tx: AnyTx, id: Id<'whe'>): Promise<EndpointRow | undefined> =>
  tx
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export async function countEndpoints(tx: OrgTx): Promise<number> {
  const { count } = await tx
    .selectFrom('webhook_endpoints')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Newest first, one more than `limit` if there are more. */
export const listEndpoints = (tx: OrgTx, page: { limit: number; before: Id<'whe'> | undefined }) =>
  tx
    .selectFrom('webhook_endpoints')
    .selectAll()
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 'whe_'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();

/** Those that are told of events, kept from being deleted while the transaction lasts. */
export const listEnabled = (
  tx: AnyTx,
  orgIds: readonly Id<'org'>[],
): Promise<Pick<EndpointRow, 'id' | 'org_id' | 'event_types'>[]> =>
  tx
    .selectFrom('webhook_endpoints')
    .select(['id', 'org_id', 'event_types'])
    .where('org_id', 'in', [...orgIds])
    .where('status', '=', 'enabled')
    .orderBy('id')
    .forKeyShare()
    .execute();

export const updateEndpoint = (
  tx: AnyTx,
  id: Id<'whe'>,
  change: Updateable<Database['webhook_endpoints']>,
): Promise<EndpointRow | undefined> =>
  tx
    .updateTable('webhook_endpoints')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();

export async function deleteEndpoint(tx: OrgTx, id: Id<'whe'>): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('webhook_endpoints')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

export const insertSecret = (tx: OrgTx, row: Insertable<Database['webhook_secrets']>) =>
  tx.insertInto('webhook_secrets').values(row).execute();

/** The present secret goes on until `until`; what came before it ends now. */
export async function retireSecrets(
  tx: OrgTx,
  endpointId: Id<'whe'>,
  { now, until }: { now: Date; until: Date },
): Promise<void> {
  await tx
    .deleteFrom('webhook_secrets')
    .where('endpoint_id', '=', endpointId)
    .where('expires_at', 'is not', null)
    .execute();
  if (until <= now) {
    await tx.deleteFrom('webhook_secrets').where('endpoint_id', '=', endpointId).execute();
    return;
  }
  await tx
    .updateTable('webhook_secrets')
    .set({ expires_at: until })
    .where('endpoint_id', '=', endpointId)
    .execute();
}

/** What to sign with now, the newest first. */
export async function listSecrets(
  tx: SystemTx,
  endpointId: Id<'whe'>,
  now: Date,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('webhook_secrets')
    .select('secret')
    .where('endpoint_id', '=', endpointId)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => row.secret);
}
