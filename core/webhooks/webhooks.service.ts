import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type { Db, OrgScope, OrgTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  assert,
  cursorId,
  limits,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { WebhookSender } from '../ports/index.ts';
import { createDeliveryLog } from './delivery-log.ts';
import * as repo from './endpoints.repo.ts';
import { makeWebhookSecret } from './signature.rules.ts';
import { refusedUrl, tooManyEndpoints } from './webhooks.errors.ts';
import { presentEndpoint } from './webhooks.present.ts';
import type {
  CreatedWebhookEndpointWire,
  CreateWebhookEndpoint,
  RotatedWebhookSecretWire,
  UpdateWebhookEndpoint,
  WebhookEndpointWire,
} from './webhooks.schema.ts';

const HOUR_MS = 3_600_000;

export interface WebhooksDeps {
  readonly db: Db;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly sender: Pick<WebhookSender, 'refusalOf'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Makes signing secrets. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
}

export type WebhooksService = ReturnType<typeof createWebhooksService>;

/** Endpoints as their organization manages them, and the log of what was sent to them. */
export function createWebhooksService(deps: WebhooksDeps) {
  return { ...createEndpoints(deps), ...createDeliveryLog(deps) };
}

function createEndpoints(deps: WebhooksDeps) {
  const { db, clock, newId } = deps;
  const randomBytes = deps.randomBytes ?? cryptoRandomBytes;

  function requireUrl(url: string): void {
    const refusal = deps.sender.refusalOf(url);
    if (refusal) throw refusedUrl(refusal);
  }

  async function addSecret(tx: OrgTx, scope: OrgScope, endpointId: Id<'whe'>): Promise<string> {
    const secret = makeWebhookSecret(randomBytes);
    await repo.insertSecret(tx, {
      id: newId('wsk'),
      org_id: scope.orgId,
      endpoint_id: endpointId,
      secret,
      created_at: clock.now(),
    });
    return secret;
  }

  return {
    /** Registers an address. The answer holds the secret, this once. Throws `validation_failed`, `conflict`. */
    async createEndpoint(
      scope: OrgScope,
      request: CreateWebhookEndpoint,
    ): Promise<CreatedWebhookEndpointWire> {
      requireUrl(request.url);
      const id = newId('whe');
      const at = clock.now();
      return db.withOrg(scope, async (tx) => {
        if ((await repo.countEndpoints(tx)) >= limits.webhooks.endpointsMax)
          throw tooManyEndpoints();
        const row = await repo.insertEndpoint(tx, {
          id,
          org_id: scope.orgId,
          url: request.url,
          description: request.description ?? null,
          event_types: JSON.stringify(request.event_types),
          disabled_reason: null,
          created_by: scope.userId ?? null,
          created_at: at,
          updated_at: at,
        });
        return { ...presentEndpoint(row), secret: await addSecret(tx, scope, id) };
      });
    },

    /** Newest first. */
    async listEndpoints(scope: OrgScope, query: PageQuery): Promise<Page<WebhookEndpointWire>> {
      const before = cursorId('whe', query.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listEndpoints(tx, { limit: query.limit, before }),
      );
      return pageOf(rows, query.limit, presentEndpoint);
    },

    /** Throws `not_found`. */
    async getEndpoint(scope: OrgScope, id: Id<'whe'>): Promise<WebhookEndpointWire> {
      const row = await db.withOrg(scope, (tx) => repo.findEndpoint(tx, id));
      if (!row) throw notFound('endpoint_id');
      return presentEndpoint(row);
    },

    /** Changes what is named. Enabling forgets earlier failures. Throws `not_found`, `validation_failed`. */
    async updateEndpoint(
      scope: OrgScope,
      id: Id<'whe'>,
      change: UpdateWebhookEndpoint,
    ): Promise<WebhookEndpointWire> {
      if (change.url !== undefined) requireUrl(change.url);
      const at = clock.now();
      return db.withOrg(scope, async (tx) => {
        const current = await repo.lockEndpoint(tx, id);
        if (!current) throw notFound('endpoint_id');
        const updated = await repo.updateEndpoint(tx, id, {
          ...(change.url === undefined ? {} : { url: change.url }),
          ...(change.description === undefined ? {} : { description: change.description }),
          ...(change.event_types === undefined
            ? {}
            : { event_types: JSON.stringify(change.event_types) }),
          ...(change.status === undefined || change.status === current.status
            ? {}
            : statusChange(change.status, at)),
          updated_at: at,
        });
        assert(updated, 'the endpoint is locked by us');
        const data = presentEndpoint(updated);
        if (updated.status !== current.status) {
          const type = `webhook_endpoint.${updated.status}` as const;
          await recordEvent(tx, { orgId: scope.orgId, type, data, at });
        }
        return data;
      });
    },

    /** Takes its secrets and its delivery log along. Throws `not_found`. */
    async deleteEndpoint(scope: OrgScope, id: Id<'whe'>): Promise<void> {
      const deleted = await db.withOrg(scope, (tx) => repo.deleteEndpoint(tx, id));
      if (!deleted) throw notFound('endpoint_id');
    },

    /**
     * A new secret, shown this once. The one before signs too for `overlapHours`, so that receivers
     * can change over without losing an event; one from before that ends now. Throws `not_found`.
     */
    async rotateSecret(
      scope: OrgScope,
      id: Id<'whe'>,
      overlapHours: number,
    ): Promise<RotatedWebhookSecretWire> {
      const now = clock.now();
      const until = new Date(now.getTime() + overlapHours * HOUR_MS);
      const secret = await db.withOrg(scope, async (tx) => {
        if (!(await repo.lockEndpoint(tx, id))) throw notFound('endpoint_id');
        await repo.retireSecrets(tx, id, { now, until });
        return addSecret(tx, scope, id);
      });
      return { secret, previous_expires_at: until.toISOString() };
    },
  };
}

function statusChange(status: 'enabled' | 'disabled', at: Date) {
  return status === 'enabled'
    ? { status, disabled_reason: null, disabled_at: null, failing_since: null }
    : { status, disabled_reason: 'manual' as const, disabled_at: at };
}
