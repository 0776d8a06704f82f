import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { AgentForCall } from '@alo/core/agents';
import type { ClaimedCall } from '@alo/core/calls';
import {
  createLog,
  createVirtualClock,
  decodeAlaw,
  encodeAlaw,
  newId,
  type VirtualClock,
} from '@alo/core/kernel';
import { wholeFile } from '@alo/core/ports';
import { createVoiceApp, type VoiceApp } from './app.ts';
import type { CallKeeper } from './call-socket.ts';
import { telnyxCarrier } from './carriers/telnyx.ts';
import { createLine } from './line.ts';
import type { Closing, MediaSocket } from './media-socket.ts';
import { lines } from './call/lines.ts';
import {
  createScriptedLlm,
  createScriptedStt,
  createScriptedTts,
  done,
  text,
} from './call/testing.ts';

// Media sockets over loopback on a virtual clock: the carrier misbehaves, the engine's manners show.
const GREETING = 'Aló, buenas, habla con la panadería.';
const agent = {
  config: { business_name: 'Pan', services: [] },
  systemPrompt: 'Eres la panadería.',
  greeting: GREETING,
  language: 'es',
  businessName: 'Pan',
} as unknown as AgentForCall;

type Finished = Parameters<CallKeeper['finish']>[1];

/** Records of calls in memory: each token is a call that is being dialled. */
function createKeeper() {
  const dialing = new Map<string, { carrier: string; call: ClaimedCall }>();
  const events: string[] = [];
  const said: string[] = [];
  const finished: Finished[] = [];
  const recordings: Uint8Array[] = [];
  const claims: string[] = [];
  let report = (_callId: string) => undefined as void;
  let awaits = (_agent: AgentForCall, _carrier: string) => undefined as void;
  const keeper: CallKeeper = {
    admits: async (token, carrier = 'telnyx') => dialing.get(token)?.carrier === carrier,
    async claim(token, carrierCallId, carrier = 'telnyx') {
      const found = dialing.get(token);
      if (found?.carrier !== carrier || found.call.carrierCallId !== carrierCallId) return null;
      dialing.delete(token);
      claims.push(token);
      return found.call;
    },
    async finish(_call, outcome) {
      // What is on the disk is gone when this is over.
      if (outcome.recording) recordings.push(await wholeFile(outcome.recording));
      finished.push(outcome);
    },
    hangup: async () => undefined,
    heartbeat: async () => undefined,
    async keep(records) {
      for (const event of records.flatMap((record) => record.events)) {
        events.push(event.type);
        if (event.type === 'agent.speaking') said.push(String(event.data['text']));
      }
    },
    async onDialing(onDialing) {
      awaits = onDialing;
      return async () => undefined;
    },
    onOrder: async () => async () => undefined,
    async onHangupReported(onHangup) {
      report = onHangup;
      return async () => undefined;
    },
    watchFunds: () => () => undefined,
  };
  return {
    keeper,
    events,
    said,
    finished,
    recordings,
    claims,
    report: (callId: string) => report(callId),
    /** A phone rings for this agent. */
    awaits: (carrier: string, whose = agent) => awaits(whose, carrier),
    ring(token: string, carrier = 'telnyx', whose = agent): ClaimedCall {
      const carrierCallId = carrier === 'telnyx' ? 'v3:mine' : null;
      const call = { callId: newId('call'), orgId: newId('org'), carrierCallId, agent: whose };
      dialing.set(token, { carrier, call });
      return call;
    },
  };
}

let clock: VirtualClock;
let voice: VoiceApp;
let url: string;
let records: ReturnType<typeof createKeeper>;
let stt: ReturnType<typeof createScriptedStt>;
let tts: ReturnType<typeof createScriptedTts>;

beforeEach(async () => {
  clock = createVirtualClock();
  records = createKeeper();
  stt = createScriptedStt();
  tts = createScriptedTts(clock);
  voice = await createVoiceApp({
    runtime: records.keeper,
    stt,
    tts,
    llm: createScriptedLlm(clock, () => [text('A las siete.'), done]),
    searchKnowledge: async () => [],
    clock,
    log: createLog({ level: 'silent' }),
  });
  await voice.listen({ host: '127.0.0.1', port: 0 });
  url = `ws://127.0.0.1:${(voice.server.address() as AddressInfo).port}`;
});
afterEach(() => voice.close());

interface Peer {
  readonly socket: WebSocket;
  readonly got: { event: string }[];
  readonly closed: Promise<number>;
  send(message: object): void;
  media(sequence: number, fill?: number): void;
}

async function connect(token: string, path = 'telnyx', options: ClientOptions = {}): Promise<Peer> {
  const socket = new WebSocket(`${url}/media/${path}/${token}`, options);
  const got: { event: string }[] = [];
  const closed = once(socket, 'close').then(([code]) => Number(code));
  socket.on('message', (data, isBinary) => {
    const said: { event: string; media?: { payload: string } } = isBinary
      ? { event: 'audio' }
      : JSON.parse(String(data));
    // A message may hold several frames.
    const frames = said.media ? Buffer.byteLength(said.media.payload, 'base64') / 160 : 1;
    for (let i = 0; i < frames; i++) got.push(said);
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const send = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    got,
    closed,
    send,
    media: (sequence, fill = 0xff) =>
      send({
        event: 'media',
        media: {
          track: 'inbound',
          chunk: String(sequence),
          payload: Buffer.alloc(160, fill).toString('base64'),
        },
      }),
  };
}

const refusal = async (token: string, path = 'telnyx'): Promise<number> => {
  const [, answer] = await once(
    new WebSocket(`${url}/media/${path}/${token}`),
    'unexpected-response',
  );
  return answer.statusCode;
};

const start = (callControlId = 'v3:mine', encoding = 'PCMU') => ({
  event: 'start',
  stream_id: 's',
  start: {
    call_control_id: callControlId,
    media_format: { encoding, sample_rate: 8000, channels: 1 },
  },
});

/** Lets sockets and timers do their work until it holds. */
const until = (look: () => void, stepMs = 20) =>
  vi.waitFor(
    async () => {
      await clock.advance(stepMs);
      look();
    },
    { timeout: 5_000, interval: 2 },
  );

const media = (peer: Peer) =>
  peer.got.filter(({ event }) => event === 'media' || event === 'audio');

/** A call whose greeting has begun to be heard. */
async function talking(token = 't'): Promise<{ peer: Peer; call: ClaimedCall }> {
  const call = records.ring(token);
  const peer = await connect(token);
  peer.send(start());
  await until(() => expect(media(peer).length).toBeGreaterThan(0));
  return { peer, call };
}

const over = () => until(() => expect(records.finished).toHaveLength(1), 100);

describe('a line that drops', () => {
  it('takes its call up again where it was, and says every word once', async () => {
    const { peer } = await talking();
    await clock.advance(200);
    peer.socket.terminate();
    await until(() => expect(records.events).toContain('line.lost'), 50);
    const back = await connect('t');
    back.send(start());
    await until(() => expect(records.events).toContain('line.back'), 50);
    await until(() => expect(back.got.some(({ event }) => event === 'mark')).toBe(true), 100);
    // What had been on its way when the line dropped (300 ms) is sent again; nothing is lost.
    const frames = Math.ceil((GREETING.length * 60) / 20);
    expect(media(peer).length + media(back).length).toBeGreaterThanOrEqual(frames);
    expect(media(peer).length + media(back).length).toBeLessThanOrEqual(frames + 15);
    expect(records.finished).toEqual([]);
    // Its numbering begins anew: the caller is heard.
    const heard = stt.heardBytes;
    back.media(1, 0x20);
    await until(() => expect(stt.heardBytes).toBeGreaterThan(heard));
    back.send({ event: 'stop' });
    await over();
    expect(records.finished[0]?.reason).toBe('caller_hangup');
    expect(await back.closed).toBe(1000);
    expect(records.claims).toEqual(['t']);
  });

  it('ends its call when it does not come back', async () => {
    const { peer } = await talking();
    peer.socket.terminate();
    await until(() => expect(records.events).toContain('line.lost'), 50);
    await clock.advance(5_000);
    await over();
    expect(records.finished[0]?.reason).toBe('carrier_error');
    expect(await refusal('t')).toBe(401);
  });

  it.each([
    ['of another leg', start('v3:somebody-else')],
    ['of another codec', start('v3:mine', 'PCMA')],
  ])('is not given to a stream %s', async (_name, message) => {
    const { peer } = await talking();
    peer.socket.terminate();
    await until(() => expect(records.events).toContain('line.lost'), 50);
    const other = await connect('t');
    other.send(message);
    expect(await other.closed).toBe(1008);
    expect(records.finished).toEqual([]);
    const back = await connect('t');
    back.send(start());
    await until(() => expect(records.events).toContain('line.back'), 50);
  });

  it('is taken from a socket that says nothing any more, and not from one that lives', async () => {
    const { peer } = await talking();
    expect(await refusal('t')).toBe(401);
    await clock.advance(2_500);
    const back = await connect('t');
    back.send(start());
    expect(await peer.closed).toBe(1006);
    await until(() => expect(records.events).toContain('line.back'), 50);
    await until(() => expect(media(back).length).toBeGreaterThan(0));
    expect(records.finished).toEqual([]);
  });

  it('that was hung up meanwhile ends its call at once', async () => {
    const { peer, call } = await talking();
    peer.socket.terminate();
    await until(() => expect(records.events).toContain('line.lost'), 50);
    records.report(call.callId);
    await over();
    expect(records.finished[0]?.reason).toBe('caller_hangup');
  });
});

it('a line that drops once its call is over is waited for by nobody', () => {
  const drops: ((closing: Closing) => void)[] = [];
  const socket: MediaSocket = {
    carrier: telnyxCarrier,
    send: () => undefined,
    onStart: () => undefined,
    follow: (_onEvent, onClosed) => void drops.push(onClosed),
    quiet: false,
    look: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
  };
  const user = { onCarrier: vi.fn(), onLineLost: vi.fn(), onLineBack: vi.fn(), stop: vi.fn() };
  const line = createLine(socket, clock, createLog({ level: 'silent' }));
  const before = clock.pendingTimers;
  line.serve(user);
  line.leave();
  for (const drop of drops) drop('dropped');
  expect(user.onLineLost).not.toHaveBeenCalled();
  expect(user.stop).not.toHaveBeenCalled();
  expect(clock.pendingTimers).toBe(before);
});

describe('a phone that rings', () => {
  it('leaves time to prepare the greeting: it is heard at once, and with a voice that is gone by then', async () => {
    records.awaits('telnyx');
    await until(() => expect(tts.said).toContain(GREETING));
    await clock.advance(1_000);
    tts.mute(true);
    const before = clock.monotonicMs();
    const { peer } = await talking();
    expect(clock.monotonicMs() - before).toBeLessThan(500);
    await until(() => expect(records.said).toEqual([GREETING]));
    peer.send({ event: 'stop' });
    await over();
  });

  it('hears a greeting so short that all of it is sent at once, to its end', async () => {
    const terse = { ...agent, greeting: 'Aló.' };
    records.awaits('telnyx', terse);
    await until(() => expect(tts.said).toContain(terse.greeting));
    await clock.advance(1_000);
    records.ring('t', 'telnyx', terse);
    const peer = await connect('t');
    peer.send(start());
    await until(() => expect(peer.got.some(({ event }) => event === 'mark')).toBe(true));
    expect(media(peer)).toHaveLength((terse.greeting.length * 60) / 20);
    peer.send({ event: 'stop' });
    await over();
  });
});

describe('a carrier', () => {
  it('may say start twice and send media after stop: one call, ended once', async () => {
    const { peer } = await talking();
    peer.send(start());
    peer.media(1);
    peer.send({ event: 'stop' });
    peer.media(2);
    peer.media(3);
    await over();
    expect(await peer.closed).toBe(1000);
    await clock.advance(60_000);
    expect(records.finished).toHaveLength(1);
    expect(records.claims).toEqual(['t']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that reports a hang-up and never says stop ends the call, and is let go', async () => {
    const { peer, call } = await talking();
    records.report(call.callId);
    await over();
    expect(records.finished[0]?.reason).toBe('caller_hangup');
    expect(await peer.closed).toBe(1000);
  });

  it('that closes on purpose without stop has hung up', async () => {
    const { peer } = await talking();
    peer.socket.close(1000);
    await over();
    expect(records.finished[0]?.reason).toBe('caller_hangup');
  });

  it('whose line is A-law is heard, recorded and answered on it', async () => {
    records.ring('t');
    const peer = await connect('t');
    peer.send(start('v3:mine', 'PCMA'));
    await until(() => expect(media(peer).length).toBeGreaterThan(0));
    const [byte = 0] = encodeAlaw(Int16Array.of(8_000));
    const before = stt.heardBytes;
    for (let frame = 1; frame <= 50; frame++) {
      peer.media(frame, byte);
      await clock.advance(20);
    }
    await until(() => expect(stt.heardBytes).toBeGreaterThanOrEqual(before + 50 * 160));
    expect(stt.format).toEqual({ encoding: 'alaw', sampleRateHz: 8_000 });
    peer.send({ event: 'stop' });
    await over();
    const wav = Buffer.from(records.recordings[0] ?? []);
    const left = Array.from({ length: (wav.length - 44) / 4 }, (_, i) =>
      wav.readInt16LE(44 + 4 * i),
    );
    const [said] = decodeAlaw(Uint8Array.of(byte));
    // What was said is there as it was, and the rest of the line is silence.
    expect(left.filter((sample) => sample === said).length).toBeGreaterThan(40 * 160);
    expect(left.every((sample) => sample === said || Math.abs(sample) <= 8)).toBe(true);
  });

  it('that floods is cut off, and is not waited for', async () => {
    const { peer } = await talking();
    for (let i = 0; i < 2_100; i++) peer.media(i);
    expect(await peer.closed).toBe(1008);
    await over();
    expect(records.finished[0]?.reason).toBe('carrier_error');
    expect(await refusal('t')).toBe(401);
  });

  it('that gives no sign of life is given up', async () => {
    records.ring('t');
    const peer = await connect('t', 'telnyx', { autoPong: false });
    peer.send(start());
    await until(() => expect(media(peer).length).toBeGreaterThan(0));
    await clock.advance(9_000);
    expect(await peer.closed).toBe(1006);
    await until(() => expect(records.events).toContain('line.lost'), 50);
    await clock.advance(5_000);
    await over();
    expect(records.finished[0]?.reason).toBe('carrier_error');
  });

  it('that is quiet and answers pings keeps its line while it rings', async () => {
    records.ring('t');
    const peer = await connect('t');
    for (let second = 0; second < 20; second++) {
      await clock.advance(1_000);
      // A ping and its answer are on their way: the sockets do their work.
      await fetch(`${url.replace('ws', 'http')}/health`);
    }
    peer.send(start());
    await until(() => expect(media(peer).length).toBeGreaterThan(0));
  });
});

describe("a browser's line", () => {
  it('speaks and hears PCM, shows what happens, and takes written turns', async () => {
    records.ring('b', 'browser');
    expect(await refusal('b')).toBe(401);
    const peer = await connect('b', 'browser');
    peer.send({ type: 'hello' });
    await until(() => expect(media(peer).length).toBeGreaterThan(0));
    const before = stt.heardBytes;
    peer.socket.send(Buffer.alloc(640, 1));
    await until(() => expect(stt.heardBytes).toBeGreaterThan(before));
    peer.send({ type: 'text', text: '¿A qué hora abren?' });
    await until(() => expect(tts.said).toContain('A las siete.'), 50);
    const shown = () => peer.got.map((message) => JSON.stringify(message)).join('\n');
    await until(() => expect(shown()).toContain('"event":"agent.speaking"'), 50);
    expect(shown()).toContain('"event":"caller.said"');
    expect(shown()).toContain('"type":"clear"');
    peer.send({ type: 'bye' });
    await over();
    expect(records.finished[0]?.reason).toBe('caller_hangup');
    const wav = Buffer.from(records.recordings[0] ?? []);
    expect(wav.readUInt32LE(24)).toBe(16_000);
    expect(await peer.closed).toBe(1000);
  });

  it('is no way into a phone call, and sends no more than it may', async () => {
    records.ring('t');
    expect(await refusal('t', 'browser')).toBe(401);
    records.ring('b', 'browser');
    const peer = await connect('b', 'browser');
    peer.send({ type: 'hello' });
    for (let i = 0; i < 60; i++) peer.socket.send(Buffer.alloc(641));
    expect(await peer.closed).toBe(1003);
    await over();
  });
});

describe('a process that is to stop', () => {
  const ready = async () => (await fetch(`${url.replace('ws', 'http')}/ready`)).status;

  it('is not ready, takes no new call, and lets those it has end by themselves', async () => {
    const { peer } = await talking();
    expect(await ready()).toBe(200);
    const drained = voice.drain(60_000);
    expect(await ready()).toBe(503);
    records.ring('new');
    expect(await refusal('new')).toBe(503);
    await clock.advance(5_000);
    expect(records.said).toEqual([GREETING]);
    peer.send({ event: 'stop' });
    await over();
    await drained;
    expect(records.finished[0]?.reason).toBe('caller_hangup');
  });

  it('says goodbye to those who are still talking when its time is up', async () => {
    const { peer } = await talking();
    const drained = voice.drain(5_000);
    await clock.advance(5_000);
    await until(() => expect(records.said.at(-1)).toBe(lines.es.shutdownGoodbye), 50);
    expect(records.finished).toEqual([]);
    await over();
    await drained;
    expect(records.finished[0]?.reason).toBe('shutdown');
    expect(await peer.closed).toBe(1000);
  });

  it('takes a call back whose line drops meanwhile', async () => {
    const { peer } = await talking();
    void voice.drain(60_000);
    peer.socket.terminate();
    await until(() => expect(records.events).toContain('line.lost'), 50);
    const back = await connect('t');
    back.send(start());
    await until(() => expect(records.events).toContain('line.back'), 50);
    back.send({ event: 'stop' });
    await over();
  });

  it('that stops at once ends its calls as that', async () => {
    await talking();
    const closing = voice.close();
    await over();
    await closing;
    expect(records.finished[0]?.reason).toBe('shutdown');
  });
});
