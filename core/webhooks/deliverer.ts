import { randomInt } from 'node:crypto';
import type { Db, SystemTx } from '../db/index.ts';
import { deleteEvents, findEvent, presentEvent, recordEvent } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { assert, limits, type Clock, type Id, type Log } from '../kernel/index.ts';
import type { WebhookPost, WebhookResult, WebhookSender } from '../ports/index.ts';
import { askingOf, attemptsMax, isLost, settlementOf } from './attempt.rules.ts';
import * as repo from './deliveries.repo.ts';
import * as endpoints from './endpoints.repo.ts';
import { webhookHeaders } from './signature.rules.ts';
import { presentEndpoint } from './webhooks.present.ts';

const SWEEP_MAX = 500;
const FORGET_MAX = 1_000;
/** A delivery that found no place free comes back after this long. */
const DEFER_MS = 1_000;
const RANDOM_STEPS = 2 ** 32;

export interface DelivererDeps {
  readonly db: Db;
  readonly sender: WebhookSender;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random?: (() => number) | undefined;
}

export interface Deliverer {
  /**
   * Makes one attempt, if the delivery is due, and keeps what came of it: the body of job
   * `webhook.deliver`. Safe to run again, at once or after a crash in the middle.
   */
  deliver(id: Id<'dlv'>, signal: AbortSignal): Promise<void>;
  /** Asks for what is due: retries, and what a crash left behind. For every second or two. */
  sweep(): Promise<number>;
  /** Forgets what is too old to be replayed. For every hour or so. */
  forget(): Promise<number>;
}

/** One attempt that this process makes. */
interface Attempt {
  readonly delivery: repo.DeliveryRow;
  readonly endpointId: Id<'whe'>;
  readonly post: WebhookPost;
}

/** Sends deliveries. What an attempt has begun is known to the database before anything is sent. */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { db, sender, jobs, clock, log } = deps;
  const random = deps.random ?? (() => randomInt(RANDOM_STEPS - 1) / RANDOM_STEPS);

  const fail = (tx: SystemTx, id: Id<'dlv'>) =>
    repo.updateDelivery(tx, id, {
      status: 'failed',
      leased_until: null,
      completed_at: clock.now(),
    });

  /** Begins an attempt. Null if there is nothing to send now. */
  async function begin(id: Id<'dlv'>): Promise<Attempt | null> {
    return db.withSystem(async (tx) => {
      const now = clock.now();
      const delivery = await repo.lockDelivery(tx, id);
      if (delivery?.status !== 'pending' || delivery.next_attempt_at > now) return null;
      const endpoint = await endpoints.findEndpoint(tx, delivery.endpoint_id);
      assert(endpoint, 'a delivery goes with its endpoint');
      // Steps run out here only if the last attempt died with its process.
      if (endpoint.status === 'disabled' || delivery.step >= attemptsMax) {
        await fail(tx, id);
        return null;
      }
      if ((await repo.countInFlight(tx, delivery.org_id, now)) >= limits.webhooks.inFlightMax) {
        const next = new Date(now.getTime() + DEFER_MS);
        await repo.updateDelivery(tx, id, { next_attempt_at: next });
        return null;
      }
      const leasedUntil = new Date(now.getTime() + limits.webhooks.leaseMs);
      const begun = await repo.updateDelivery(tx, id, {
        attempts: delivery.attempts + 1,
        step: delivery.step + 1,
        leased_until: leasedUntil,
        next_attempt_at: leasedUntil,
      });
      const event = await findEvent(tx, delivery.event_id);
      assert(event, 'a delivery goes with its event');
      const body = JSON.stringify(presentEvent(event));
      const secrets = await endpoints.listSecrets(tx, endpoint.id, now);
      const headers = {
        'content-type': 'application/json',
        ...webhookHeaders({ id: event.id, at: now, body }, secrets),
      };
      return {
        delivery: begun,
        endpointId: endpoint.id,
        post: { url: endpoint.url, headers, body },
      };
    });
  }

  /** Keeps what came of an attempt, unless a replay has overtaken it or the endpoint is gone. */
  async function settle(
    attempt: Attempt,
    result: WebhookResult,
    took: { at: Date; durationMs: number },
  ): Promise<void> {
    const { id, org_id: orgId, attempts, round, step } = attempt.delivery;
    await db.withSystem(async (tx) => {
      const now = clock.now();
      const current = await repo.lockDelivery(tx, id);
      if (!current) return;
      await repo.insertAttempt(tx, {
        delivery_id: id,
        number: attempts,
        org_id: orgId,
        at: took.at,
        duration_ms: took.durationMs,
        status_code: result.type === 'answered' ? result.status : null,
        error: result.type === 'unanswered' ? result.error : null,
        response: result.type === 'answered' ? result.excerpt : null,
      });
      const settlement = settlementOf(result, step, random());
      await settleEndpoint(tx, attempt.endpointId, settlement.endpoint);
      if (current.attempts !== attempts || current.round !== round || current.status !== 'pending')
        return;
      if (settlement.delivery === 'retry') {
        const next = new Date(now.getTime() + settlement.waitMs);
        await repo.updateDelivery(tx, id, { leased_until: null, next_attempt_at: next });
      } else if (settlement.delivery === 'failed') await fail(tx, id);
      else
        await repo.updateDelivery(tx, id, {
          status: 'delivered',
          leased_until: null,
          completed_at: now,
        });
    });
  }

  async function settleEndpoint(
    tx: SystemTx,
    id: Id<'whe'>,
    state: 'healthy' | 'failing' | 'gone',
  ): Promise<void> {
    const now = clock.now();
    const endpoint = await endpoints.lockEndpoint(tx, id);
    if (!endpoint) return;
    if (state === 'healthy') {
      if (endpoint.failing_since !== null)
        await endpoints.updateEndpoint(tx, id, { failing_since: null });
      return;
    }
    const since = endpoint.failing_since ?? now;
    if (endpoint.failing_since === null)
      await endpoints.updateEndpoint(tx, id, { failing_since: since });
    if (endpoint.status === 'enabled' && (state === 'gone' || isLost(since, now)))
      await disable(tx, id, state);
  }

  async function disable(tx: SystemTx, id: Id<'whe'>, reason: 'gone' | 'failing'): Promise<void> {
    const at = clock.now();
    const disabled = await endpoints.updateEndpoint(tx, id, {
      status: 'disabled',
      disabled_reason: reason,
      disabled_at: at,
      updated_at: at,
    });
    assert(disabled, 'the endpoint is locked by us');
    const data = presentEndpoint(disabled);
    const type = 'webhook_endpoint.disabled';
    await recordEvent(tx, { orgId: disabled.org_id, type, data, at });
    log.warn({ org_id: disabled.org_id, endpoint_id: id, reason }, 'webhook endpoint disabled');
  }

  return {
    async deliver(id, signal) {
      const attempt = await begin(id);
      if (!attempt) return;
      const at = clock.now();
      const startMs = clock.monotonicMs();
      const result = await sender.post(attempt.post, signal);
      const durationMs = Math.round(clock.monotonicMs() - startMs);
      await settle(attempt, result, { at, durationMs });
    },

    async sweep() {
      const now = clock.now();
      const due = await db.withSystem((tx) => repo.listDue(tx, now, SWEEP_MAX));
      for (const delivery of due) {
        const asking = askingOf(delivery, now);
        await jobs.enqueue('webhook.deliver', { delivery_id: delivery.id }, asking);
      }
      return due.length;
    },

    async forget() {
      const before = new Date(clock.now().getTime() - limits.events.retentionMs);
      let total = 0;
      for (;;) {
        const gone = await db.withSystem((tx) => deleteEvents(tx, { before, limit: FORGET_MAX }));
        total += gone;
        if (gone < FORGET_MAX) return total;
      }
    },
  };
}
