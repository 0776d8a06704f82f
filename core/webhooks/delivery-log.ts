import type { OrgScope, OrgTx } from '../db/index.ts';
import { findEvent, matchesEvent, type EventRow } from '../events/index.ts';
import { cursorId, notFound, pageOf, type Id, type Page } from '../kernel/index.ts';
import { askingOf } from './attempt.rules.ts';
import * as deliveries from './deliveries.repo.ts';
import * as endpoints from './endpoints.repo.ts';
import { turnedOff } from './webhooks.errors.ts';
import { presentDelivery, presentDeliveryDetail } from './webhooks.present.ts';
import type {
  WebhookDeliveryDetailWire,
  WebhookDeliveryQuery,
  WebhookDeliveryWire,
} from './webhooks.schema.ts';
import type { WebhooksDeps } from './webhooks.service.ts';

/** Attempts shown of a delivery: a few rounds of replays. */
const ATTEMPTS_SHOWN = 100;

/** What was sent where, and sending it again. */
export function createDeliveryLog({ db, jobs, clock, newId }: WebhooksDeps) {
  /** The endpoints that get an event again. Throws `not_found`, `conflict`. */
  async function targetsOf(
    tx: OrgTx,
    scope: OrgScope,
    event: EventRow,
    endpointId: Id<'whe'> | undefined,
  ): Promise<Id<'whe'>[]> {
    if (endpointId !== undefined) {
      const endpoint = await endpoints.findEndpoint(tx, endpointId);
      if (!endpoint) throw notFound('endpoint_id');
      if (endpoint.status === 'disabled') throw turnedOff();
      return [endpointId];
    }
    const enabled = await endpoints.listEnabled(tx, [scope.orgId]);
    if (!event.test)
      return enabled
        .filter((endpoint) => matchesEvent(endpoint.event_types, event.type))
        .map((endpoint) => endpoint.id);
    // A test event was meant for the endpoints it was sent to, and for no other.
    const sent = await deliveries.listDeliveriesOfEvent(tx, event.id);
    const before = new Set(sent.map((delivery) => delivery.endpoint_id));
    return enabled.map((endpoint) => endpoint.id).filter((id) => before.has(id));
  }

  const newDelivery = (
    event: Pick<EventRow, 'id' | 'org_id' | 'type'>,
    endpointId: Id<'whe'>,
    at: Date,
  ) => ({
    id: newId('dlv'),
    org_id: event.org_id,
    event_id: event.id,
    event_type: event.type,
    endpoint_id: endpointId,
    next_attempt_at: at,
    created_at: at,
  });

  async function ask(rows: readonly deliveries.DeliveryRow[]): Promise<void> {
    for (const row of rows) {
      const asking = askingOf(row, clock.now());
      await jobs.enqueue('webhook.deliver', { delivery_id: row.id }, asking);
    }
  }

  return {
    /** What was sent to an endpoint, newest first. Throws `not_found`. */
    async listDeliveries(
      scope: OrgScope,
      endpointId: Id<'whe'>,
      query: WebhookDeliveryQuery,
    ): Promise<Page<WebhookDeliveryWire>> {
      const before = cursorId('dlv', query.cursor);
      const { limit, status } = query;
      const rows = await db.withOrg(scope, async (tx) => {
        if (!(await endpoints.findEndpoint(tx, endpointId))) throw notFound('endpoint_id');
        return deliveries.listDeliveries(tx, endpointId, { limit, before, status });
      });
      return pageOf(rows, limit, presentDelivery);
    },

    /** Where an event went. Throws `not_found`. */
    async listDeliveriesOfEvent(
      scope: OrgScope,
      eventId: Id<'evt'>,
    ): Promise<WebhookDeliveryWire[]> {
      const rows = await db.withOrg(scope, async (tx) => {
        if (!(await findEvent(tx, eventId))) throw notFound('event_id');
        return deliveries.listDeliveriesOfEvent(tx, eventId);
      });
      return rows.map(presentDelivery);
    },

    /** A delivery and what came of each attempt. Throws `not_found`. */
    async getDelivery(scope: OrgScope, id: Id<'dlv'>): Promise<WebhookDeliveryDetailWire> {
      return db.withOrg(scope, async (tx) => {
        const row = await deliveries.findDelivery(tx, id);
        if (!row) throw notFound('delivery_id');
        return presentDeliveryDetail(row, await deliveries.listAttempts(tx, id, ATTEMPTS_SHOWN));
      });
    },

    /**
     * Sends an event again, under its own id: to one endpoint, or to every enabled one that wants
     * such events. Throws `not_found`, and `conflict` for a disabled endpoint.
     */
    async replay(
      scope: OrgScope,
      eventId: Id<'evt'>,
      endpointId?: Id<'whe'>,
    ): Promise<WebhookDeliveryWire[]> {
      const at = clock.now();
      const rows = await db.withOrg(scope, async (tx) => {
        const event = await findEvent(tx, eventId);
        if (!event) throw notFound('event_id');
        const targets = await targetsOf(tx, scope, event, endpointId);
        return deliveries.replayDeliveries(
          tx,
          targets.map((id) => newDelivery(event, id, at)),
        );
      });
      await ask(rows);
      return rows.map(presentDelivery);
    },

    /**
     * Makes the deliveries of a test event in the transaction that records it; `askFor` them once
     * that is committed. Throws `not_found` for an endpoint that is not there, `conflict` for a
     * disabled one.
     */
    async sendWithin(
      tx: OrgTx,
      event: { id: Id<'evt'>; org_id: Id<'org'>; type: string },
      endpointIds: readonly Id<'whe'>[],
    ): Promise<deliveries.DeliveryRow[]> {
      for (const id of endpointIds) {
        const endpoint = await endpoints.findEndpoint(tx, id);
        if (!endpoint) throw notFound('endpoint_ids');
        if (endpoint.status === 'disabled') throw turnedOff();
      }
      const at = clock.now();
      return deliveries.insertDeliveries(
        tx,
        endpointIds.map((id) => newDelivery(event, id, at)),
      );
    },

    askFor: ask,
  };
}
