import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createApi, serveMetrics } from '@alo/api';
import { syncDisposableDomains } from '@alo/core/accounts';
import {
  createDb,
  createEmbeddedPool,
  createPostgresPool,
  findTemplate,
  migrate,
  type DatabasePool,
} from '@alo/core/db';
import { createMemoryCounters, createRedisCounters } from '@alo/core/counters';
import { createJobQueue, type QueueBackend } from '@alo/core/jobs';
import { createLog, microsFromMinor, newId, systemClock, type Log } from '@alo/core/kernel';
import type { Counters } from '@alo/core/ports';
import { createMetrics } from '@alo/core/metrics';
import { createVoiceApp, loadWebRtcVad, tuneForCalls } from '@alo/voice';
import { createWorkers } from '@alo/workers';
import {
  assertComplete,
  readPlatformSettings,
  readVendorSettings,
  unconfiguredVendors,
  vendors,
  type Environment,
  type PlatformSettings,
} from './config.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { countCalls } from './metrics.ts';
import { choosePort } from './ports.ts';
import { createProviders } from './providers.ts';
import { hostSandbox, joinSandbox } from './sandbox-host.ts';
import { createServices } from './services.ts';

export const platformParts = ['api', 'voice', 'workers', 'sandbox'] as const;
export type PlatformPart = (typeof platformParts)[number];

export interface PlatformOptions {
  /** What to run in this process; everything by default. */
  readonly parts?: readonly PlatformPart[];
  /** Settings; the process's environment by default. */
  readonly env?: Environment;
  readonly log?: Log;
  /** What counts requests and tries; on Redis or in this process by default, as the settings say. */
  readonly counters?: Counters;
}

export interface Platform {
  readonly apiUrl: string;
  /** `ws://…` */
  readonly voiceUrl: string;
  /** Vendors that the sandbox plays. */
  readonly sandbox: readonly string[];
  readonly sandboxUrls: Readonly<Record<string, string>>;
  /**
   * Takes no more calls and is no longer ready; lets running calls end by themselves for
   * `ALO_DRAIN_SECONDS`, then says goodbye to their callers. Everything else goes on meanwhile.
   */
  drain(): Promise<void>;
  /** Ends running calls, waits for running jobs, closes everything in reverse order. */
  close(): Promise<void>;
}

/** What has to be closed again, last first. */
class Closers {
  readonly #closers: (() => unknown)[] = [];
  add(close: () => unknown): void {
    this.#closers.push(close);
  }
  async close(): Promise<void> {
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) await close();
  }
}

/**
 * Starts the platform, or a part of it. Throws ConfigError with every setting at fault. What has
 * been started is closed again when a later step fails.
 */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: PlatformOptions, closers: Closers): Promise<Platform> {
  // The one place where the environment is read.
  // oxlint-disable-next-line eslint/no-restricted-properties
  const env = options.env ?? process.env;
  const parts = new Set(options.parts ?? platformParts);
  const settings = readPlatformSettings(env);
  const log = options.log ?? createLog({ level: settings.ALO_LOG_LEVEL });
  const clock = systemClock;
  const missing = unconfiguredVendors(env);
  assertComplete(settings, missing);
  const runs = (part: PlatformPart) => parts.has(part);
  const servesParts = runs('api') || runs('voice') || runs('workers');
  const alone = settings.DATABASE_URL === undefined;
  if (alone && servesParts && !(runs('api') && runs('voice') && runs('workers'))) {
    throw new Error(
      'api, voice and workers can only run apart on a shared database: set DATABASE_URL',
    );
  }

  const dataDir = resolve(settings.ALO_DATA_DIR);
  mkdirSync(dataDir, { recursive: true });
  if (alone && servesParts) {
    const lock = await lockDataDir(dataDir);
    closers.add(() => lock.release());
  }

  const { ALO_HOST: host } = settings;
  const apiPort = runs('api')
    ? await choosePort(host, settings.ALO_API_PORT, 4000)
    : (settings.ALO_API_PORT ?? 4000);
  const voicePort = runs('voice')
    ? await choosePort(host, settings.ALO_VOICE_PORT, 4001)
    : (settings.ALO_VOICE_PORT ?? 4001);
  const apiUrl = `http://${host}:${apiPort}`;
  const publicUrl = settings.ALO_PUBLIC_URL ?? apiUrl;
  const voiceUrl = settings.ALO_VOICE_URL ?? `ws://${host}:${voicePort}`;

  const sandbox = await openSandbox();
  if (!servesParts)
    return {
      apiUrl,
      voiceUrl,
      sandbox: sandbox.vendors,
      sandboxUrls: sandbox.urls,
      drain: async () => undefined,
      close: () => closers.close(),
    };

  const vendorSettings = readVendorSettings({ ...env, ...sandbox.settings }, settings.ALO_ENV);
  const loopbackWebhooks =
    settings.ALO_ENV !== 'production' && settings.ALO_WEBHOOKS_LOOPBACK !== 'refuse';
  // Health is told of from the moment there is somebody to tell.
  let tellHealth: ((provider: string, health: 'down' | 'up') => Promise<void>) | undefined;
  const providers = createProviders(vendorSettings, {
    clock,
    log,
    loopbackWebhooks,
    onHealth: (provider, health) =>
      void tellHealth?.(provider, health).catch((error: unknown) =>
        log.error({ err: error, provider }, 'provider health not recorded'),
      ),
  });
  closers.add(() => providers.reader.close());
  closers.add(() => providers.webhookSender.close());
  closers.add(() => providers.mailer.close());
  // Before the first thread starts: some of it concerns those that start from then on.
  if (runs('voice')) tuneForCalls();
  const pool = await openDatabase(settings, dataDir);
  closers.add(() => pool.end());
  pool.on('error', (error) => log.error({ err: error }, 'database connection lost'));
  await migrate(pool);
  await providers.storage.prepare();
  const db = createDb(pool);
  await syncDisposableDomains(db);
  const backend: QueueBackend =
    settings.REDIS_URL === undefined
      ? { type: 'postgres', pool }
      : { type: 'redis', url: settings.REDIS_URL };
  const jobs = createJobQueue(backend, log);
  closers.add(() => jobs.close());
  const metrics = createMetrics({ jobsByState: () => jobs.counts() });
  closers.add(() => metrics.close());
  const metricsAccess = {
    token: settings.ALO_METRICS_TOKEN,
    loopback: settings.ALO_ENV !== 'production',
  };

  const redisCounters =
    settings.REDIS_URL === undefined
      ? undefined
      : createRedisCounters({ url: settings.REDIS_URL, clock, log });
  if (redisCounters) closers.add(() => redisCounters.close());
  const counters = options.counters ?? redisCounters ?? createMemoryCounters(clock);

  const services = await createServices({
    db,
    jobs,
    providers,
    clock,
    newId,
    log,
    instance: newId('ins'),
    publicUrl,
    voiceUrl,
    testFromNumber: vendorSettings.telnyx.TELNYX_FROM_NUMBER,
    topUpProvider: settings.ALO_TOP_UP_PROVIDER,
    counters,
    // Beside a single real vendor, what is meant as a test could reach it.
    sandboxed: missing.length === vendors.length,
    portalUrl: settings.ALO_PORTAL_URL,
    freeCreditMicros: microsFromMinor(settings.ALO_FREE_CREDIT),
    platformAdmins: settings.ALO_PLATFORM_ADMINS,
  });
  tellHealth = (provider, health) =>
    health === 'down'
      ? services.alerts.providerDown(provider)
      : services.alerts.providerUp(provider);
  closers.add(() => services.watcher.close());
  closers.add(() => services.eventWatcher.close());

  const leave = await services.callRuntime.register();
  closers.add(leave);

  // Before anything new is dialled: what an earlier process left open is settled.
  await services.callRuntime.sweep({ alone });

  let draining = false;
  let drainCalls = async () => undefined as void;
  if (runs('voice')) {
    const voice = await createVoiceApp({
      runtime: countCalls(services.callRuntime, metrics),
      stt: providers.stt,
      tts: providers.tts,
      llm: providers.phoneLlm,
      vad: settings.ALO_VOICE_VAD === 'webrtc' ? await loadWebRtcVad() : undefined,
      spoolDir: join(dataDir, 'spool'),
      manners: {
        speculation: settings.ALO_VOICE_SPECULATION === 'on',
        ...(settings.ALO_VOICE_END_OF_TURN ? { endOfTurn: settings.ALO_VOICE_END_OF_TURN } : {}),
      },
      async searchKnowledge(orgId, query, signal) {
        const found = await services.knowledge.searchForCall(orgId, query, signal);
        return found.map(({ text, filename }) => ({ text, source: filename }));
      },
      clock,
      log,
    });
    closers.add(() => voice.close());
    serveMetrics(voice, metrics, metricsAccess);
    drainCalls = () => voice.drain(settings.ALO_DRAIN_SECONDS * 1_000);
    await voice.listen({ host, port: voicePort });
  }
  if (runs('workers')) {
    const workers = createWorkers({ backend, ...services, clock, log, concurrency: 8 });
    closers.add(() => workers.close());
  }
  if (runs('api')) {
    const api = await createApi({
      ...services,
      providers,
      db,
      isDraining: () => draining,
      counters,
      metrics,
      clock,
      log,
      trustedProxies: settings.ALO_TRUSTED_PROXIES,
      sandbox: { vendors: sandbox.vendors, urls: sandbox.urls, routes: sandbox.routes },
    });
    closers.add(() => api.close());
    serveMetrics(api, metrics, metricsAccess);
    await api.listen({ host, port: apiPort });
  }
  log.info(
    { parts: [...parts], api: apiUrl, voice: voiceUrl, sandbox: sandbox.vendors },
    'platform ready',
  );
  return {
    apiUrl,
    voiceUrl,
    sandbox: sandbox.vendors,
    sandboxUrls: sandbox.urls,
    async drain() {
      draining = true;
      services.callRuntime.stopDialing();
      await drainCalls();
    },
    close: () => closers.close(),
  };

  async function openSandbox() {
    if (missing.length === 0 && !runs('sandbox'))
      return { vendors: [], settings: {}, urls: {}, routes: undefined };
    // The api hosts the sandbox unless one runs apart already.
    if (runs('api') || runs('sandbox')) {
      const hosted = await hostSandbox({
        dataDir,
        vendors: missing,
        smtpUrl: env['SMTP_URL'],
        apiUrl: () => publicUrl,
        clock,
      });
      closers.add(() => hosted.close());
      return hosted;
    }
    return { ...(await joinSandbox(dataDir, clock)), routes: undefined };
  }
}

async function openDatabase(settings: PlatformSettings, dataDir: string): Promise<DatabasePool> {
  if (settings.DATABASE_URL !== undefined) return createPostgresPool(settings.DATABASE_URL, 20);
  const template = await findTemplate();
  return createEmbeddedPool({
    dataDir: join(dataDir, 'postgres'),
    ...(template ? { template } : {}),
  });
}
