import type { SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

/** A webhook that was verified, as it was kept. */
export interface ProviderEvent {
  readonly id: Id<'whk'>;
  readonly provider: string;
  /** The provider's own id of the event: with its name, what duplicates are known by. */
  readonly eventId: string;
  readonly name: string;
  /** What the provider's adapter made of the body, as JSON. */
  readonly payload: unknown;
}

export interface StoredState {
  readonly id: Id<'whk'>;
  readonly receivedAt: Date;
  readonly processed: boolean;
}

/** Keeps the event unless it is there already; tells what is there now. */
export async function storeOnce(
  tx: SystemTx,
  event: ProviderEvent,
  receivedAt: Date,
): Promise<StoredState> {
  await tx
    .insertInto('provider_events')
    .values({
      id: event.id,
      provider: event.provider,
      event_id: event.eventId,
      name: event.name,
      payload: JSON.stringify(event.payload ?? null),
      received_at: receivedAt,
    })
    .onConflict((conflict) => conflict.columns(['provider', 'event_id']).doNothing())
    .execute();
  const row = await tx
    .selectFrom('provider_events')
    .select(['id', 'received_at', 'processed_at'])
    .where('provider', '=', event.provider)
    .where('event_id', '=', event.eventId)
    .executeTakeFirstOrThrow();
  return { id: row.id, receivedAt: row.received_at, processed: row.processed_at !== null };
}

export async function findUnprocessed(
  tx: SystemTx,
  id: Id<'whk'>,
): Promise<ProviderEvent | undefined> {
  const row = await tx
    .selectFrom('provider_events')
    .select(['id', 'provider', 'event_id', 'name', 'payload'])
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      provider: row.provider,
      eventId: row.event_id,
      name: row.name,
      payload: row.payload,
    }
  );
}

export async function markProcessed(tx: SystemTx, id: Id<'whk'>, at: Date): Promise<void> {
  await tx
    .updateTable('provider_events')
    .set({ processed_at: at })
    .where('id', '=', id)
    .where('processed_at', 'is', null)
    .execute();
}

/** Unprocessed events received between the two moments, oldest first. */
export async function listWaiting(
  tx: SystemTx,
  range: { after: Date; before: Date; limit: number },
): Promise<{ id: Id<'whk'>; received_at: Date }[]> {
  return tx
    .selectFrom('provider_events')
    .select(['id', 'received_at'])
    .where('processed_at', 'is', null)
    .where('received_at', '>', range.after)
    .where('received_at', '<=', range.before)
    .orderBy('received_at')
    .limit(range.limit)
    .execute();
}
