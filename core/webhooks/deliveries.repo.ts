import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { WebhookDeliveryWire } from './webhooks.schema.ts';

export type DeliveryRow = Selectable<Database['webhook_deliveries']>;
export type AttemptRow = Selectable<Database['webhook_attempts']>;
export type NewDelivery = Pick<
  DeliveryRow,
  'id' | 'org_id' | 'event_id' | 'event_type' | 'endpoint_id' | 'next_attempt_at'
> & { created_at: Date };

/** Those that were not there yet. */
export async function insertDeliveries(
  tx: AnyTx,
  rows: readonly NewDelivery[],
): Promise<DeliveryRow[]> {
  if (rows.length === 0) return [];
  return tx
    .insertInto('webhook_deliveries')
    .values([...rows])
    .onConflict((conflict) => conflict.columns(['event_id', 'endpoint_id']).doNothing())
    .returningAll()
    .execute();
}

/** Makes the deliveries, or begins a new round of those that are there. */
export async function replayDeliveries(
  tx: OrgTx,
  rows: readonly NewDelivery[],
): Promise<DeliveryRow[]> {
  if (rows.length === 0) return [];
  return tx
    .insertInto('webhook_deliveries')
    .values([...rows])
    .onConflict((conflict) =>
      conflict.columns(['event_id', 'endpoint_id']).doUpdateSet((eb) => ({
        status: 'pending',
        step: 0,
        round: sql<number>`webhook_deliveries.round + 1`,
        next_attempt_at: eb.ref('excluded.next_attempt_at'),
        leased_until: null,
        completed_at: null,
      })),
    )
    .returningAll()
    .execute();
}

export const findDelivery = (tx: AnyTx, id: Id<'dlv'>): Promise<DeliveryRow | undefined> =>
  tx.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirst();

export const lockDelivery = (tx: SystemTx, id: Id<'dlv'>): Promise<DeliveryRow | undefined> =>
  tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export const updateDelivery = (
  tx: SystemTx,
  id: Id<'dlv'>,
  change: Updateable<Database['webhook_deliveries']>,
): Promise<DeliveryRow> =>
  tx
    .updateTable('webhook_deliveries')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/** Newest first, one more than `limit` if there are more. */
export const listDeliveries = (
  tx: OrgTx,
  endpointId: Id<'whe'>,
  page: {
    limit: number;
    before: Id<'dlv'> | undefined;
    status: WebhookDeliveryWire['status'] | undefined;
  },
): Promise<DeliveryRow[]> =>
  tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 'dlv_'))
    .$if(page.status !== undefined, (query) => query.where('status', '=', page.status ?? 'pending'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();

export const listDeliveriesOfEvent = (tx: OrgTx, eventId: Id<'evt'>): Promise<DeliveryRow[]> =>
  tx
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('event_id', '=', eventId)
    .orderBy('id', 'desc')
    .execute();

/** Of every organization, the longest due first. */
export const listDue = (
  tx: SystemTx,
  now: Date,
  limit: number,
): Promise<Pick<DeliveryRow, 'id' | 'next_attempt_at'>[]> =>
  tx
    .selectFrom('webhook_deliveries')
    .select(['id', 'next_attempt_at'])
    .where('status', '=', 'pending')
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute();

/**
 * Attempts of an organization that run now. Until the transaction is over nobody else counts them,
 * so what it begins is counted by whoever is next.
 */
export async function countInFlight(tx: SystemTx, orgId: Id<'org'>, now: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${orgId}`}, 0))`.execute(tx);
  const { count } = await tx
    .selectFrom('webhook_deliveries')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('org_id', '=', orgId)
    .where('leased_until', '>', now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export const insertAttempt = (tx: SystemTx, row: Insertable<Database['webhook_attempts']>) =>
  tx
    .insertInto('webhook_attempts')
    .values(row)
    .onConflict((conflict) => conflict.columns(['delivery_id', 'number']).doNothing())
    .execute();

/** Newest first. */
export const listAttempts = (
  tx: OrgTx,
  deliveryId: Id<'dlv'>,
  limit: number,
): Promise<AttemptRow[]> =>
  tx
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
