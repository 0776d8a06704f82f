import {
  createAccountsService,
  createInvitationsService,
  createMembersService,
  createPlatformAdminService,
} from '@alo/core/accounts';
import { createAgentsService } from '@alo/core/agents';
import { createAlertsService } from '@alo/core/alerts';
import { createAuditService } from '@alo/core/audit';
import { createBillingService } from '@alo/core/billing';
import {
  createCallRuntime,
  createCallsService,
  createCallWatcher,
  createLatencyService,
  createTalksService,
} from '@alo/core/calls';
import type { Db } from '@alo/core/db';
import { createIdempotencyService } from '@alo/core/idempotency';
import { createInterviewsService } from '@alo/core/interviews';
import type { JobQueue } from '@alo/core/jobs';
import type { Clock, Id, Log, NewId } from '@alo/core/kernel';
import { createEventFeed, createEventFeedWatcher } from '@alo/core/event-feed';
import { createKnowledgeService } from '@alo/core/knowledge';
import type { Counters } from '@alo/core/ports';
import { createProviderEventsService } from '@alo/core/provider-events';
import { createRatesService } from '@alo/core/rates';
import { createStatementsService, createWalletService } from '@alo/core/wallet';
import { createDeliverer, createRelay, createWebhooksService } from '@alo/core/webhooks';
import type { Providers } from './providers.ts';

export interface ServiceDeps {
  readonly db: Db;
  readonly jobs: JobQueue;
  readonly providers: Providers;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly instance: Id<'ins'>;
  /** The API's address as the outside sees it, without a path. */
  readonly publicUrl: string;
  /** The voice engine's, `ws://…`. */
  readonly voiceUrl: string;
  readonly testFromNumber: string;
  /** Who collects top-ups unless a request says otherwise. */
  readonly topUpProvider: string;
  readonly counters: Counters;
  /** Whether every vendor is played by the sandbox. */
  readonly sandboxed: boolean;
  /** The web portal's address, where there is one. */
  readonly portalUrl: string | undefined;
  /** What a new person's organization starts with. */
  readonly freeCreditMicros: bigint;
  /** Addresses of the people who run the platform. */
  readonly platformAdmins: readonly string[];
}

export type Services = Awaited<ReturnType<typeof createServices>>;

/** The domain's services on the providers at hand. */
export async function createServices(deps: ServiceDeps) {
  const { db, jobs, providers, clock, newId, log } = deps;
  const common = { db, clock, newId, log };
  const wallet = createWalletService(common);
  const rates = createRatesService(common);
  const agents = createAgentsService(common);
  const knowledge = createKnowledgeService({
    ...common,
    jobs,
    storage: providers.storage,
    embeddings: providers.embeddings,
    reader: providers.reader,
  });
  const watcher = await createCallWatcher({ db, clock });
  const eventWatcher = await createEventFeedWatcher({ db, clock });
  const sender = providers.webhookSender;
  const webhooks = createWebhooksService({ ...common, jobs, sender });
  return {
    wallet,
    rates,
    idempotency: createIdempotencyService(common),
    statements: createStatementsService({ db, clock, printer: providers.statements }),
    agents,
    alerts: createAlertsService({
      ...common,
      jobs,
      mailer: providers.mailer,
      platformAdmins: deps.platformAdmins,
    }),
    audit: createAuditService({ db }),
    knowledge,
    watcher,
    eventWatcher,
    webhooks,
    events: createEventFeed({ ...common, watcher: eventWatcher, webhooks }),
    eventRelay: createRelay({ ...common, jobs }),
    webhookDeliverer: createDeliverer({ ...common, jobs, sender }),
    accounts: createAccountsService({
      ...common,
      identity: providers.identity,
      counters: deps.counters,
      portalUrl: deps.portalUrl,
      freeCredit: { wallet, amountMicros: deps.freeCreditMicros },
      sandboxed: deps.sandboxed,
      platformAdmins: deps.platformAdmins,
    }),
    members: createMembersService(common),
    platformAdmin: createPlatformAdminService(common),
    invitations: createInvitationsService({
      ...common,
      jobs,
      mailer: providers.mailer,
      counters: deps.counters,
      publicUrl: deps.publicUrl,
    }),
    billing: createBillingService({
      ...common,
      wallet,
      subscriptions: providers.subscriptions,
      topUps: providers.topUps.toSorted(
        (a, b) => Number(b.name === deps.topUpProvider) - Number(a.name === deps.topUpProvider),
      ),
      publicUrl: deps.publicUrl,
    }),
    interviews: createInterviewsService({
      ...common,
      agents,
      llm: providers.interviewLlm,
      currencyOf: async (scope) => (await wallet.get(scope)).currency,
    }),
    providerEvents: createProviderEventsService({ ...common, jobs }),
    calls: createCallsService({
      ...common,
      wallet,
      rates,
      agents,
      jobs,
      storage: providers.storage,
      watcher,
      testFromNumber: deps.testFromNumber,
      carrier: providers.telephony.name,
    }),
    latency: createLatencyService(common),
    talks: createTalksService({
      ...common,
      wallet,
      rates,
      agents,
      mediaUrl: `${deps.voiceUrl}/media/browser`,
    }),
    callRuntime: createCallRuntime({
      ...common,
      wallet,
      agents,
      jobs,
      storage: providers.storage,
      telephony: providers.telephony,
      instance: deps.instance,
      mediaUrl: `${deps.voiceUrl}/media/telnyx`,
      webhookUrl: `${deps.publicUrl}/v1/webhooks/telnyx`,
    }),
  };
}
