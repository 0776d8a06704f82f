import type { AddressInfo } from 'node:net';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { AccountsService, Principal } from '@alo/core/accounts';
import { createBillingService } from '@alo/core/billing';
import {
  createLog,
  newId,
  Secret,
  systemClock,
  type Clock,
  type Id,
  type Log,
} from '@alo/core/kernel';
import { createProviderEventsService } from '@alo/core/provider-events';
import { createTestDb } from '@alo/core/testing';
import { createStatementsService, createWalletService } from '@alo/core/wallet';
import { createBoldTopUps } from '@alo/providers/bold';
import { createStatementPrinter } from '@alo/providers/documents';
import { createStripeSubscriptions } from '@alo/providers/stripe';
import { createTelnyxTelephony } from '@alo/providers/telnyx';
import { createWompiTopUps } from '@alo/providers/wompi';
import { startBoldSandbox } from '@alo/sandbox/bold';
import { startStripeSandbox } from '@alo/sandbox/stripe';
import { createSigningKeys } from '@alo/sandbox/telnyx';
import { startWompiSandbox } from '@alo/sandbox/wompi';
import { bodyPlugin } from '../http/body.ts';
import { idempotencyPlugin } from '../http/idempotency.ts';
import { languagePlugin } from '../http/language.ts';
import { principalPlugin } from '../http/principal.ts';
import { problemPlugin } from '../http/problem.ts';
import { telnyxRoutes } from '../telnyx/telnyx.routes.ts';
import { walletRoutes } from '../wallet/wallet.routes.ts';
import { billingRoutes } from './billing.routes.ts';

export const secrets = {
  stripeKey: 'sk_test_51billing',
  stripeWebhook: 'whsec_billing',
  wompiPublic: 'pub_test_billing',
  wompiPrivate: 'prv_test_billing',
  wompiIntegrity: 'test_integrity_billing',
  wompiEvents: 'test_events_billing',
  boldKey: 'bold_billing',
  boldSecret: 'bold_secret_billing',
};

export const telnyxKeys = createSigningKeys(new Uint8Array(32).fill(7));

type LogLine = Record<string, unknown>;

/** Remembers what was logged: what is worth a look, and what needs a person (`error`). */
function createRecordingLog(warned: LogLine[], alarms: LogLine[]): Log {
  const write = (text: string) => {
    const line = JSON.parse(text) as LogLine;
    warned.push(line);
    if (Number(line['level']) >= 50) alarms.push(line);
  };
  return createLog({ level: 'warn', destination: { write } });
}

/**
 * Everything between a payer's click and the ledger, for real: the API on loopback, its adapters,
 * the vendors' stand-ins, the database. Only sign-in is played, and jobs wait to be run.
 */
export async function startMoney(clock: Clock = systemClock) {
  const t = await createTestDb();
  const logged: LogLine[] = [];
  const warned: LogLine[] = [];
  const log = createRecordingLog(warned, logged);
  const queue: string[] = [];
  const jobs = {
    enqueue: async (_name: string, payload: object) =>
      void queue.push(String(Object.values(payload)[0])),
  };
  const principals = new Map<string, Principal>();
  const app: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    forceCloseConnections: true,
  });
  const apiUrl = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

  const stripe = await startStripeSandbox({
    clock,
    secretKey: secrets.stripeKey,
    webhookSecret: secrets.stripeWebhook,
    webhookUrl: () => `${apiUrl()}/v1/webhooks/stripe`,
  });
  const wompi = await startWompiSandbox({
    clock,
    publicKey: secrets.wompiPublic,
    privateKey: secrets.wompiPrivate,
    integritySecret: secrets.wompiIntegrity,
    eventsSecret: secrets.wompiEvents,
    eventsUrl: () => `${apiUrl()}/v1/webhooks/wompi`,
  });
  const bold = await startBoldSandbox({
    clock,
    apiKey: secrets.boldKey,
    secretKey: secrets.boldSecret,
    webhookUrl: () => `${apiUrl()}/v1/webhooks/bold`,
  });
  const subscriptions = createStripeSubscriptions({
    secretKey: new Secret(secrets.stripeKey),
    webhookSecret: new Secret(secrets.stripeWebhook),
    priceId: 'price_pro',
    baseUrl: stripe.url,
    clock,
    log,
  });
  const wompiTopUps = createWompiTopUps({
    publicKey: secrets.wompiPublic,
    privateKey: new Secret(secrets.wompiPrivate),
    integritySecret: new Secret(secrets.wompiIntegrity),
    eventsSecret: new Secret(secrets.wompiEvents),
    baseUrl: wompi.url,
    checkoutBaseUrl: `${wompi.url}/p/`,
    log,
  });
  const boldTopUps = createBoldTopUps({
    apiKey: new Secret(secrets.boldKey),
    secretKey: new Secret(secrets.boldSecret),
    baseUrl: bold.url,
    clock,
    log,
  });
  const topUps = [wompiTopUps, boldTopUps];

  const common = { db: t.db, clock, newId, log };
  const wallet = createWalletService(common);
  const billing = createBillingService({
    ...common,
    wallet,
    subscriptions,
    topUps,
    publicUrl: 'https://alo.example/',
  });
  const providerEvents = createProviderEventsService({ ...common, jobs });

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(bodyPlugin);
  await app.register(languagePlugin);
  await app.register(problemPlugin);
  const accounts = { authenticate: async (token: string) => principals.get(token) ?? null };
  await app.register(principalPlugin, { accounts: accounts as unknown as AccountsService });
  await app.register(idempotencyPlugin, { db: t.db, clock });
  await app.register(billingRoutes({ billing, providerEvents, subscriptions, topUps }), {
    prefix: '/v1',
  });
  const telephony = createTelnyxTelephony({
    apiKey: new Secret('KEY'),
    publicKey: telnyxKeys.publicKey,
    connectionId: '1',
    clock,
    log,
  });
  await app.register(telnyxRoutes({ telephony, providerEvents }), { prefix: '/v1' });
  const statements = createStatementsService({
    db: t.db,
    clock,
    printer: createStatementPrinter(),
  });
  await app.register(walletRoutes({ wallet, statements }), { prefix: '/v1' });
  await app.listen({ host: '127.0.0.1', port: 0 });

  const handlers = {
    stripe: billing.handleSubscriptionEvent,
    wompi: billing.handlePaymentEvent,
    bold: billing.handlePaymentEvent,
    telnyx: async () => undefined,
  };

  return {
    app,
    db: t.db,
    pool: t.pool,
    wallet,
    billing,
    stripe,
    wompi,
    bold,
    logged,
    warned,
    /** An organization, and a token for each kind of member it may have. */
    async createOrganization(currency: 'COP' | 'USD' = 'COP') {
      const orgId: Id<'org'> = newId('org');
      await t.db.withSystem((tx) =>
        tx
          .insertInto('organizations')
          .values({ id: orgId, name: 'Panadería', currency, founded_by: null })
          .execute(),
      );
      const sign = (fields: Partial<Principal>) => {
        const token = newId('req');
        const person: Principal = {
          kind: 'user',
          orgId,
          userId: undefined,
          role: 'owner',
          email: 'rosa@panaderia.co',
          mode: 'test',
          ...fields,
        };
        principals.set(token, person);
        return token;
      };
      return {
        orgId,
        owner: sign({}),
        viewer: sign({ role: 'viewer' }),
        program: sign({ kind: 'api_key', role: 'admin', email: undefined }),
      };
    },
    async call(
      method: 'GET' | 'POST',
      path: string,
      token: string,
      options: { body?: object; key?: string | null } = {},
    ) {
      const key = options.key === undefined ? newId('req') : options.key;
      const response = await app.inject({
        method,
        url: `/v1${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(method === 'POST' && key !== null ? { 'idempotency-key': key } : {}),
        },
        ...(options.body === undefined ? {} : { payload: options.body }),
      });
      return { status: response.statusCode, body: response.json() };
    },
    /** Waits for every webhook and runs every job; what the jobs threw. */
    async settle(): Promise<unknown[]> {
      await stripe.settled();
      await wompi.settled();
      await bold.settled();
      const failures: unknown[] = [];
      for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
        await providerEvents.process(id, handlers).catch((error: unknown) => failures.push(error));
      }
      return failures;
    },
    /** Objects of an organization at Stripe, by their metadata. */
    async stripeObjects(path: string, orgId: string) {
      const response = await fetch(`${stripe.url}/v1${path}`, {
        headers: { authorization: `Bearer ${secrets.stripeKey}` },
      });
      type Listed = { id: string; status: string; metadata: Record<string, string> };
      const { data } = (await response.json()) as { data: Listed[] };
      return data.filter(({ metadata }) => metadata['org_id'] === orgId);
    },
    /** The objects of Stripe's events of a type, as posted. */
    async stripeEvents(type: string) {
      const response = await fetch(`${stripe.url}/__sandbox/webhooks`);
      type Posted = { content: { type: string; data: { object: Record<string, unknown> } } };
      const { data } = (await response.json()) as { data: Posted[] };
      return data
        .filter(({ content }) => content.type === type)
        .map(({ content }) => content.data.object);
    },
    events: async () =>
      (await t.pool.query('select provider, event_id, name, payload from provider_events')).rows,
    async close() {
      await app.close();
      await Promise.all([stripe.close(), wompi.close(), bold.close()]);
      await t.close();
    },
  };
}

export type Money = Awaited<ReturnType<typeof startMoney>>;

/** Pays as a program would: one request, the redirect not followed. */
export async function post(url: string, fields: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
  return { status: response.status, location: response.headers.get('location') };
}
