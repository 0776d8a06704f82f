import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import { notify, type AnyTx, type Database, type SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { CallEventType } from './calls.schema.ts';

export type CallRow = Selectable<Database['calls']>;
export type CallTurnRow = Selectable<Database['call_turns']>;

/** Who listens is told the id of a call that has new events. */
export const CALL_EVENTS_CHANNEL = 'call_events';
/** The process that has the call's socket is told what to do with it. */
export const CALL_CONTROL_CHANNEL = 'call_control';
/** The process that has the call's socket is told what an operator wants of it, as JSON. */
export const CALL_ORDERS_CHANNEL = 'call_orders';
/** Whoever may get the call's media is told that it rings: there are seconds to prepare. */
export const CALL_DIALING_CHANNEL = 'call_dialing';

export interface NewCallEvent {
  readonly type: CallEventType;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export const insertCall = (tx: SystemTx, row: Insertable<Database['calls']>) =>
  tx.insertInto('calls').values(row).returningAll().executeTakeFirstOrThrow();

export const findCall = (tx: AnyTx, id: Id<'call'>) =>
  tx.selectFrom('calls').selectAll().where('id', '=', id).executeTakeFirst();

export const lockCall = (tx: SystemTx, id: Id<'call'>) =>
  tx.selectFrom('calls').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export const findCallByCarrierId = (tx: SystemTx, carrier: string, carrierCallId: string) =>
  tx
    .selectFrom('calls')
    .selectAll()
    .where('carrier', '=', carrier)
    .where('carrier_call_id', '=', carrierCallId)
    .executeTakeFirst();

export const updateCall = (tx: SystemTx, id: Id<'call'>, change: Updateable<Database['calls']>) =>
  tx.updateTable('calls').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow();

export const listCalls = (tx: AnyTx, before: Id<'call'> | undefined, limit: number) =>
  tx
    .selectFrom('calls')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('id', '<', before as Id<'call'>))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();

export const listTurns = (tx: AnyTx, callId: Id<'call'>) =>
  tx
    .selectFrom('call_turns')
    .selectAll()
    .where('call_id', '=', callId)
    .orderBy('position')
    .execute();

export const listEvents = (tx: AnyTx, callId: Id<'call'>, after: number, limit: number) =>
  tx
    .selectFrom('call_events')
    .selectAll()
    .where('call_id', '=', callId)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();

/**
 * Adds events behind those the call has, and tells whoever watches. The caller holds the call's
 * row or is its only writer, so positions do not collide.
 */
export async function appendEvents(
  tx: SystemTx,
  call: Pick<CallRow, 'id' | 'org_id'>,
  events: readonly NewCallEvent[],
) {
  if (events.length === 0) return;
  const { next } = await tx
    .selectFrom('call_events')
    .select(sql<number>`coalesce(max(position) + 1, 0)`.as('next'))
    .where('call_id', '=', call.id)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('call_events')
    .values(
      events.map((event, index) => ({
        call_id: call.id,
        org_id: call.org_id,
        position: next + index,
        type: event.type,
        at_ms: event.atMs,
        data: JSON.stringify(event.data),
      })),
    )
    .execute();
  await notify(tx, CALL_EVENTS_CHANNEL, call.id);
}

/** Calls that are not over. */
export const listOpenCalls = (tx: SystemTx) =>
  tx
    .selectFrom('calls')
    .selectAll()
    .where('status', 'in', ['queued', 'dialing', 'in_progress'])
    .orderBy('id')
    .limit(500)
    .execute();
