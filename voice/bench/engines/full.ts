/**
 * The engine as it is deployed: call runtime, wallet and ledger on a database, recording, voice
 * activity, the vendors' adapters; only the carrier's REST side and the file store are left out, which no
 * turn waits for.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentsService } from '@alo/core/agents';
import { createCallRuntime, createCallsService, createCallWatcher } from '@alo/core/calls';
import { createDb, createEmbeddedPool, ensureTemplate, type Db } from '@alo/core/db';
import { createLog, newId, Secret, systemClock as clock, type Id } from '@alo/core/kernel';
import type { TelephonyProvider } from '@alo/core/ports';
import { createTestDb } from '@alo/core/testing';
import { createRatesService } from '@alo/core/rates';
import { createWalletService } from '@alo/core/wallet';
import { createDeepgramStt, createDeepgramTts } from '@alo/providers/deepgram';
import {
  createBreaker,
  createFailoverLlm,
  createFailoverStt,
  createFailoverTts,
} from '@alo/providers/failover';
import { createGroqLlm } from '@alo/providers/groq';
import { createVoiceApp, loadWebRtcVad, tuneForCalls, telnyxMediaPath } from '../../app.ts';
import type { Line } from '../driver/main.ts';
import { serveParent } from '../ipc.ts';
import { readBooks } from './books.ts';
import { createLowWater, createMeter, starvedMs } from './meter.ts';

export interface FullEngineOptions {
  /** `host:port` of the providers' stand-ins. */
  readonly providers: string;
  readonly database: 'embedded' | 'postgres';
  readonly sttModel: 'nova-3' | 'flux-general-multi';
  /** Whether answers are begun before the caller has surely finished. */
  readonly speculation: boolean;
}

/** What the engine kept of its calls. */
export interface Kept {
  readonly calls: number;
  readonly ended: number;
  readonly turns: number;
  readonly events: number;
  readonly charges: number;
  readonly holds: number;
  readonly recordings: number;
  /** What it logged as a warning or worse, and how often. */
  readonly complaints: Readonly<Record<string, number>>;
}

const options = JSON.parse(process.argv[2] ?? '{}') as FullEngineOptions;
const complaints: Record<string, number> = {};
const log = createLog({
  destination: {
    write(line: string) {
      const { level, msg, err } = JSON.parse(line) as { level: number; msg: string; err?: Error };
      if (level < 40) return;
      const what = err ? `${msg}: ${err.message}` : msg;
      complaints[what] = (complaints[what] ?? 0) + 1;
    },
  },
});
const common = { clock, newId, log };
const key = new Secret('bench');
const vendor = { apiKey: key, baseUrl: `http://${options.providers}`, clock, log };

const watched = <P>(provider: P) => ({ provider, breaker: createBreaker({ clock }) });

/** Embedded on disk, as `npm start` has it; or a new database on the server at TEST_DATABASE_URL. */
async function openDb(): Promise<{ db: Db; close(): Promise<void> }> {
  if (options.database === 'postgres') return createTestDb();
  const folder = await mkdtemp(join(tmpdir(), 'alo-bench-'));
  const pool = await createEmbeddedPool({
    dataDir: join(folder, 'postgres'),
    template: await ensureTemplate(),
  });
  return {
    db: createDb(pool),
    async close() {
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start() {
  tuneForCalls();
  const { db, close } = await openDb();
  const orgId = newId('org');
  const wallet = createWalletService({ db, ...common });
  const agents = createAgentsService({ db, ...common });
  await db.withSystem(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'Panadería', plan: 'pro', founded_by: null })
      .execute();
    await wallet.credit(tx, {
      orgId,
      amountMicros: 10n ** 15n,
      kind: 'adjustment',
      sourceId: 'bench',
    });
  });
  const agent = await agents.create({ orgId }, { config: { business_name: 'La Espiga' } });

  const streams = new Map<string, Line>();
  let recordings = 0;
  const telephony: TelephonyProvider = {
    name: 'telnyx',
    async dial(request) {
      const carrierCallId = `v3:${request.callId}`;
      const headers = { 'x-telnyx-streaming-auth-token': request.streamToken };
      streams.set(request.callId, { url: request.streamUrl, headers, carrierCallId });
      return { carrierCallId, carrierLegId: carrierCallId };
    },
    hangup: async () => undefined,
    parseWebhook: () => Promise.reject(new Error('the bench reports nothing')),
  };
  const storage = {
    put: async () => void (recordings += 1),
    get: async () => null,
  };
  const address = { url: '' };
  const runtime = createCallRuntime({
    ...common,
    db,
    wallet,
    agents,
    jobs: { enqueue: async () => undefined },
    storage,
    telephony,
    instance: newId('ins'),
    get mediaUrl() {
      return `${address.url}${telnyxMediaPath}`;
    },
    webhookUrl: 'http://127.0.0.1:9/',
  });
  const watcher = await createCallWatcher({ db, clock });
  const calls = createCallsService({
    ...common,
    db,
    wallet,
    rates: createRatesService({ db, clock }),
    agents,
    jobs: {
      enqueue: (_name, payload) => runtime.dial((payload as { call_id: Id<'call'> }).call_id),
    },
    storage,
    watcher,
    testFromNumber: '+576015550100',
    carrier: 'telnyx',
  });
  const voice = await createVoiceApp({
    runtime,
    stt: createFailoverStt([watched(createDeepgramStt({ ...vendor, model: options.sttModel }))]),
    tts: createFailoverTts([watched(createDeepgramTts(vendor))], { clock }),
    llm: createFailoverLlm([watched(createGroqLlm(vendor))], { clock }),
    vad: await loadWebRtcVad(),
    manners: { speculation: options.speculation },
    searchKnowledge: async () => [],
    clock,
    log,
  });
  await voice.listen({ host: '127.0.0.1', port: 0 });
  address.url = `ws://127.0.0.1:${(voice.server.address() as AddressInfo).port}`;
  return {
    async line(): Promise<Line> {
      const call = await calls.startTest({ orgId }, { agentId: agent.id, to: '+573001112233' });
      const line = streams.get(call.id);
      if (!line) throw new Error('the call was not dialled');
      streams.delete(call.id);
      return line;
    },
    kept: () =>
      db.withSystem(async (tx): Promise<Kept> => {
        const count = async (table: 'calls' | 'call_turns' | 'call_events' | 'wallet_entries') => {
          const counted = await tx
            .selectFrom(table)
            .select((query) => query.fn.countAll<bigint>().as('rows'))
            .executeTakeFirstOrThrow();
          return Number(counted.rows);
        };
        const ended = await tx
          .selectFrom('calls')
          .select('id')
          .where('ended_at', 'is not', null)
          .execute();
        const holds = await tx.selectFrom('wallet_holds').select('source_id').execute();
        return {
          calls: await count('calls'),
          ended: ended.length,
          turns: await count('call_turns'),
          events: await count('call_events'),
          charges: (await count('wallet_entries')) - 1,
          holds: holds.length,
          recordings,
          complaints,
        };
      }),
    books: () => db.withSystem(readBooks),
    async close() {
      await voice.close();
      await watcher.close();
      await close();
    },
  };
}

const engine = start();
const meter = createMeter();
/** Only a soak has it: looking costs time that the bench would count. */
let water: ReturnType<typeof createLowWater> | null = null;

serveParent({
  ready: async () => void (await engine),
  /** Where so many calls may connect: each a call of its own, paid from the wallet. */
  async lines(count: number) {
    const { line } = await engine;
    const lines: Line[] = [];
    for (let i = 0; i < count; i++) lines.push(await line());
    return lines;
  },
  kept: async () => (await engine).kept(),
  books: async () => (await engine).books(),
  watchMemory: () => void (water = createLowWater()),
  /** The least that was held since the question before. */
  held: () => water?.read() ?? Number.NaN,
  starved: () => starvedMs(),
  start: () => meter.start(),
  lap: () => meter.lap(),
  stop: () => meter.stop(),
  close: async () => (await engine).close(),
});
