import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import {
  createAccountsService,
  createInvitationsService,
  createMembersService,
  createPlatformAdminService,
  type AccountsDeps,
} from '@alo/core/accounts';
import { createAgentsService } from '@alo/core/agents';
import { createAlertsService } from '@alo/core/alerts';
import { createAuditService } from '@alo/core/audit';
import { createBillingService } from '@alo/core/billing';
import {
  createCallsService,
  createCallWatcher,
  createLatencyService,
  createTalksService,
} from '@alo/core/calls';
import { createMemoryCounters } from '@alo/core/counters';
import type { Db, OrgScope } from '@alo/core/db';
import { createEventFeed, createEventFeedWatcher } from '@alo/core/event-feed';
import { createInterviewsService } from '@alo/core/interviews';
import { createLog, foldText, newId, systemClock, type Clock } from '@alo/core/kernel';
import { createKnowledgeService } from '@alo/core/knowledge';
import {
  wholeFile,
  type Counters,
  type EmbeddingProvider,
  type FileStorage,
  type IdentityProvider,
  type IdentitySession,
  type IdentityUser,
  type Mail,
  type ObjectLlmProvider,
  type SubscriptionProvider,
  type TelephonyProvider,
  type TopUpProvider,
} from '@alo/core/ports';
import { createProviderEventsService } from '@alo/core/provider-events';
import { createRatesService } from '@alo/core/rates';
import { createTestDb, type TestDb } from '@alo/core/testing';
import { createStatementsService, createWalletService } from '@alo/core/wallet';
import { createWebhooksService } from '@alo/core/webhooks';
import { createDocumentReader, createStatementPrinter } from '@alo/providers/documents';
import { createWebhookSender } from '@alo/providers/webhooks';
import { createApi, type ApiDeps } from '../app.ts';

export interface TestApi {
  readonly app: FastifyInstance;
  readonly db: Db;
  readonly deps: ApiDeps;
  /** Jobs that were asked for: `[name, payload]`. */
  readonly jobs: [name: string, payload: unknown][];
  /** Mails that went out. */
  readonly mails: Mail[];
  /** The files of all organizations. */
  readonly files: FileStorage;
  /** What its accounts are made of, to make others of. */
  readonly accountsDeps: AccountsDeps;
  /** What the API's own database is reached through, to look past it. */
  readonly pool: TestDb['pool'];
  /** Signs a new person in; their organization exists after the first request. */
  signIn(name?: string, email?: string): Promise<TestPerson>;
  close(): Promise<void>;
}

export interface TestPerson {
  readonly token: string;
  readonly email: string;
  readonly scope: OrgScope;
  /** A request as this person. POSTs get a fresh Idempotency-Key unless they bring one. */
  request(options: InjectOptions): Promise<LightMyRequestResponse>;
}

export interface TestApiOverrides {
  /** The address of who runs the platform. */
  readonly platformAdmin?: string;
  readonly clock?: Clock;
  readonly counters?: Counters;
  readonly telephony?: Partial<TelephonyProvider>;
  readonly subscriptions?: Partial<SubscriptionProvider>;
  readonly topUps?: Partial<TopUpProvider>;
  readonly llm?: Partial<ObjectLlmProvider>;
}

const notHere = () => Promise.reject(new Error('not part of this test'));

/** The whole API on a database of its own; identity, files and vendors are in memory. */
export async function createTestApi(overrides: TestApiOverrides = {}): Promise<TestApi> {
  const test = await createTestDb();
  const { db } = test;
  const clock = overrides.clock ?? systemClock;
  const log = createLog({ level: 'silent' });
  const people = new Map<string, IdentityUser>();
  const jobs: TestApi['jobs'] = [];
  const mails: Mail[] = [];
  const mailer = {
    name: 'memory',
    send: async (mail: Mail) => void mails.push(mail),
    close: () => undefined,
  };
  const queue = {
    enqueue: async (name: string, payload: unknown) => void jobs.push([name, payload]),
    close: async () => undefined,
  };
  const common = { db, clock, newId, log, jobs: queue };
  const storage = createMemoryStorage();
  const wallet = createWalletService(common);
  const rates = createRatesService(common);
  const agents = createAgentsService(common);
  const watcher = await createCallWatcher({ db, clock });
  const eventWatcher = await createEventFeedWatcher({ db, clock });
  const sender = createWebhookSender({ clock, allowLoopback: false });
  const webhooks = createWebhooksService({ ...common, sender });
  const reader = createDocumentReader({ log });
  const telephony = {
    name: 'telnyx',
    dial: notHere,
    hangup: notHere,
    parseWebhook: notHere,
    ...overrides.telephony,
  };
  const subscriptions = {
    name: 'stripe',
    createCheckout: notHere,
    getCheckout: notHere,
    expireCheckout: notHere,
    createPortal: notHere,
    getSubscription: notHere,
    listSubscriptions: notHere,
    setCancelAtPeriodEnd: notHere,
    endSubscription: notHere,
    listInvoices: notHere,
    getInvoice: notHere,
    getPrice: notHere,
    parseWebhook: notHere,
    ...overrides.subscriptions,
  };
  const topUps = {
    name: 'wompi',
    createCheckout: async () => ({ url: 'https://pay.test/', checkoutId: undefined }),
    getPayment: notHere,
    findPayments: notHere,
    parseWebhook: notHere,
    ...overrides.topUps,
  };
  const llm: ObjectLlmProvider = {
    name: 'test',
    object: notHere,
    stream: () => {
      throw new Error('not part of this test');
    },
    ...overrides.llm,
  };
  const counters = overrides.counters ?? createMemoryCounters(clock);
  const accountsDeps: AccountsDeps = {
    ...common,
    identity: createMemoryIdentity(people),
    sandboxed: true,
    platformAdmins: [overrides.platformAdmin ?? ''],
  };
  const deps: ApiDeps = {
    db,
    counters,
    trustedProxies: [],
    clock,
    log,
    wallet,
    rates,
    statements: createStatementsService({ db, clock, printer: createStatementPrinter() }),
    agents,
    alerts: createAlertsService({ ...common, mailer, platformAdmins: [] }),
    audit: createAuditService({ db }),
    accounts: createAccountsService(accountsDeps),
    members: createMembersService(common),
    platformAdmin: createPlatformAdminService(common),
    invitations: createInvitationsService({
      ...common,
      counters,
      mailer,
      publicUrl: 'http://api.test',
    }),
    billing: createBillingService({
      ...common,
      wallet,
      subscriptions,
      topUps: [topUps],
      publicUrl: 'http://api.test',
    }),
    latency: createLatencyService({ db, clock }),
    calls: createCallsService({
      ...common,
      wallet,
      rates,
      agents,
      storage,
      watcher,
      testFromNumber: '+576015550100',
      carrier: 'telnyx',
    }),
    talks: createTalksService({
      ...common,
      wallet,
      rates,
      agents,
      mediaUrl: 'ws://voice.test/media/browser',
    }),
    events: createEventFeed({ db, clock, watcher: eventWatcher, webhooks }),
    webhooks,
    interviews: createInterviewsService({ ...common, agents, llm }),
    knowledge: createKnowledgeService({ ...common, storage, embeddings: wordEmbeddings, reader }),
    providerEvents: createProviderEventsService(common),
    providers: { telephony, subscriptions, topUps: [topUps] },
    sandbox: { vendors: [], urls: {}, routes: undefined },
  };
  const app = await createApi(deps);

  return {
    app,
    db,
    deps,
    jobs,
    mails,
    files: storage,
    accountsDeps,
    pool: test.pool,
    async signIn(name = 'Marta', email = `${randomUUID()}@test.co`) {
      const token = `token-${randomUUID()}`;
      people.set(token, {
        authId: randomUUID(),
        email,
        emailVerified: true,
        name,
        phone: undefined,
      });
      const principal = await deps.accounts.authenticate(token);
      if (!principal?.orgId) throw new Error('no organization was founded');
      return {
        token,
        email,
        scope: { orgId: principal.orgId, userId: principal.userId },
        request: async (options) =>
          app.inject({
            ...options,
            headers: {
              authorization: `Bearer ${token}`,
              ...(options.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
              ...options.headers,
            },
          }),
      };
    },
    async close() {
      await app.close();
      await watcher.close();
      await eventWatcher.close();
      await sender.close();
      await reader.close();
      await test.close();
    },
  };
}

/** Tokens stand for people; passwords and codes are another test's matter. */
function createMemoryIdentity(people: Map<string, IdentityUser>): IdentityProvider {
  const session = (): Promise<IdentitySession> => notHere();
  return {
    name: 'memory',
    signUp: async () => undefined,
    resendOtp: async () => undefined,
    requestOtp: async () => undefined,
    verifyOtp: session,
    signIn: session,
    oauthUrl: notHere,
    exchangeOAuthCode: session,
    requestPasswordReset: async () => undefined,
    resetPassword: session,
    changePassword: async () => undefined,
    refresh: session,
    signOut: async () => undefined,
    verifyAccessToken: async (token) => people.get(token) ?? null,
  };
}

function createMemoryStorage(): FileStorage {
  const files = new Map<string, Uint8Array>();
  return {
    name: 'memory',
    prepare: async () => undefined,
    put: async (bucket, path, content) =>
      void files.set(`${bucket}/${path}`, await wholeFile(content)),
    get: async (bucket, path) => files.get(`${bucket}/${path}`) ?? null,
    remove: async (bucket, paths) => paths.forEach((path) => files.delete(`${bucket}/${path}`)),
  };
}

/** Words hashed into 512 buckets: texts that share words are near each other. */
const wordEmbeddings: EmbeddingProvider = {
  name: 'words',
  model: 'words',
  dimensions: 512,
  embed: async (texts) =>
    texts.map((text) => {
      const vector = Array.from({ length: 512 }, () => 1e-6);
      for (const word of foldText(text).split(/\W+/)) {
        let hash = 7;
        for (const char of word) hash = (hash * 31 + char.charCodeAt(0)) % 512;
        vector[hash] = (vector[hash] ?? 0) + 1;
      }
      return vector;
    }),
};
