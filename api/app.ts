import multipart from '@fastify/multipart';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
} from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type {
  AccountsService,
  InvitationsService,
  MembersService,
  PlatformAdminService,
} from '@alo/core/accounts';
import type { AgentsService } from '@alo/core/agents';
import type { AlertsService } from '@alo/core/alerts';
import type { AuditService } from '@alo/core/audit';
import type { BillingService } from '@alo/core/billing';
import type { CallsService, LatencyService, TalksService } from '@alo/core/calls';
import type { Db } from '@alo/core/db';
import type { EventFeedService } from '@alo/core/event-feed';
import type { InterviewsService } from '@alo/core/interviews';
import { createLog, limits, newId, type Clock, type Log } from '@alo/core/kernel';
import type { KnowledgeService } from '@alo/core/knowledge';
import type {
  Counters,
  SubscriptionProvider,
  TelephonyProvider,
  TopUpProvider,
} from '@alo/core/ports';
import type { Metrics } from '@alo/core/metrics';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { RatesService } from '@alo/core/rates';
import type { StatementsService, WalletService } from '@alo/core/wallet';
import type { WebhooksService } from '@alo/core/webhooks';
import { accountsRoutes } from './accounts/accounts.routes.ts';
import { invitationPage } from './accounts/invitation-page.ts';
import { agentRoutes } from './agents/agents.routes.ts';
import { alertRoutes } from './alerts/alerts.routes.ts';
import { auditRoutes } from './audit/audit.routes.ts';
import { billingRoutes } from './billing/billing.routes.ts';
import { callsRoutes } from './calls/calls.routes.ts';
import { callOrderRoutes } from './calls/orders.routes.ts';
import { talkRoutes } from './calls/talks.routes.ts';
import { eventRoutes } from './events/events.routes.ts';
import { bodyPlugin } from './http/body.ts';
import { idempotencyPlugin } from './http/idempotency.ts';
import { languagePlugin } from './http/language.ts';
import { openapiPlugin } from './http/openapi.ts';
import { principalPlugin } from './http/principal.ts';
import { answerClientError, problemPlugin } from './http/problem.ts';
import { rateLimitPlugin } from './http/rate-limit.ts';
import { textPlugin } from './http/text.ts';
import { interviewRoutes } from './interviews/interviews.routes.ts';
import { knowledgeRoutes } from './knowledge/knowledge.routes.ts';
import { platformRoutes, type SandboxInfo } from './platform/platform.routes.ts';
import { rateRoutes } from './rates/rates.routes.ts';
import { telnyxRoutes } from './telnyx/telnyx.routes.ts';
import { walletRoutes } from './wallet/wallet.routes.ts';
import { webhookEndpointRoutes } from './webhook-endpoints/webhook-endpoints.routes.ts';

export interface ApiDeps {
  readonly accounts: AccountsService;
  readonly agents: AgentsService;
  readonly alerts: AlertsService;
  readonly audit: AuditService;
  readonly billing: BillingService;
  readonly calls: CallsService;
  readonly events: EventFeedService;
  readonly interviews: InterviewsService;
  readonly invitations: InvitationsService;
  readonly knowledge: KnowledgeService;
  readonly latency: LatencyService;
  readonly members: MembersService;
  readonly platformAdmin: PlatformAdminService;
  readonly providerEvents: ProviderEventsService;
  readonly rates: RatesService;
  readonly statements: StatementsService;
  readonly talks: TalksService;
  readonly wallet: WalletService;
  readonly webhooks: WebhooksService;
  readonly providers: {
    readonly telephony: TelephonyProvider;
    readonly subscriptions: SubscriptionProvider;
    readonly topUps: readonly TopUpProvider[];
  };
  readonly db: Db;
  readonly counters: Counters;
  readonly metrics?: Pick<Metrics, 'httpRequest'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Addresses (CIDR) of the proxies in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether this process is about to stop: it is no longer ready. */
  readonly isDraining?: () => boolean;
  readonly sandbox: SandboxInfo & {
    /** The sandbox's pages for people; absent in production. */
    readonly routes: FastifyPluginAsync | undefined;
  };
}

export { serveMetrics } from './http/metrics.ts';

/** The REST API. Builds and never listens, so tests can inject. */
export async function createApi(deps: ApiDeps): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId('req'),
    requestIdHeader: false,
    bodyLimit: limits.http.bodyBytesMax,
    requestTimeout: limits.http.requestTimeoutMs,
    http: {
      headersTimeout: limits.http.headersTimeoutMs,
      maxHeaderSize: limits.http.headersBytesMax,
    },
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    clientErrorHandler: answerClientError,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = limits.http.connectionsMax;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  app.addHook('onRequest', async (request, reply) => void reply.header('request-id', request.id));
  app.addHook('onResponse', async (request, reply) => {
    const { method, url: route } = request.routeOptions;
    const fields = {
      method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      request_id: request.id,
    };
    // Addresses that are no route are one series together.
    deps.metrics?.httpRequest({ ...fields, method: request.method, route: route ?? 'none' });
    if (reply.statusCode >= 500) request.log.error(fields, 'request');
    else request.log.debug(fields, 'request');
  });

  await app.register(bodyPlugin);
  await app.register(textPlugin);
  await app.register(languagePlugin);
  await app.register(problemPlugin);
  await app.register(openapiPlugin);
  await app.register(rateLimitPlugin, { counters: deps.counters });
  await app.register(principalPlugin, { accounts: deps.accounts });
  await app.register(idempotencyPlugin, { db: deps.db, clock: deps.clock });
  await app.register(multipart, {
    limits: {
      fileSize: limits.knowledge.fileBytesMax,
      files: 1,
      fields: 4,
      fieldSize: 1_024,
      parts: 5,
    },
  });

  await app.register(platformRoutes(deps));
  await app.register(invitationPage(deps));
  await app.register(
    async (v1) => {
      await v1.register(accountsRoutes(deps));
      await v1.register(agentRoutes(deps));
      await v1.register(alertRoutes(deps));
      await v1.register(auditRoutes(deps));
      await v1.register(billingRoutes({ ...deps, ...deps.providers }));
      await v1.register(callsRoutes(deps));
      await v1.register(callOrderRoutes(deps));
      await v1.register(talkRoutes(deps));
      await v1.register(eventRoutes(deps));
      await v1.register(interviewRoutes(deps));
      await v1.register(knowledgeRoutes(deps));
      await v1.register(rateRoutes(deps));
      await v1.register(telnyxRoutes({ ...deps, ...deps.providers }));
      await v1.register(walletRoutes(deps));
      await v1.register(webhookEndpointRoutes(deps));
    },
    { prefix: '/v1' },
  );
  const { routes } = deps.sandbox;
  if (routes) {
    await app.register(async (sandbox) => {
      sandbox.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'public' };
        route.schema = { ...route.schema, hide: true };
      });
      await sandbox.register(routes);
    });
  }
  return app;
}

/** The OpenAPI document of every route, without a database or a provider behind them. */
export async function describeApi(): Promise<object> {
  const nobody = {
    sandbox: { vendors: [], urls: {}, routes: undefined },
    providers: {},
    trustedProxies: [],
    log: createLog({ level: 'silent' }),
  };
  const app = await createApi(nobody as unknown as ApiDeps);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
