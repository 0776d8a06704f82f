import { notify, type Db } from '../db/index.ts';
import {
  EVENT_FEED_CHANNEL,
  EVENTS_CHANNEL,
  listUnrelayed,
  lockRelay,
  markRelayed,
  matchesEvent,
  type EventRow,
} from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, NewId } from '../kernel/index.ts';
import { askingOf } from './attempt.rules.ts';
import * as deliveries from './deliveries.repo.ts';
import { listEnabled, type EndpointRow } from './endpoints.repo.ts';

const BATCH = 200;

export interface RelayDeps {
  readonly db: Db;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface Relay {
  /**
   * Passes on every event that waits in the outbox: gives it its place in the feed, makes a delivery
   * for each endpoint that wants it, asks for their sending. Returns how many events. Several
   * processes may run it at once; a process that ends in the middle leaves nothing half done.
   */
  relay(): Promise<number>;
  /** Calls `wake` when an event has been recorded, by any process. Returns the function that stops it. */
  onRecorded(wake: () => void): Promise<() => Promise<void>>;
}

/** From the outbox to listeners and endpoints: each event gets one delivery an endpoint, ever. */
export function createRelay({ db, jobs, clock, newId }: RelayDeps): Relay {
  async function relayBatch() {
    return db.withSystem(async (tx) => {
      await lockRelay(tx);
      const events = await listUnrelayed(tx, BATCH);
      if (events.length === 0) return { relayed: 0, made: [] };
      const now = clock.now();
      const orgIds = [...new Set(events.map((event) => event.org_id))];
      const endpoints = await listEnabled(tx, orgIds);
      const made = await deliveries.insertDeliveries(
        tx,
        events.flatMap((event) =>
          endpoints
            .filter((endpoint) => wants(endpoint, event))
            .map((endpoint) => ({
              id: newId('dlv'),
              org_id: event.org_id,
              event_id: event.id,
              event_type: event.type,
              endpoint_id: endpoint.id,
              next_attempt_at: now,
              created_at: now,
            })),
        ),
      );
      await markRelayed(
        tx,
        events.map((event) => event.id),
        now,
      );
      for (const orgId of orgIds) await notify(tx, EVENT_FEED_CHANNEL, orgId);
      return { relayed: events.length, made };
    });
  }

  return {
    async relay() {
      let total = 0;
      for (;;) {
        const { relayed, made } = await relayBatch();
        total += relayed;
        // A crash before this is through loses nothing: the sweep asks for what is due.
        for (const delivery of made) {
          const asking = askingOf(delivery, clock.now());
          await jobs.enqueue('webhook.deliver', { delivery_id: delivery.id }, asking);
        }
        if (relayed < BATCH) return total;
      }
    },

    onRecorded: (wake) => db.listen(EVENTS_CHANNEL, wake),
  };
}

/** A test event goes only where it was sent, which has been done by whoever made it. */
function wants(endpoint: Pick<EndpointRow, 'org_id' | 'event_types'>, event: EventRow): boolean {
  return (
    !event.test &&
    endpoint.org_id === event.org_id &&
    matchesEvent(endpoint.event_types, event.type)
  );
}
