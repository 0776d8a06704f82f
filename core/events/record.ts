import { notify, type AnyTx } from '../db/index.ts';
import { newId, type Id } from '../kernel/index.ts';
import type { EventType } from './catalog.ts';
import type { EventData } from './event-data.ts';

/** Where the relay hears of new events; the payload is `<org id> <event id>`. */
export const EVENTS_CHANNEL = 'events';

export interface NewEvent<T extends EventType> {
  readonly orgId: Id<'org'>;
  readonly type: T;
  /** The object as the API shows it. */
  readonly data: EventData<T>;
  readonly at: Date;
  /** Made on request: nothing has happened. */
  readonly test?: boolean;
}

/**
 * Writes an event in the transaction of the change it tells of: both are kept or neither. The relay
 * gives it to listeners and to webhooks afterwards.
 */
export async function recordEvent<T extends EventType>(
  tx: AnyTx,
  event: NewEvent<T>,
): Promise<Id<'evt'>> {
  const id = newId('evt');
  await tx
    .insertInto('events')
    .values({
      id,
      org_id: event.orgId,
      type: event.type,
      data: JSON.stringify(event.data),
      created_at: event.at,
      test: event.test ?? false,
    })
    .execute();
  await notify(tx, EVENTS_CHANNEL, `${event.orgId} ${id}`);
  return id;
}
