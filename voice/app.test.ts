import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createAgentsService } from '@alo/core/agents';
import {
  createCallRuntime,
  createCallsService,
  createCallWatcher,
  type CallRuntime,
  type CallsService,
} from '@alo/core/calls';
import type { OrgScope } from '@alo/core/db';
import {
  createLog,
  newId,
  Secret,
  sha256Hex,
  systemClock as clock,
  type Id,
} from '@alo/core/kernel';
import { wholeFile, type FileContent } from '@alo/core/ports';
import { createTestDb, type TestDb } from '@alo/core/testing';
import { createRatesService } from '@alo/core/rates';
import { createWalletService } from '@alo/core/wallet';
import { createDeepgramStt, createDeepgramTts } from '@alo/providers/deepgram';
import { createGroqLlm } from '@alo/providers/groq';
import { createTelnyxTelephony } from '@alo/providers/telnyx';
import { startDeepgramSandbox } from '@alo/sandbox/deepgram';
import { startGroqSandbox } from '@alo/sandbox/groq';
import type { SandboxServer } from '@alo/sandbox/kit';
import { startTelnyxSandbox, type TelnyxSandbox } from '@alo/sandbox/telnyx';
import { createVoiceApp } from './app.ts';
import { lines } from './call/lines.ts';
import { levelDbfs } from './media/vad.ts';

// Whole calls over loopback sockets: the vendors' SDKs, the sandbox's wire formats, a real database.
const log = createLog({ level: 'silent' });
const key = new Secret('test-key');
let t: TestDb;
let servers: SandboxServer[];
let telnyx: TelnyxSandbox;
let voice: FastifyInstance;
let runtime: CallRuntime;
let calls: CallsService;
let closeWatcher: () => Promise<void>;
let voiceUrl: string;
let agentId: Id<'agt'>;
/** Whether a queued call is dialled, as a worker would. */
let dialsNow = true;
const files = new Map<string, Uint8Array>();
const scope: OrgScope = { orgId: newId('org') };

beforeAll(async () => {
  t = await createTestDb();
  const { db } = t;
  const deepgram = await startDeepgramSandbox({});
  const groq = await startGroqSandbox({});
  telnyx = await startTelnyxSandbox({ ringMs: 50 });
  servers = [deepgram, groq, telnyx];
  const wallet = createWalletService({ db, newId, clock });
  const agents = createAgentsService({ db, clock, newId });
  await db.withSystem(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: scope.orgId, name: 'Pan', plan: 'pro', founded_by: null })
      .execute();
    await wallet.credit(tx, {
      orgId: scope.orgId,
      amountMicros: 50_000_000_000n,
      kind: 'adjustment',
      sourceId: 'seed',
    });
  });
  agentId = (await agents.create(scope, { config: { business_name: 'Panadería La Espiga' } })).id;
  const watcher = await createCallWatcher({ db, clock });
  closeWatcher = () => watcher.close();
  const jobs = {
    enqueue: async (_name: string, payload: unknown) => {
      if (dialsNow) void runtime.dial((payload as { call_id: Id<'call'> }).call_id);
    },
  };
  const storage = {
    put: async (_bucket: string, path: string, content: FileContent) =>
      void files.set(path, await wholeFile(content)),
    get: async (_bucket: string, path: string) => files.get(path) ?? null,
  };
  const rates = createRatesService({ db, clock });
  const common = { db, wallet, rates, agents, clock, newId, log, jobs, storage };
  calls = createCallsService({
    ...common,
    watcher,
    testFromNumber: '+576015550100',
    carrier: 'telnyx',
  });
  // The address is known once the engine listens, and the engine needs the runtime: bound late.
  const address = { url: '' };
  runtime = createCallRuntime({
    ...common,
    telephony: createTelnyxTelephony({
      apiKey: key,
      publicKey: telnyx.publicKey,
      connectionId: 'c',
      baseUrl: `${telnyx.url}/v2`,
      clock,
      log,
    }),
    instance: newId('ins'),
    get mediaUrl() {
      return `${address.url}/media/telnyx`;
    },
    webhookUrl: 'http://127.0.0.1:9/v1/webhooks/telnyx',
  });
  voice = await createVoiceApp({
    runtime,
    stt: createDeepgramStt({ apiKey: key, baseUrl: deepgram.url, clock, log }),
    tts: createDeepgramTts({ apiKey: key, baseUrl: deepgram.url, clock, log }),
    llm: createGroqLlm({ apiKey: key, baseUrl: groq.url, clock, log }),
    searchKnowledge: async () => [
      { text: 'Torta de chocolate ..... $ 45.000\nCroissant ..... $ 4.200', source: 'precios.pdf' },
    ],
    clock,
    log,
  });
  await voice.listen({ host: '127.0.0.1', port: 0 });
  voiceUrl = `ws://127.0.0.1:${(voice.server.address() as AddressInfo).port}`;
  address.url = voiceUrl;
});
afterAll(async () => {
  await voice.close();
  await closeWatcher();
  await Promise.all(servers.map((server) => server.close()));
  await t.close();
});

/** Rings `to` and resolves with the call once it has ended. */
async function ringAndWait(to: string, lines: unknown[]) {
  await fetch(`${telnyx.url}/__sandbox/callers/${encodeURIComponent(to)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines }),
  });
  const { id } = await calls.startTest(scope, { agentId, to });
  await ended(id);
  return calls.get(scope, id);
}

async function ended(id: Id<'call'>): Promise<void> {
  const watch = await calls.watchEvents(scope, id, -1);
  for await (const _ of watch(AbortSignal.timeout(90_000)));
}

/** A call that is being dialled, and the token of its socket; nobody rings. */
async function dialing(): Promise<{ id: Id<'call'>; token: string }> {
  dialsNow = false;
  const { id } = await calls.startTest(scope, { agentId, to: '+573001119999' });
  dialsNow = true;
  const token = `token-${id}`;
  await t.db.withSystem((tx) =>
    tx
      .updateTable('calls')
      .set({ status: 'dialing', stream_token_hash: sha256Hex(token), dialed_at: new Date() })
      .where('id', '=', id)
      .execute(),
  );
  return { id: id as Id<'call'>, token };
}

const connect = (token: string, headers = {}) =>
  new WebSocket(`${voiceUrl}/media/telnyx/${token}`, { headers });
const startFrame = (callControlId: string) =>
  JSON.stringify({
    event: 'start',
    stream_id: 's',
    start: {
      call_control_id: callControlId,
      media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
    },
  });

describe('a call over loopback', () => {
  it('is greeted, answered from the knowledge, ended by a goodbye, recorded on both sides and paid once', async () => {
    const call = await ringAndWait('+573001112233', [
      'Buenas, ¿cuánto vale la torta de chocolate?',
      'Muchas gracias, eso es todo, hasta luego.',
    ]);
    expect(call).toMatchObject({
      status: 'completed',
      end_reason: 'agent_hangup',
      recording_available: true,
    });
    const [greeting, price, goodbye] = call.turns;
    expect(greeting).toMatchObject({ caller: null, voice_to_voice_ms: null });
    expect(greeting?.agent).toContain('Panadería La Espiga');
    expect(price?.caller).toBe('Buenas, ¿cuánto vale la torta de chocolate?');
    expect(price?.agent).toContain('45.000');
    expect(goodbye?.caller).toContain('eso es todo');
    for (const turn of [price, goodbye]) {
      const {
        caller_end_ms: heard,
        end_of_turn_ms: over,
        llm_first_token_ms: token,
        tts_first_byte_ms: byte,
        audio_out_ms: out,
      } = turn ?? {};
      // The answer may have been begun before the turn was over: it is heard after it all the same.
      for (const moments of [
        [heard, over, out],
        [heard, token, byte, out],
      ])
        expect(moments).toEqual(moments.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
      expect(turn?.voice_to_voice_ms).toBe((out ?? 0) - (heard ?? 0));
    }

    const wav = Buffer.from(await calls.getRecording(scope, call.id as Id<'call'>));
    const samples = new Int16Array(wav.buffer, wav.byteOffset + 44, (wav.length - 44) / 2);
    expect(samples.length / 16).toBeCloseTo(call.duration_ms ?? 0, -2);
    for (const side of [0, 1])
      expect(levelDbfs(samples.filter((_, index) => index % 2 === side))).toBeGreaterThan(-45);

    const { rows } = await t.pool.query('select amount from wallet_entries where source_id = $1', [
      call.id,
    ]);
    expect(rows).toEqual([{ amount: -BigInt(call.cost?.amount ?? 0) * 10_000n }]);
  });

  it('falls silent when the caller cuts in, and answers what they said', async () => {
    const call = await ringAndWait('+573001112234', [
      { say: 'No, espere, ¿cuánto vale el croissant?', interrupt_after_ms: 700 },
      'Gracias, eso es todo, chao.',
    ]);
    const [greeting, price] = call.turns;
    expect(greeting?.interrupted).toBe(true);
    expect(
      '¡Aló! Habla con Panadería La Espiga. ¿En qué le puedo ayudar?'.startsWith(
        greeting?.agent ?? 'x',
      ),
    ).toBe(true);
    expect(price?.agent).toContain('4.200');
  });
});

describe('a call whose money runs out', () => {
  it('is told, hears goodbye and is hung up, and costs no more than was held', async () => {
    const { db } = t;
    const poor: OrgScope = { orgId: newId('org') };
    const wallet = createWalletService({ db, newId, clock });
    await db.withSystem(async (tx) => {
      await tx
        .insertInto('organizations')
        .values({ id: poor.orgId, name: 'Pan', plan: 'pro', founded_by: null })
        .execute();
      // A minute's worth, of which the rate below makes half a minute.
      await wallet.credit(tx, {
        orgId: poor.orgId,
        amountMicros: 350_000_000n,
        kind: 'adjustment',
        sourceId: newId('pay'),
      });
    });
    const config = { business_name: 'Panadería La Espiga' };
    const agent = await createAgentsService({ db, clock, newId }).create(poor, { config });
    const to = '+573001112236';
    await fetch(`${telnyx.url}/__sandbox/callers/${encodeURIComponent(to)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        lines: Array(8).fill('Buenas, ¿cuánto vale la torta de chocolate?'),
      }),
    });
    dialsNow = false;
    const id = (await calls.startTest(poor, { agentId: agent.id, to })).id as Id<'call'>;
    dialsNow = true;
    await db.withSystem((tx) =>
      tx
        .updateTable('calls')
        .set((row) => ({ rate_per_minute: row('rate_per_minute', '*', 2n) }))
        .where('id', '=', id)
        .execute(),
    );
    await runtime.dial(id);
    const watch = await calls.watchEvents(poor, id, -1);
    for await (const _ of watch(AbortSignal.timeout(60_000)));

    const call = await calls.get(poor, id);
    expect(call).toMatchObject({ status: 'completed', end_reason: 'funds_exhausted' });
    expect(call.duration_ms).toBeLessThanOrEqual(30_000);
    const said = call.turns.map(({ agent }) => agent);
    expect(said.some((text) => text.includes(lines.es.fundsLow))).toBe(true);
    expect(said.at(-1)).toBe(lines.es.fundsGoodbye);
    const receipt = await calls.getReceipt(poor, id);
    expect(receipt.hold.held.amount).toBe(35_000);
    expect(receipt.amount.amount).toBeLessThanOrEqual(35_000);
    expect(receipt.amount.amount).toBe(
      Math.ceil((70_000 * Math.ceil((call.duration_ms ?? 0) / 1_000)) / 60),
    );
    expect((await wallet.get(poor)).heldMicros).toBe(0n);
    expect((await wallet.verify(poor)).faults).toEqual([]);
  }, 60_000);
});

describe('an operator of another process', () => {
  it('speaks in the call, and hangs it up; its events say who', async () => {
    const { id, token } = await dialing();
    const socket = connect(token);
    await once(socket, 'open');
    socket.send(startFrame('v3:operated'));
    await once(socket, 'message');
    const operator: OrgScope = { ...scope, userId: newId('usr') };
    await calls.order(operator, id, { type: 'take_over' });
    await calls.order(operator, id, { type: 'say', text: 'Habla Ana, la dueña.' });
    await calls.order(operator, id, { type: 'whisper', text: 'Sea breve.' });
    await calls.order(operator, id, { type: 'hand_back' });
    await calls.order(operator, id, { type: 'hang_up' });
    await ended(id);
    const by = operator.userId;
    const events = await calls.listEvents(scope, id);
    expect(events.filter(({ type }) => type.startsWith('operator.'))).toMatchObject([
      { type: 'operator.took_over', data: { by } },
      { type: 'operator.said', data: { by, text: 'Habla Ana, la dueña.' } },
      { type: 'operator.whispered', data: { by, text: 'Sea breve.' } },
      { type: 'operator.handed_back', data: { by } },
      { type: 'operator.hung_up', data: { by } },
    ]);
    expect(await calls.get(scope, id)).toMatchObject({ end_reason: 'agent_hangup' });
    await expect(calls.order(operator, id, { type: 'hang_up' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the media socket', () => {
  it('opens for the token of a call that is being dialled only', async () => {
    const { token } = await dialing();
    for (const [given, headers] of [
      ['forged', {}],
      [token, { 'x-telnyx-streaming-auth-token': 'another' }],
    ] as const) {
      const [, answer] = await once(connect(given, headers), 'unexpected-response');
      expect(answer.statusCode).toBe(401);
    }
    const socket = connect(token, { 'x-telnyx-streaming-auth-token': token });
    await once(socket, 'open');
    socket.close();
  });

  it('serves a token once, and settles the call when its socket drops', async () => {
    const { id, token } = await dialing();
    const socket = connect(token);
    await once(socket, 'open');
    socket.send(startFrame('v3:mine'));
    await once(socket, 'message');
    const [, answer] = await once(connect(token), 'unexpected-response');
    expect(answer.statusCode).toBe(401);
    socket.terminate();
    await ended(id);
    expect(await calls.get(scope, id)).toMatchObject({
      status: 'failed',
      end_reason: 'carrier_error',
    });
  });

  it('turns away a peer that does not speak the format', async () => {
    const { token } = await dialing();
    const socket = connect(token);
    await once(socket, 'open');
    for (let i = 0; i < 60; i++) socket.send('{"event":"nonsense"}');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1003);
  });

  it('does not take a frame beyond the limit', async () => {
    const { token } = await dialing();
    const socket = connect(token);
    await once(socket, 'open');
    socket.send('x'.repeat(100_000));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
  });
});
