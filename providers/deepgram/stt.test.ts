import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { createVirtualClock, ProviderError } from '@alo/core/kernel';
import type { SttOptions, SttProvider, SttStream } from '@alo/core/ports';
import { startDeepgramSandbox } from '@alo/sandbox/deepgram';
import type { SandboxServer } from '@alo/sandbox/kit';
import { createVoice } from '@alo/sandbox/speech';
import { createDeepgramStt } from './stt.ts';
import { callerFrames, createReader, KEY, phone, settings } from './testing.ts';

const spanish = { format: phone, language: 'es-CO' };

let sandbox: SandboxServer;
let call: AbortController;

beforeEach(async () => {
  call = new AbortController();
  sandbox = await startDeepgramSandbox({ apiKey: KEY });
});
afterEach(async () => {
  call.abort();
  await sandbox.close();
});

const say = (stream: SttStream, text: string, silenceMs?: number) => {
  for (const frame of callerFrames(text, silenceMs)) stream.write(frame);
};

/** A stream that is ready: what is written before that is kept for two seconds only. */
async function openedBy(stt: SttProvider, options: Partial<SttOptions>) {
  const stream = stt.open({ ...spanish, ...options }, call.signal);
  const reader = createReader(stream.events);
  await reader.until('open');
  return { stream, reader };
}

describe('nova', () => {
  const opened = (options = {}) => openedBy(createDeepgramStt(settings(sandbox.url)), options);

  test('hears a Spanish sentence: start, partials that grow, one end of turn with all of it', async () => {
    const text = 'Buenos días, ¿a cómo tiene la docena de pandebonos? Serían $12.500 o más.';
    const { stream, reader } = await opened({ keyterms: ['pandebono', 'La Sabana'] });
    say(stream, text);
    expect((await reader.until('end_of_turn')).text).toBe(text);
    const types = reader.seen.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['open', 'speech_started']);
    const partials = reader.seen.flatMap((event) => (event.type === 'partial' ? [event.text] : []));
    expect(partials.length).toBeGreaterThan(2);
    for (const partial of partials) expect(text.startsWith(partial)).toBe(true);
    stream.close();
    const after = await reader.rest();
    expect(after.at(-1)).toEqual({ type: 'closed' });
    expect(after.filter(({ type }) => type === 'end_of_turn')).toHaveLength(1);
  });

  test('two turns are two, the pause inside one is none', async () => {
    const { stream, reader } = await opened();
    say(stream, 'Quiero una torta. Para el sábado.', 2_000);
    say(stream, 'Y dos cafés.', 2_000);
    expect((await reader.until('end_of_turn')).text).toBe('Quiero una torta. Para el sábado.');
    expect((await reader.until('end_of_turn')).text).toBe('Y dos cafés.');
  });

  test('a long turn is settled in stretches and ends whole', async () => {
    const text =
      'mire señorita le cuento que necesito para el próximo domingo unas cuarenta empanadas de carne y otras veinte de pollo y si se puede también dos tortas grandes';
    const { stream, reader } = await opened();
    say(stream, text);
    expect((await reader.until('end_of_turn')).text).toBe(text);
    expect(reader.seen.filter(({ type }) => type === 'final').length).toBeGreaterThan(0);
  });

  test('over noise that never stops, the lack of words ends the turn', async () => {
    const { stream, reader } = await opened();
    say(stream, 'Quiero hablar con alguien', 0);
    let state = 1;
    const noise = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % 2 ? 0x9f : 0x1f;
    };
    for (let i = 0; i < 100; i++) stream.write(Uint8Array.from({ length: 160 }, noise));
    expect((await reader.until('end_of_turn')).text).toBe('Quiero hablar con alguien');
  });

  test('finalize settles what has been heard although the caller goes on', async () => {
    const { stream, reader } = await opened();
    say(stream, 'mi correo es ana@correo.co y mi teléfono', 0);
    await reader.until('partial');
    stream.finalize();
    expect((await reader.until('final')).text).toContain('mi correo es');
  });

  test('linear16 at 16 kHz is heard as well', async () => {
    const pcm = createVoice().synthesize('¿Me oye bien?', 16_000);
    const stream = createDeepgramStt(settings(sandbox.url)).open(
      { format: { encoding: 'linear16', sampleRateHz: 16_000 }, language: 'es' },
      call.signal,
    );
    const reader = createReader(stream.events);
    await reader.until('open');
    // An odd number of bytes at a time: samples are cut in two.
    const bytes = new Uint8Array(pcm.length * 2 + 48_000);
    bytes.set(new Uint8Array(pcm.buffer));
    for (let at = 0; at < bytes.length; at += 641) stream.write(bytes.subarray(at, at + 641));
    expect((await reader.until('end_of_turn')).text).toBe('¿Me oye bien?');
  });

  test('an empty payload is not forwarded: the vendor would take it for the end', async () => {
    const { stream, reader } = await opened();
    stream.write(new Uint8Array(0));
    say(stream, 'Sigo aquí.');
    expect((await reader.until('end_of_turn')).text).toBe('Sigo aquí.');
  });
});

describe('flux', () => {
  const opened = (options = {}) =>
    openedBy(createDeepgramStt({ ...settings(sandbox.url), model: 'flux-general-multi' }), options);

  test('says so in its capabilities', () => {
    const flux = createDeepgramStt({ ...settings(sandbox.url), model: 'flux-general-multi' });
    expect(flux.capabilities).toEqual({ endOfTurn: 'model', eagerEndOfTurn: true });
    const nova = createDeepgramStt(settings(sandbox.url));
    expect(nova.capabilities).toEqual({ endOfTurn: 'endpointing', eagerEndOfTurn: false });
  });

  test('start of turn, partials, eager end, end: the same text, once', async () => {
    const text = '¿Tienen pan de bono?';
    const { stream, reader } = await opened({ keyterms: ['pan de bono'] });
    say(stream, text);
    expect((await reader.until('end_of_turn')).text).toBe(text);
    const eager = reader.seen.find(({ type }) => type === 'eager_end_of_turn');
    expect(eager).toEqual({ type: 'eager_end_of_turn', text });
    expect(reader.seen[1]).toEqual({ type: 'speech_started' });
    stream.close();
    const ends = (await reader.rest()).filter(({ type }) => type === 'end_of_turn');
    expect(ends).toHaveLength(1);
  });

  test('an eager end is taken back when the caller goes on', async () => {
    const { stream, reader } = await opened();
    // In the middle of a sentence the model grows sure slowly: 600 ms are enough for an eager end only.
    say(stream, 'quisiera encargar', 600);
    say(stream, 'dos tortas.', 2_000);
    expect((await reader.until('eager_end_of_turn')).text).toBe('quisiera encargar');
    await reader.until('turn_resumed');
    expect((await reader.until('end_of_turn')).text).toBe('quisiera encargar dos tortas.');
  });
});

describe('what goes wrong', () => {
  const stt = () => createDeepgramStt(settings(sandbox.url));
  const failureOf = async (stream: SttStream) => {
    const closed = await createReader(stream.events).until('closed');
    expect(closed.error).toBeInstanceOf(ProviderError);
    return closed.error as ProviderError;
  };

  test('a wrong key is an auth error that does not print the key', async () => {
    const stream = createDeepgramStt(settings(sandbox.url, 'wrong_key')).open(spanish, call.signal);
    const error = await failureOf(stream);
    expect(error).toMatchObject({ kind: 'auth', status: 401, retryable: false });
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('wrong_key');
  });

  test.each([
    [429, 'rate_limit', true],
    [503, 'unavailable', true],
    [402, 'auth', false],
  ])('a connection refused with %i is %s', async (status, kind, retryable) => {
    sandbox.faults.set({ failure_probability: 1, failure_status: status });
    expect(await failureOf(stt().open(spanish, call.signal))).toMatchObject({ kind, retryable });
  });

  test('a model or language the vendor lacks is an invalid request', async () => {
    const stream = stt().open({ ...spanish, language: 'xx' }, call.signal);
    expect(await failureOf(stream)).toMatchObject({ kind: 'invalid_request', status: 400 });
  });

  test('a line that drops in the middle ends the stream with a connection error, after what was heard', async () => {
    sandbox.faults.set({ disconnect_probability: 1 });
    const stream = stt().open(spanish, call.signal);
    const reader = createReader(stream.events);
    say(stream, 'Buenos días.');
    const closed = await reader.until('closed');
    expect(closed.error).toMatchObject({ kind: 'connection', retryable: true });
    expect(await reader.rest()).toContainEqual({ type: 'speech_started' });
  });

  test('nobody listening is a connection error', async () => {
    await sandbox.close();
    expect(await failureOf(stt().open(spanish, call.signal))).toMatchObject({ kind: 'connection' });
  });

  test('silence of ten seconds on our side is reported as what it is', async () => {
    await sandbox.close();
    sandbox = await startDeepgramSandbox({ timings: { idleMs: 30 } });
    expect(await failureOf(stt().open(spanish, call.signal))).toMatchObject({ kind: 'timeout' });
  });

  test('an abort closes without an error, before and after opening', async () => {
    const early = stt().open(spanish, AbortSignal.abort());
    expect(await createReader(early.events).rest()).toEqual([{ type: 'closed' }]);
    const stream = stt().open(spanish, call.signal);
    const reader = createReader(stream.events);
    await reader.until('open');
    call.abort();
    expect((await reader.rest()).at(-1)).toEqual({ type: 'closed' });
    stream.close();
    stream.write(new Uint8Array(160));
    stream.finalize();
  });
});

describe('against a bare server', () => {
  let http: Server;
  let sockets: WebSocketServer;
  let connected: Promise<WebSocket>;
  let clock: ReturnType<typeof createVirtualClock>;

  beforeEach(async () => {
    http = createServer();
    sockets = new WebSocketServer({ server: http });
    connected = new Promise((resolve) => {
      sockets.once('connection', resolve);
    });
    await new Promise<void>((resolve) => {
      http.listen(0, '127.0.0.1', resolve);
    });
    clock = createVirtualClock();
  });
  afterEach(async () => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => {
      http.close(resolve);
    });
  });

  const open = () => {
    const { port } = http.address() as AddressInfo;
    const stt = createDeepgramStt({ ...settings(`http://127.0.0.1:${port}`), clock });
    return stt.open(spanish, call.signal);
  };
  const received = (socket: WebSocket) => {
    const messages: { text?: string; bytes?: number }[] = [];
    let wake = () => {};
    socket.on('message', (data: Buffer, isBinary) => {
      messages.push(isBinary ? { bytes: data.length } : { text: data.toString() });
      wake();
    });
    return async (count: number) => {
      while (messages.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return messages;
    };
  };

  test('audio written before the connection is open arrives in order, at most the last two seconds', async () => {
    const stream = open();
    const whole = connected.then(
      (socket) =>
        new Promise<Buffer>((resolve) => {
          const parts: Buffer[] = [];
          socket.on('message', (data: Buffer) => {
            parts.push(data);
            if (parts.length === 100) resolve(Buffer.concat(parts));
          });
        }),
    );
    for (let i = 0; i < 130; i++) stream.write(new Uint8Array(160).fill(i));
    const audio = await whole;
    expect(audio).toHaveLength(16_000);
    expect([audio[0], audio[159], audio[160], audio.at(-1)]).toEqual([30, 30, 31, 129]);
    stream.close();
  });

  test('asks for what the engine needs', async () => {
    const request = new Promise<string>((resolve) => {
      http.once('upgrade', ({ url }) => resolve(url ?? ''));
    });
    const stream = open();
    const query = new URL(await request, 'http://x').searchParams;
    expect(Object.fromEntries(query)).toEqual({
      model: 'nova-3',
      language: 'es-419',
      encoding: 'mulaw',
      sample_rate: '8000',
      channels: '1',
      interim_results: 'true',
      endpointing: '300',
      utterance_end_ms: '1000',
      vad_events: 'true',
      smart_format: 'true',
    });
    stream.close();
  });

  test('says KeepAlive every four seconds while no audio flows, and not while it does', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    const until = received(await connected);
    await reader.until('open');
    await clock.advance(3_900);
    stream.write(new Uint8Array(160));
    await clock.advance(3_900);
    stream.write(new Uint8Array(160));
    await clock.advance(8_100);
    expect(await until(4)).toEqual([
      { bytes: 160 },
      { bytes: 160 },
      { text: '{"type":"KeepAlive"}' },
      { text: '{"type":"KeepAlive"}' },
    ]);
    stream.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a message that is not JSON, or not what its type says, ends the stream as a protocol error', async () => {
    for (const text of ['not json', '{"no":"type"}', '[]', '{"type":"Results","channel":7}']) {
      const accepted = new Promise<WebSocket>((resolve) => {
        sockets.once('connection', resolve);
      });
      const stream = open();
      (await accepted).send(text);
      const closed = await createReader(stream.events).until('closed');
      expect(closed.error).toMatchObject({ kind: 'protocol', retryable: false });
    }
  });

  test('messages of unknown types are ignored', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    const socket = await connected;
    socket.send('{"type":"SomethingNew","channel":7}');
    socket.send('{"type":"SpeechStarted"}');
    await reader.until('speech_started');
    expect(reader.seen.map(({ type }) => type)).toEqual(['open', 'speech_started']);
    stream.close();
  });

  test('a server that never answers is given up after five seconds', async () => {
    http.removeAllListeners('upgrade');
    http.on('upgrade', () => undefined);
    const stream = open();
    await clock.advance(5_000);
    const closed = await createReader(stream.events).until('closed');
    expect(closed.error).toMatchObject({ kind: 'timeout', retryable: true });
    expect(clock.pendingTimers).toBe(0);
  });

  test('a close leaves no timer and no socket', async () => {
    const stream = open();
    const socket = await connected;
    const gone = new Promise((resolve) => {
      socket.once('close', resolve);
    });
    await createReader(stream.events).until('open');
    stream.close();
    stream.close();
    await gone;
    expect(clock.pendingTimers).toBe(0);
  });
});
