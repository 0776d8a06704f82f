import type { Db } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { isId, type Clock, type Log, type NewId } from '../kernel/index.ts';
import {
  findUnprocessed,
  listWaiting,
  markProcessed,
  storeOnce,
  type ProviderEvent,
} from './provider-events.repo.ts';
import { FORGOTTEN_AFTER_MS, GIVEN_UP_AFTER_MS, jobNameAt } from './provider-events.rules.ts';

const SWEEP_BATCH = 100;

export interface ReceivedEvent {
  readonly provider: string;
  readonly eventId: string;
  readonly name: string;
  /** Anything that survives JSON. */
  readonly payload: unknown;
}

/** Acts on one event. Runs again after a failure or a crash, so it has to be idempotent. */
export type ProviderEventHandler = (event: ProviderEvent) => Promise<void>;

export interface ProviderEventsService {
  /**
   * Keeps a verified webhook and asks for its processing. Once it resolves the event is safe and
   * the provider can be answered. A duplicate is accepted in silence.
   */
  receive(event: ReceivedEvent): Promise<void>;
  /**
   * What the job does: runs the handler of the event's provider, once it succeeded never again.
   * An unknown id and an event already processed are no error. A handler's error goes through,
   * so that the job is tried again.
   */
  process(
    id: string,
    handlers: Readonly<Record<string, ProviderEventHandler | undefined>>,
  ): Promise<void>;
  /**
   * Asks again for events that nobody processed: the process ended between keeping and queueing,
   * or every try of the job failed. Returns how many. Run it every minute or so.
   */
  sweep(): Promise<number>;
}

export function createProviderEventsService(deps: {
  db: Db;
  jobs: Pick<JobQueue, 'enqueue'>;
  newId: NewId;
  clock: Clock;
  log: Log;
}): ProviderEventsService {
  const { db, jobs, newId, clock, log } = deps;

  const enqueue = (id: string, receivedAt: Date) =>
    jobs.enqueue(
      'provider_event.process',
      { provider_event_id: id },
      jobNameAt(id, clock.now().getTime() - receivedAt.getTime()),
    );

  return {
    async receive(event) {
      const stored = await db.withSystem((tx) =>
        storeOnce(tx, { id: newId('whk'), ...event }, clock.now()),
      );
      if (stored.processed) return;
      await enqueue(stored.id, stored.receivedAt);
    },

    async process(id, handlers) {
      if (!isId('whk', id)) return;
      const event = await db.withSystem((tx) => findUnprocessed(tx, id));
      if (!event) return;
      const handle = handlers[event.provider];
      if (!handle) throw new Error(`no handler for events of ${event.provider}`);
      await handle(event);
      await db.withSystem((tx) => markProcessed(tx, id, clock.now()));
      log.info(
        { provider_event_id: id, provider: event.provider, name: event.name },
        'provider event processed',
      );
    },

    async sweep() {
      const nowMs = clock.now().getTime();
      const waiting = await db.withSystem((tx) =>
        listWaiting(tx, {
          after: new Date(nowMs - GIVEN_UP_AFTER_MS),
          before: new Date(nowMs - FORGOTTEN_AFTER_MS),
          limit: SWEEP_BATCH,
        }),
      );
      for (const event of waiting) await enqueue(event.id, event.received_at);
      if (waiting.length > 0) {
        log.warn({ count: waiting.length }, 'provider events left unprocessed were queued again');
      }
      return waiting.length;
    },
  };
}
