import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, SystemTx } from '../db/index.ts';
import { assert, type Id } from '../kernel/index.ts';
import type { EventType } from './catalog.ts';

export type EventRow = Selectable<Database['events']>;

/** Tells listeners that events of an organization have got their positions; the payload is its id. */
export const EVENT_FEED_CHANNEL = 'event_feed';

export const findEvent = (tx: AnyTx, id: Id<'evt'>): Promise<EventRow | undefined> =>
  tx.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();

/** Newest first, one more than `limit` if there are more. */
export function listEvents(
  tx: AnyTx,
  page: { limit: number; before: Id<'evt'> | undefined; types: readonly EventType[] | undefined },
): Promise<EventRow[]> {
  const { before, types } = page;
  return tx
    .selectFrom('events')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? 'evt_'))
    .$if(types !== undefined, (query) => query.where('type', 'in', [...(types ?? [])]))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

/** Relayed events of the transaction's organization behind a position, in the order of positions. */
export function listFeed(
  tx: AnyTx,
  feed: { after: bigint; limit: number; types: readonly EventType[] | undefined },
): Promise<EventRow[]> {
  const { types } = feed;
  return tx
    .selectFrom('events')
    .selectAll()
    .where('position', '>', feed.after)
    .$if(types !== undefined, (query) => query.where('type', 'in', [...(types ?? [])]))
    .orderBy('position')
    .limit(feed.limit)
    .execute();
}

/** The last event that listeners of the transaction's organization could have had. */
export const findFeedEnd = (tx: AnyTx): Promise<EventRow | undefined> =>
  tx
    .selectFrom('events')
    .selectAll()
    .where('position', 'is not', null)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();

/**
 * Takes turns with every other relay: what this transaction relays is committed before the next one
 * reads, so positions appear in their order.
 */
export async function lockRelay(tx: SystemTx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('event relay', 0))`.execute(tx);
}

/** Events that were not relayed yet, the oldest first. Under `lockRelay`. */
export const listUnrelayed = (tx: SystemTx, limit: number): Promise<EventRow[]> =>
  tx
    .selectFrom('events')
    .selectAll()
    .where('relayed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute();

/** Gives the events their positions, in the order they are listed here. */
export async function markRelayed(
  tx: SystemTx,
  ids: readonly Id<'evt'>[],
  at: Date,
): Promise<void> {
  const { numAffectedRows } = await sql`
    update events set relayed_at = ${at}, position = numbered.position
      from (select id, nextval('app.event_positions') as position
              from unnest(${[...ids]}::text[]) with ordinality as listed (id, ord)
             order by ord) as numbered
     where events.id = numbered.id and events.relayed_at is null`.execute(tx);
  assert(numAffectedRows === BigInt(ids.length), 'nobody else relays while we hold the lock');
}

/** Forgets events from before a moment, with their deliveries. Returns how many. */
export async function deleteEvents(
  tx: SystemTx,
  range: { before: Date; limit: number },
): Promise<number> {
  const old = tx
    .selectFrom('events')
    .select('id')
    .where('created_at', '<', range.before)
    .where('relayed_at', 'is not', null)
    .orderBy('created_at')
    .limit(range.limit);
  const { numDeletedRows } = await tx
    .deleteFrom('events')
    .where('id', 'in', old)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
