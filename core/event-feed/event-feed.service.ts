import { createWatcher, type Db, type OrgScope, type Watcher } from '../db/index.ts';
import {
  EVENT_FEED_CHANNEL,
  findEvent,
  findFeedEnd,
  listEvents,
  listFeed,
  presentEvent,
  recordEvent,
  typesOf,
  type EventType,
  type EventWire,
} from '../events/index.ts';
import {
  AppError,
  assert,
  cursorId,
  limits,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type Page,
} from '../kernel/index.ts';
import type { WebhooksService } from '../webhooks/index.ts';
import type { EventQuery, StreamCursor, TriggerEvent } from './event.schema.ts';
import { eventSamples } from './samples.ts';

export interface EventFeedDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly watcher: Watcher;
  readonly webhooks: Pick<WebhooksService, 'sendWithin' | 'askFor'>;
}

/** The first thing on a stream: where it begins, for a listener that has seen no event yet. */
export interface StreamOpened {
  readonly type: 'stream.opened';
  readonly cursor: StreamCursor;
}

export interface StreamRequest {
  /** The last event the listener has seen. Without it, only what comes from now on. */
  readonly from?: StreamCursor | undefined;
  readonly types?: readonly string[] | undefined;
}

export type EventFeedService = ReturnType<typeof createEventFeed>;

/** Wakes the streams of an organization when its feed has grown. */
export const createEventFeedWatcher = (deps: { db: Db; clock: Clock }): Promise<Watcher> =>
  createWatcher({ ...deps, channel: EVENT_FEED_CHANNEL });

/** Events as their organization reads them: one by one, as a list, live. */
export function createEventFeed(deps: EventFeedDeps) {
  const { db, clock, watcher, webhooks } = deps;

  async function startOf(scope: OrgScope, from: StreamCursor | undefined) {
    return db.withOrg(scope, async (tx) => {
      if (from === 'start') return { cursor: from, position: 0n };
      const end = await findFeedEnd(tx);
      const now = { cursor: end?.id ?? ('start' as const), position: end?.position ?? 0n };
      if (from === undefined) return now;
      const seen = await findEvent(tx, from);
      if (!seen) throw unknownCursor();
      // Not in the feed yet: the listener knows it from the list, and gets it once more.
      return seen.position === null ? now : { cursor: seen.id, position: seen.position };
    });
  }

  return {
    /** Newest first. */
    async list(scope: OrgScope, query: EventQuery): Promise<Page<EventWire>> {
      const before = cursorId('evt', query.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        listEvents(tx, { limit: query.limit, before, types: chosen(query.types) }),
      );
      return pageOf(rows, query.limit, presentEvent);
    },

    /** Throws `not_found`. */
    async get(scope: OrgScope, id: Id<'evt'>): Promise<EventWire> {
      const row = await db.withOrg(scope, (tx) => findEvent(tx, id));
      if (!row) throw notFound('event_id');
      return presentEvent(row);
    },

    /**
     * The organization's events after `from` and those to come, in an order that never changes: who
     * comes back with the last id seen misses nothing. Ends when the signal aborts, or after
     * `limits.events.streamMsMax`. Throws `invalid_request` for an id that is not kept (any more).
     */
    async stream(
      scope: OrgScope,
      request: StreamRequest,
    ): Promise<(signal: AbortSignal) => AsyncGenerator<StreamOpened | EventWire>> {
      const start = await startOf(scope, request.from);
      const types = chosen(request.types);
      const untilMs = clock.monotonicMs() + limits.events.streamMsMax;
      return async function* follow(signal) {
        yield { type: 'stream.opened', cursor: start.cursor };
        let after = start.position;
        using changes = watcher.watch(scope.orgId, signal);
        while (!signal.aborted && clock.monotonicMs() < untilMs) {
          const feed = { after, limit: limits.http.pageSizeMax, types };
          const rows = await db.withOrg(scope, (tx) => listFeed(tx, feed));
          for (const row of rows) {
            assert(row.position !== null, 'what is in the feed has a position');
            after = row.position;
            yield presentEvent(row);
          }
          if (rows.length === 0) await changes.next();
        }
      };
    },

    /**
     * Makes a sample event, marked as a test: listeners get it, and the endpoints chosen, nobody
     * else. Throws `not_found`, and `conflict` for a disabled endpoint.
     */
    async trigger(scope: OrgScope, request: TriggerEvent): Promise<EventWire> {
      const { row, deliveries } = await db.withOrg(scope, async (tx) => {
        const id = await recordSample(tx, scope, request.type, clock.now());
        const row = await findEvent(tx, id);
        assert(row, 'the event has just been written');
        const endpointIds = [...new Set(request.endpoint_ids)];
        return { row, deliveries: await webhooks.sendWithin(tx, row, endpointIds) };
      });
      await webhooks.askFor(deliveries);
      return presentEvent(row);
    },
  };
}

const recordSample = <T extends EventType>(
  tx: Parameters<typeof recordEvent>[0],
  scope: OrgScope,
  type: T,
  at: Date,
) => recordEvent(tx, { orgId: scope.orgId, type, data: eventSamples[type], at, test: true });

/** The types that patterns stand for; undefined where there is nothing to leave out. */
function chosen(patterns: readonly string[] | undefined): EventType[] | undefined {
  return patterns === undefined || patterns.includes('*') ? undefined : typesOf(patterns);
}

function unknownCursor(): AppError {
  const days = limits.events.retentionMs / (24 * 3_600_000);
  return new AppError('invalid_request', {
    param: 'from',
    detail: {
      es: `Ese evento no existe, o ya pasaron los ${days} días que se guarda. Empiece con from=start.`,
      en: `That event does not exist, or is older than the ${days} days it is kept. Begin with from=start.`,
    },
  });
}
