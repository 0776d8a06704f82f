import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { createVirtualClock, decodeMulaw, ProviderError } from '@alo/core/kernel';
import type { TtsEvent, TtsStream } from '@alo/core/ports';
import { startDeepgramSandbox } from '@alo/sandbox/deepgram';
import type { SandboxServer } from '@alo/sandbox/kit';
import { createEar } from '@alo/sandbox/speech';
import { createDeepgramStt } from './stt.ts';
import { createReader, KEY, phone, settings } from './testing.ts';
import { createDeepgramTts } from './tts.ts';

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

const open = (options = {}) =>
  createDeepgramTts(settings(sandbox.url)).open({ format: phone, ...options }, call.signal);

function heardIn(events: readonly TtsEvent[]): string {
  const ear = createEar(8_000);
  const audio = events.flatMap((event) => (event.type === 'audio' ? [event.data] : []));
  return [...audio.map((bytes) => decodeMulaw(bytes)), new Int16Array(2_000)]
    .flatMap((pcm) => ear.push(pcm))
    .flatMap((event) => (event.type === 'word' ? [event.text] : []))
    .join(' ');
}

describe('speaking', () => {
  test('what is spoken is in the audio, whole and in order, and flushed comes after it', async () => {
    const stream = open();
    stream.speak('Claro que sí. ');
    stream.speak('La docena cuesta $12.500, ');
    stream.speak('¿se la separo?');
    expect(stream.flush()).toBe(0);
    const reader = createReader(stream.events);
    expect(await reader.until('flushed')).toEqual({ type: 'flushed', flush: 0 });
    expect(heardIn(reader.seen)).toBe('Claro que sí. La docena cuesta $12.500, ¿se la separo?');
    expect(reader.seen[0]).toEqual({ type: 'open' });
    const sizes = reader.seen.flatMap((e) => (e.type === 'audio' ? [e.data.length] : []));
    expect(new Set(sizes).size).toBeGreaterThan(3);
  });

  test('flushes are numbered, each answered once and in order', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    for (const [i, text] of ['Uno.', 'Dos.', 'Tres.'].entries()) {
      stream.speak(text);
      expect(stream.flush()).toBe(i);
    }
    for (const flush of [0, 1, 2]) expect((await reader.until('flushed')).flush).toBe(flush);
    expect(heardIn(reader.seen)).toBe('Uno. Dos. Tres.');
  });

  test('a flush with nothing to say is answered, and after what is being said', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    stream.flush();
    expect((await reader.until('flushed')).flush).toBe(0);
    stream.speak('Hola.');
    stream.flush();
    stream.flush();
    expect((await reader.until('flushed')).flush).toBe(1);
    expect(heardIn(reader.seen)).toBe('Hola.');
    expect((await reader.until('flushed')).flush).toBe(2);
  });

  test('voices differ by name, and the default is the Colombian one', async () => {
    const audioOf = async (options: { voice?: string }) => {
      const stream = open(options);
      stream.speak('Buenas tardes.');
      stream.flush();
      const reader = createReader(stream.events);
      await reader.until('flushed');
      stream.close();
      return Buffer.concat(reader.seen.flatMap((e) => (e.type === 'audio' ? [e.data] : [])));
    };
    const celeste = await audioOf({});
    expect(await audioOf({ voice: 'aura-2-celeste-es' })).toEqual(celeste);
    expect(await audioOf({ voice: 'aura-2-javier-es' })).not.toEqual(celeste);
  });
});

describe('barge-in', () => {
  test('clear drops what was not spoken yet; only what is said after it sounds after it', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    stream.speak('Le cuento con mucho detalle todo lo que tenemos hoy en la panadería. '.repeat(8));
    stream.flush();
    await reader.until('audio');
    stream.clear();
    stream.speak('Dígame.');
    const next = stream.flush();
    const before = reader.seen.length;
    await reader.until('cleared');
    const between = reader.seen.slice(before);
    await reader.until('flushed');
    const after = reader.seen.slice(before + between.length);
    expect(after.at(-1)).toEqual({ type: 'flushed', flush: next });
    expect(heardIn(after)).toBe('Dígame.');
    expect(reader.seen.filter(({ type }) => type === 'flushed')).toHaveLength(1);
  });

  test('late audio between clear and its answer is dropped', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    stream.speak('Una frase bastante larga que nadie va a terminar de escuchar. '.repeat(8));
    stream.flush();
    await reader.until('audio');
    stream.clear();
    const heardBefore = reader.seen.length;
    await reader.until('cleared');
    // What was in our own queue at the clear may be there; the stand-in's late piece is not.
    expect(reader.seen.slice(heardBefore).filter(({ type }) => type === 'audio').length).toBe(0);
  });

  test('a clear before the connection is open is answered at once', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    stream.speak('Esto no.');
    stream.flush();
    stream.clear();
    stream.speak('Esto sí.');
    stream.flush();
    await reader.until('flushed');
    expect(reader.seen.map(({ type }) => type)).toContain('cleared');
    expect(heardIn(reader.seen)).toBe('Esto sí.');
  });
});

test('round trip: what one side speaks, the other side of the same vendor hears', async () => {
  const sentences = [
    'Buenos días, Panadería La Sabana.',
    '¿Me regala su correo? Es ana.lopez@correo.com.co, ¿cierto?',
    'Son 3 tortas por $145.000 y quedan para el 24 de diciembre a las 8:30.',
  ];
  const tts = open();
  const spoken = createReader(tts.events);
  const stt = createDeepgramStt(settings(sandbox.url)).open(
    { format: phone, language: 'es-CO' },
    call.signal,
  );
  const heard = createReader(stt.events);
  await heard.until('open');
  for (const sentence of sentences) {
    const from = spoken.seen.length;
    tts.speak(sentence);
    tts.flush();
    await spoken.until('flushed');
    for (const event of spoken.seen.slice(from)) if (event.type === 'audio') stt.write(event.data);
    stt.write(new Uint8Array(8_000 * 1.5).fill(0xff));
    expect((await heard.until('end_of_turn')).text).toBe(sentence);
  }
});

describe('what goes wrong', () => {
  const failureOf = async (stream: TtsStream) => {
    const closed = await createReader(stream.events).until('closed');
    expect(closed.error).toBeInstanceOf(ProviderError);
    return closed.error as ProviderError;
  };

  test('a wrong key is an auth error', async () => {
    const tts = createDeepgramTts(settings(sandbox.url, 'wrong'));
    expect(await failureOf(tts.open({ format: phone }, call.signal))).toMatchObject({
      kind: 'auth',
      status: 401,
    });
  });

  test('too many sockets (429) may be tried again', async () => {
    sandbox.faults.set({ failure_probability: 1, failure_status: 429 });
    expect(await failureOf(open())).toMatchObject({ kind: 'rate_limit', retryable: true });
  });

  test('a voice the vendor lacks is an invalid request', async () => {
    expect(await failureOf(open({ voice: 'no-such-voice' }))).toMatchObject({
      kind: 'invalid_request',
      status: 400,
    });
  });

  test('a line that drops in mid-speech ends the stream with an error, after the audio that came', async () => {
    sandbox.faults.set({ disconnect_probability: 1 });
    const stream = open();
    const reader = createReader(stream.events);
    stream.speak('Esto se corta a la mitad.');
    stream.flush();
    const closed = await reader.until('closed');
    expect(closed.error).toMatchObject({ kind: 'connection', retryable: true });
    expect(reader.seen.some(({ type }) => type === 'audio')).toBe(true);
    expect(reader.seen.some(({ type }) => type === 'flushed')).toBe(false);
    stream.speak('nadie');
    stream.clear();
    stream.close();
  });

  test('an abort closes without an error', async () => {
    const stream = open();
    const reader = createReader(stream.events);
    await reader.until('open');
    call.abort();
    expect((await reader.rest()).at(-1)).toEqual({ type: 'closed' });
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
  const openBare = () => {
    const { port } = http.address() as AddressInfo;
    const tts = createDeepgramTts({ ...settings(`http://127.0.0.1:${port}`), clock });
    return tts.open({ format: phone }, call.signal);
  };

  test('a text longer than the vendor takes at once goes in several messages, whole', async () => {
    const text = Array.from({ length: 600 }, (_, i) => `frase ${i}.`).join(' ');
    const socket = connected.then((accepted) => {
      const said: string[] = [];
      return new Promise<string[]>((resolve) => {
        accepted.on('message', (data: Buffer) => {
          const message: { type: string; text?: string } = JSON.parse(data.toString());
          if (message.type === 'Speak') said.push(message.text ?? '');
          else resolve(said);
        });
      });
    });
    const stream = openBare();
    stream.speak(text);
    stream.flush();
    const said = await socket;
    expect(said.join('')).toBe(text);
    expect(Math.max(...said.map((piece) => piece.length))).toBeLessThanOrEqual(2_000);
    stream.close();
  });

  test('audio and messages keep their order although audio has to be awaited', async () => {
    const stream = openBare();
    const reader = createReader(stream.events);
    const socket = await connected;
    stream.speak('a');
    stream.flush();
    stream.speak('b');
    stream.flush();
    for (let i = 0; i < 2; i++) {
      socket.send(Buffer.alloc(100_000, i + 1));
      socket.send(Buffer.alloc(1, i + 1));
      socket.send('{"type":"Flushed","sequence_id":0}');
    }
    await reader.until('flushed');
    await reader.until('flushed');
    const order = reader.seen.map((e) => (e.type === 'audio' ? `audio${e.data[0]}` : e.type));
    expect(order).toEqual(['open', 'audio1', 'audio1', 'flushed', 'audio2', 'audio2', 'flushed']);
    stream.close();
  });

  test('a malformed message is a protocol error; warnings and unknown ones are not', async () => {
    const stream = openBare();
    const socket = await connected;
    socket.send('{"type":"Warning","description":"slow down","code":"X"}');
    socket.send('{"type":"Novelty"}');
    socket.send('<html>');
    const closed = await createReader(stream.events).until('closed');
    expect(closed.error).toMatchObject({ kind: 'protocol' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('flushes above the vendor’s twenty a minute wait, and none is lost', async () => {
    const stream = openBare();
    const reader = createReader(stream.events);
    const socket = await connected;
    let flushes = 0;
    socket.on('message', (data: Buffer) => {
      if (data.toString() !== '{"type":"Flush"}') return;
      flushes += 1;
      socket.send('{"type":"Flushed","sequence_id":0}');
    });
    await reader.until('open');
    for (let i = 0; i < 25; i++) {
      stream.speak(`${i}`);
      stream.flush();
    }
    for (let i = 0; i < 20; i++) expect((await reader.until('flushed')).flush).toBe(i);
    expect(flushes).toBe(20);
    await clock.advance(60_000);
    for (let i = 20; i < 25; i++) expect((await reader.until('flushed')).flush).toBe(i);
    expect(flushes).toBe(21);
    stream.close();
    await reader.rest();
    expect(clock.pendingTimers).toBe(0);
  });

  test('a clear that nobody answers silences the voice for two seconds, not for the rest of the call', async () => {
    const stream = openBare();
    const reader = createReader(stream.events);
    const socket = await connected;
    await reader.until('open');
    stream.clear();
    await clock.advance(2_000);
    await reader.until('cleared');
    socket.send(Buffer.alloc(160));
    await reader.until('audio');
    socket.send('{"type":"Cleared"}');
    stream.close();
    const cleared = (await reader.rest()).filter(({ type }) => type === 'cleared');
    expect(cleared).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a flush that the vendor ignored is asked for again', async () => {
    const stream = openBare();
    const reader = createReader(stream.events);
    const socket = await connected;
    const answers = ['{"type":"Warning","code":"EXCESSIVE_FLUSH"}', '{"type":"Flushed"}'];
    socket.on('message', (data: Buffer) => {
      if (data.toString() === '{"type":"Flush"}') socket.send(answers.shift() ?? '');
      // Audio behind it shows that the answer has been read.
      socket.send(Buffer.alloc(160));
    });
    await reader.until('open');
    stream.speak('hola');
    await reader.until('audio');
    stream.flush();
    await reader.until('audio');
    await clock.advance(5_000);
    expect((await reader.until('flushed')).flush).toBe(0);
    stream.close();
  });
});
