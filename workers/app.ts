import type { AlertsService } from '@alo/core/alerts';
import type { InvitationsService } from '@alo/core/accounts';
import type { BillingService } from '@alo/core/billing';
import type { CallRuntime } from '@alo/core/calls';
import type { IdempotencyService } from '@alo/core/idempotency';
import { runJobs, type JobHandlers, type QueueBackend } from '@alo/core/jobs';
import type { Clock, Id, Log } from '@alo/core/kernel';
import type { KnowledgeService } from '@alo/core/knowledge';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { TelephonyEvent } from '@alo/core/ports';
import type { WalletService } from '@alo/core/wallet';
import type { Deliverer, Relay } from '@alo/core/webhooks';
import { ingestDocumentHandler } from './knowledge/ingest-document.ts';
import { startRelay } from './relay.ts';
import { startSweeps } from './sweeps.ts';
import { walletSweeps } from './wallet.ts';

export interface WorkersDeps {
  readonly backend: QueueBackend;
  readonly alerts: AlertsService;
  readonly callRuntime: CallRuntime;
  readonly idempotency: IdempotencyService;
  readonly invitations: InvitationsService;
  readonly knowledge: KnowledgeService;
  readonly billing: BillingService;
  readonly providerEvents: ProviderEventsService;
  readonly eventRelay: Relay;
  readonly wallet: WalletService;
  readonly webhookDeliverer: Deliverer;
  readonly clock: Clock;
  readonly log: Log;
  /** Jobs of one queue that may run at once. */
  readonly concurrency: number;
}

export interface Workers {
  /** Waits for running jobs and stops. */
  close(): Promise<void>;
}

/** Runs every job of the catalog, and the sweeps that pick up what a crash left behind. */
export function createWorkers(deps: WorkersDeps): Workers {
  const runner = runJobs(deps.backend, createHandlers(deps), {
    log: deps.log,
    concurrency: deps.concurrency,
  });
  const stopSweeps = startSweeps(
    [
      { name: 'calls', everyMs: 2_000, run: () => deps.callRuntime.sweep({ alone: false }) },
      ...walletSweeps(deps),
      { name: 'provider_events', everyMs: 30_000, run: () => deps.providerEvents.sweep() },
      { name: 'billing', everyMs: 5_000, run: () => deps.billing.sweep() },
      { name: 'knowledge', everyMs: 30_000, run: () => deps.knowledge.sweep() },
      { name: 'invitations', everyMs: 30_000, run: () => deps.invitations.sweepInvitations() },
      { name: 'alerts', everyMs: 2_000, run: () => deps.alerts.sweep() },
      { name: 'webhooks', everyMs: 2_000, run: () => deps.webhookDeliverer.sweep() },
      { name: 'idempotency_keys', everyMs: 3_600_000, run: () => deps.idempotency.forget() },
      { name: 'old_events', everyMs: 3_600_000, run: () => deps.webhookDeliverer.forget() },
    ],
    deps,
  );
  const stopRelay = startRelay(deps.eventRelay, deps);
  return {
    async close() {
      await stopRelay();
      await stopSweeps();
      await runner.close();
    },
  };
}

function createHandlers(deps: WorkersDeps): JobHandlers {
  return {
    'alert.mail': ({ alert_id: id }) => deps.alerts.mail(id as Id<'alr'>),
    'call.dial': ({ call_id: callId }) => deps.callRuntime.dial(callId as Id<'call'>),
    'document.ingest': ingestDocumentHandler(deps),
    'invitation.mail': ({ org_id: orgId, invitation_id: id }) =>
      deps.invitations.mailInvitation(orgId as Id<'org'>, id as Id<'ivt'>),
    'provider_event.process': ({ provider_event_id: id }) =>
      deps.providerEvents.process(id, {
        stripe: (event) => deps.billing.handleSubscriptionEvent(event),
        wompi: (event) => deps.billing.handlePaymentEvent(event),
        bold: (event) => deps.billing.handlePaymentEvent(event),
        telnyx: (event) => deps.callRuntime.onTelephonyEvent(reviveTelephonyEvent(event.payload)),
      }),
    'webhook.deliver': ({ delivery_id: id }, { signal }) =>
      deps.webhookDeliverer.deliver(id as Id<'dlv'>, signal),
  };
}

/** Stored as JSON by the webhook's route; only its date has to be made a date again. */
function reviveTelephonyEvent(payload: unknown): TelephonyEvent {
  const event = payload as TelephonyEvent & { occurredAt: string | Date };
  return { ...event, occurredAt: new Date(event.occurredAt) };
}
