import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '@alo/core/kernel';
import { startBoldSandbox } from './bold/index.ts';
import { startDeepgramSandbox } from './deepgram/index.ts';
import { startGroqSandbox } from './groq/index.ts';
import { startOpenAiSandbox } from './openai/index.ts';
import { inboxRoutes, startSmtpSandbox } from './smtp/index.ts';
import { startStripeSandbox } from './stripe/index.ts';
import { startSupabaseSandbox } from './supabase/index.ts';
import { startTelnyxSandbox } from './telnyx/index.ts';
import { startWompiSandbox } from './wompi/index.ts';

export interface SandboxOptions {
  /** State (accounts, files, mails) is kept under `<dataDir>/sandbox`. */
  readonly dataDir: string;
  /** Whom to play. */
  readonly vendors: readonly string[];
  /** A real mail server, where `smtp` is not played; played, it is a mailbox one can read. */
  readonly smtpUrl: string | undefined;
  /** Where webhooks go: the API's address without a path. */
  apiUrl(): string;
  readonly clock: Clock;
}

export interface RunningSandbox {
  readonly vendors: readonly string[];
  /** What a person would set to use these servers: addresses and keys, by the platform's own names. */
  readonly settings: Readonly<Record<string, string>>;
  /** Vendor → `http://127.0.0.1:<port>`. */
  readonly urls: Readonly<Record<string, string>>;
  /** Pages for people, to be mounted on the API: the mailbox. */
  readonly routes: FastifyPluginAsync | undefined;
  close(): Promise<void>;
}

interface Stage {
  readonly url: string;
  readonly settings: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The usual ports, so that tokens and links of one start are good in the next. */
const ports = {
  supabase: 4110,

  deepgram: 4112,
  groq: 4113,
  openai: 4114,
  telnyx: 4115,
  stripe: 4116,
  wompi: 4117,
  bold: 4118,
};

/** Keys of a kind, new at each start: nothing outside knows them. */
const key = (prefix: string) => `${prefix}${randomBytes(18).toString('hex')}`;

/** Starts the stand-ins that are asked for. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const { clock, apiUrl } = options;
  const dataDir = (name: string) => join(options.dataDir, 'sandbox', name);
  const plays = (vendor: string) => options.vendors.includes(vendor);
  const mailbox = plays('smtp')
    ? await startSmtpSandbox({ clock, dataDir: dataDir('smtp') })
    : undefined;

  const stages: Record<string, () => Promise<Stage>> = {
    async supabase() {
      const server = await startSupabaseSandbox({
        clock,
        port: ports.supabase,
        dataDir: dataDir('supabase'),
        // As in the Supabase CLI's own local projects: whoever tries things out does not wait a minute.
        settings: { mailIntervalMs: 1_000 },
        smtp: mailbox ?? (options.smtpUrl === undefined ? undefined : { url: options.smtpUrl }),
      });
      const settings = {
        SUPABASE_URL: server.url,
        SUPABASE_ANON_KEY: server.anonKey,
        SUPABASE_SERVICE_ROLE_KEY: server.serviceKey,
      };
      return { ...server, settings };
    },
    async deepgram() {
      const server = await startDeepgramSandbox({ clock, port: ports.deepgram });
      return {
        ...server,
        settings: { DEEPGRAM_BASE_URL: server.url, DEEPGRAM_API_KEY: key('dg_') },
      };
    },
    async groq() {
      // gpt-oss-120b writes about 500 tokens a second (console.groq.com/docs/models).
      const server = await startGroqSandbox({ clock, port: ports.groq, pace: { token_ms: 2 } });
      return { ...server, settings: { GROQ_BASE_URL: server.url, GROQ_API_KEY: key('gsk_') } };
    },
    async openai() {
      const server = await startOpenAiSandbox({
        clock,
        port: ports.openai,
        // An interview has a dozen long structured answers: nobody should wait for a stand-in to spell them.
        pace: { first_token_ms: 40, token_ms: 1 },
      });
      return {
        ...server,
        settings: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: key('sk-') },
      };
    },
    async telnyx() {
      const server = await startTelnyxSandbox({ clock, port: ports.telnyx });
      const settings = {
        TELNYX_BASE_URL: `${server.url}/v2`,
        TELNYX_API_KEY: key('KEY'),
        TELNYX_PUBLIC_KEY: server.publicKey,
        TELNYX_CONNECTION_ID: '1684641123236054244',
        TELNYX_FROM_NUMBER: '+576015550100',
      };
      return { ...server, settings };
    },
    async stripe() {
      const settings = {
        STRIPE_SECRET_KEY: key('sk_test_'),
        STRIPE_WEBHOOK_SECRET: key('whsec_'),
        STRIPE_PRICE_ID: 'price_pro',
      };
      const server = await startStripeSandbox({
        clock,
        port: ports.stripe,
        dataDir: dataDir('stripe'),
        secretKey: settings.STRIPE_SECRET_KEY,
        webhookSecret: settings.STRIPE_WEBHOOK_SECRET,
        webhookUrl: () => `${apiUrl()}/v1/webhooks/stripe`,
      });
      return { ...server, settings: { ...settings, STRIPE_BASE_URL: server.url } };
    },
    async wompi() {
      const keys = {
        publicKey: key('pub_test_'),
        privateKey: key('prv_test_'),
        integritySecret: key('test_integrity_'),
        eventsSecret: key('test_events_'),
      };
      const server = await startWompiSandbox({
        clock,
        port: ports.wompi,
        dataDir: dataDir('wompi'),
        ...keys,
        eventsUrl: () => `${apiUrl()}/v1/webhooks/wompi`,
      });
      const settings = {
        WOMPI_PUBLIC_KEY: keys.publicKey,
        WOMPI_PRIVATE_KEY: keys.privateKey,
        WOMPI_INTEGRITY_SECRET: keys.integritySecret,
        WOMPI_EVENTS_SECRET: keys.eventsSecret,
        WOMPI_BASE_URL: `${server.url}/v1`,
        WOMPI_CHECKOUT_URL: `${server.url}/p/`,
      };
      return { ...server, settings };
    },
    async bold() {
      const keys = { apiKey: key('bold_'), secretKey: key('bold_secret_') };
      const server = await startBoldSandbox({
        clock,
        port: ports.bold,
        dataDir: dataDir('bold'),
        ...keys,
        webhookUrl: () => `${apiUrl()}/v1/webhooks/bold`,
      });
      const settings = {
        BOLD_API_KEY: keys.apiKey,
        BOLD_SECRET_KEY: keys.secretKey,
        BOLD_BASE_URL: server.url,
      };
      return { ...server, settings };
    },
  };

  const running: [string, Stage][] = [];
  for (const [vendor, begin] of Object.entries(stages))
    if (plays(vendor)) running.push([vendor, await begin()]);

  return {
    vendors: [...running.map(([vendor]) => vendor), ...(mailbox ? ['smtp'] : [])],
    settings: Object.assign(
      mailbox ? { SMTP_URL: mailbox.url } : {},
      ...running.map(([, stage]) => stage.settings),
    ),
    urls: Object.fromEntries(running.map(([vendor, stage]) => [vendor, stage.url])),
    routes: mailbox && inboxRoutes(mailbox),
    async close() {
      await Promise.all(running.map(([, stage]) => stage.close()));
      await mailbox?.close();
    },
  };
}
