import { notify, type AnyTx } from '../db/index.ts';
import { newId, type Id } from '../kernel/index.ts';
import type { EventType } from './catalog.ts';

/** Where `listen` hears of new events; the payload is `<org id> <event id>`. */
export const EVENTS_CHANNEL = 'events';

/**
 * Writes an event in the transaction of the change it tells of: both are kept or neither. `data` is
 * the object as the API shows it. Deliveries to webhooks are made afterwards by the relay.
 */
export async function recordEvent(
  tx: AnyTx,
  event: { orgId: Id<'org'>; type: EventType; data: object; at: Date },
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
    })
    .execute();
  await notify(tx, EVENTS_CHANNEL, `${event.orgId} ${id}`);
  return id;
}
