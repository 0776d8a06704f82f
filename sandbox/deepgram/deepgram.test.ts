import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createVirtualClock, decodeMulaw, encodeMulaw } from '@alo/core/kernel';
import type { SandboxServer } from '../kit/index.ts';
import { createEar, createVoice } from '../speech/index.ts';
import { wavOf } from './audio.ts';
import { startDeepgramSandbox } from './index.ts';

type Message = Record<string, unknown> & { type: string };

let sandbox: SandboxServer;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  sandbox = await startDeepgramSandbox({ apiKey: 'k' });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await sandbox.close();
});

const authorized = { authorization: 'Token k' };

/** A socket with its messages kept; audio as `{type:'audio'}`. */
function dial(path: string, headers: Record<string, string> = authorized) {
  const socket = new WebSocket(sandbox.url.replace('http', 'ws') + path, { headers });
  sockets.push(socket);
  const messages: Message[] = [];
  const audio: Buffer[] = [];
  let wake = () => {};
  let closed: { code: number; reason: string } | undefined;
  const end = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      closed = { code, reason: reason.toString() };
      resolve(closed);
      wake();
    });
  });
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) audio.push(data);
    messages.push(isBinary ? { type: 'audio' } : JSON.parse(data.toString()));
    wake();
  });
  const change = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    socket,
    messages,
    audio,
    send: (message: object) => socket.send(JSON.stringify(message)),
    async until(done: (message: Message) => boolean): Promise<Message> {
      for (let at = 0; ; at++) {
        while (at >= messages.length) {
          if (closed) throw new Error(`closed (${closed.code}): ${JSON.stringify(messages)}`);
          await change();
        }
        const message = messages[at];
        if (message && done(message)) return message;
      }
    },
    end: () => end,
  };
}
type Line = ReturnType<typeof dial>;

async function open(path: string): Promise<Line> {
  const line = dial(path);
  await once(line.socket, 'open');
  return line;
}

async function refusal(path: string, headers?: Record<string, string>) {
  const { socket } = dial(path, headers);
  const [, response] = await once(socket, 'unexpected-response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: JSON.parse(Buffer.concat(parts).toString()),
  };
}

const nova = '/v1/listen?model=nova-3&language=es-419&encoding=mulaw&sample_rate=8000';
const speech = (text: string, silenceMs = 1_500) => {
  const audio = encodeMulaw(createVoice().synthesize(text, 8_000));
  return Buffer.concat([audio, Buffer.alloc(silenceMs * 8, 0xff)]);
};
interface Alternative {
  readonly transcript: string;
  readonly words: readonly { readonly end: number }[];
}
const alternativeOf = (message: Message | undefined) =>
  (message?.['channel'] as { alternatives: Alternative[] } | undefined)?.alternatives[0];
const transcriptOf = (message: Message | undefined) => alternativeOf(message)?.transcript;

describe('who is let in', () => {
  test.each([
    ['no header', {}],
    ['another key', { authorization: 'Token other' }],
    ['another scheme', { authorization: 'Basic k' }],
  ])('%s is refused on sockets and on REST', async (_, headers: Record<string, string>) => {
    for (const path of [nova, '/v2/listen', '/v1/speak?model=aura-2-celeste-es']) {
      const answer = await refusal(path, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['dg-error']).toBe('Invalid credentials.');
      expect(answer.headers['dg-request-id']).toBe(answer.body.request_id);
      expect(answer.body.err_code).toBe('INVALID_AUTH');
    }
    const rest = await fetch(`${sandbox.url}/v1/listen?model=nova-3`, { method: 'POST', headers });
    expect(rest.status).toBe(401);
    expect(await rest.json()).toMatchObject({ err_code: 'INVALID_AUTH' });
  });

  test('without a key of its own any is let in, but never none', async () => {
    await sandbox.close();
    sandbox = await startDeepgramSandbox();
    await once(dial(nova, { authorization: 'Bearer whatever' }).socket, 'open');
    expect((await refusal(nova, {})).status).toBe(401);
  });

  test('faults set from outside refuse and drop', async () => {
    const set = (faults: object) =>
      fetch(`${sandbox.url}/__sandbox/faults`, {
        method: 'PUT',
        body: JSON.stringify(faults),
        headers: { 'content-type': 'application/json' },
      });
    await set({ failure_probability: 1, failure_status: 429 });
    expect((await refusal(nova)).body.err_code).toBe('TOO_MANY_REQUESTS');
    await set({ failure_probability: 0, disconnect_probability: 1 });
    const line = await open(`${nova}&vad_events=true`);
    line.socket.send(speech('Se va a cortar.'));
    expect((await line.end()).code).toBe(1006);
  });
});

test.each([
  ['/v1/listen', 'model'],
  ['/v1/listen?model=nova-9&encoding=mulaw&sample_rate=8000', 'model'],
  ['/v1/listen?model=nova-3&sample_rate=8000', 'encoding'],
  ['/v1/listen?model=nova-3&encoding=opus&sample_rate=8000', 'encoding'],
  ['/v1/listen?model=nova-3&encoding=mulaw', 'sample_rate'],
  ['/v1/listen?model=nova-3&encoding=mulaw&sample_rate=11025', 'sample_rate'],
  [`${nova}&language=xx`, 'language'],
  [`${nova}&channels=2`, 'channels'],
  [`${nova}&interim_results=maybe`, 'interim_results'],
  [`${nova}&endpointing=soon`, 'endpointing'],
  [`${nova}&interim_results=true&utterance_end_ms=500`, 'utterance_end_ms'],
  [`${nova}&utterance_end_ms=1000`, 'interim_results'],
  [`${nova}&keywords=pan`, 'keyterm'],
  ['/v2/listen?model=nova-3&encoding=mulaw&sample_rate=8000', 'model'],
  [
    '/v2/listen?model=flux-general-en&encoding=mulaw&sample_rate=8000&language_hint=es',
    'language_hint',
  ],
  [
    '/v2/listen?model=flux-general-multi&encoding=mulaw&sample_rate=8000&eot_threshold=2',
    'eot_threshold',
  ],
  ['/v1/speak?model=aura-2-nobody', 'model'],
  ['/v1/speak?model=aura-2-celeste-es&encoding=mulaw&sample_rate=24000', '16000'],
  ['/v1/speak?model=aura-2-celeste-es&speed=9', 'speed'],
  ['/v1/speak?model=aura-2-celeste-es&container=wav', 'container'],
])('%s is refused and the answer names %s', async (path, word) => {
  const answer = await refusal(path);
  expect(answer.status).toBe(400);
  expect(answer.body.err_msg).toContain(word);
});

describe('nova', () => {
  test('interims grow, the final has speech_final, UtteranceEnd follows: the vendor’s messages', async () => {
    const line = await open(
      `${nova}&interim_results=true&endpointing=300&utterance_end_ms=1000&vad_events=true&smart_format=true&keyterm=a&keyterm=b`,
    );
    line.socket.send(speech('Buenos días, quisiera encargar una torta de chocolate.'));
    const end = await line.until(({ type }) => type === 'UtteranceEnd');
    const results = line.messages.filter(({ type }) => type === 'Results');
    const final = results.at(-1);
    expect(line.messages[0]?.type).toBe('SpeechStarted');
    expect(results.slice(0, -1).every((message) => message['is_final'] === false)).toBe(true);
    expect(new Set(results.slice(0, -1).map((message) => message['start'])).size).toBe(1);
    expect(final).toMatchObject({
      is_final: true,
      speech_final: true,
      from_finalize: false,
      channel_index: [0, 1],
      metadata: { model_info: { arch: 'nova-3' } },
      channel: {
        alternatives: [
          {
            transcript: 'Buenos días, quisiera encargar una torta de chocolate.',
            confidence: 0.99,
            words: expect.arrayContaining([
              expect.objectContaining({ word: 'días', punctuated_word: 'días,' }),
            ]),
          },
        ],
      },
    });
    expect(end['last_word_end']).toBe(alternativeOf(final)?.words.at(-1)?.end);
  });

  test('without formatting a transcript is bare, without vad_events nothing announces speech', async () => {
    const line = await open(`${nova}&endpointing=300`);
    line.socket.send(speech('¿Cuánto vale, señora?'));
    const final = await line.until((message) => message['is_final'] === true);
    expect(transcriptOf(final)).toBe('cuánto vale señora');
    expect(line.messages.every(({ type }) => type === 'Results')).toBe(true);
    expect(line.messages.every((message) => message['is_final'] === true)).toBe(true);
  });

  test('Finalize settles what is pending; with nothing pending it is not answered', async () => {
    const line = await open(`${nova}&smart_format=true&endpointing=false`);
    line.send({ type: 'Finalize' });
    line.socket.send(speech('Un momento', 0));
    line.socket.send(Buffer.alloc(400, 0xff));
    line.send({ type: 'Finalize' });
    const final = await line.until((message) => message['from_finalize'] === true);
    expect(transcriptOf(final)).toBe('Un momento');
    expect(line.messages).toHaveLength(1);
  });

  test.each(['CloseStream', 'an empty frame'])(
    '%s brings the last results, then Metadata, then a normal close',
    async (how) => {
      const line = await open(`${nova}&endpointing=false`);
      line.socket.send(speech('hasta luego', 200));
      if (how === 'CloseStream') line.send({ type: 'CloseStream' });
      else line.socket.send(Buffer.alloc(0));
      expect((await line.end()).code).toBe(1000);
      expect(line.messages.map(({ type }) => type)).toEqual(['Results', 'Metadata']);
      expect(transcriptOf(line.messages[0])).toBe('hasta luego');
      expect(line.messages[1]).toMatchObject({ channels: 1, transaction_key: 'deprecated' });
    },
  );

  test('KeepAlive keeps a stream alive, but not one that never had audio', async () => {
    await sandbox.close();
    const clock = createVirtualClock();
    sandbox = await startDeepgramSandbox({ clock });
    /** A pong shows that what was sent before the ping has been taken. */
    const taken = async ({ socket }: Line) => {
      socket.ping();
      await once(socket, 'pong');
    };
    const silent = await open(nova);
    const alive = await open(nova);
    alive.socket.send(Buffer.alloc(160, 0xff));
    await taken(alive);
    for (let i = 0; i < 2; i++) {
      await clock.advance(4_000);
      for (const line of [silent, alive]) {
        line.send({ type: 'KeepAlive' });
        await taken(line);
      }
    }
    await clock.advance(2_000);
    expect(await silent.end()).toMatchObject({
      code: 1011,
      reason: expect.stringContaining('NET-0001'),
    });
    await clock.advance(4_000);
    await taken(alive);
    await clock.advance(4_000);
    expect((await alive.end()).code).toBe(1011);
  });

  test.each(['not json', '7', '{"type":"Nonsense"}', '{}'])(
    'the text %s closes with DATA-0000',
    async (text) => {
      const line = await open(nova);
      line.socket.send(text);
      expect(await line.end()).toMatchObject({
        code: 1008,
        reason: expect.stringContaining('DATA-0000'),
      });
    },
  );
});

describe('flux', () => {
  const flux =
    '/v2/listen?model=flux-general-multi&encoding=mulaw&sample_rate=8000&eager_eot_threshold=0.5&language_hint=es';

  test('a turn in the vendor’s messages, numbered without a gap', async () => {
    const line = await open(flux);
    line.socket.send(speech('¿Me puede dar la dirección?'));
    await line.until((message) => message['event'] === 'EndOfTurn');
    expect(line.messages[0]).toMatchObject({ type: 'Connected', sequence_id: 0 });
    expect(line.messages.map((message) => message['sequence_id'])).toEqual(
      line.messages.map((_, i) => i),
    );
    const events = line.messages.map((message) => message['event']);
    const order = ['StartOfTurn', 'EagerEndOfTurn', 'EndOfTurn'].map((e) => events.indexOf(e));
    expect(order.every((at) => at > 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const [, eager, end] = order.map((at) => line.messages[at]);
    expect(end).toMatchObject({
      turn_index: 0,
      trigger: 'model',
      transcript: '¿Me puede dar la dirección?',
      languages: ['es'],
      languages_hinted: ['es'],
    });
    expect(eager?.['transcript']).toBe(end?.['transcript']);
    expect(eager).not.toHaveProperty('trigger');
    line.socket.send(speech('Gracias.'));
    const next = await line.until((m) => m['event'] === 'EndOfTurn' && m['turn_index'] === 1);
    expect(next['transcript']).toBe('Gracias.');
  });

  test('a sentence left in the middle ends by the timeout, and ForceEndTurn ends one at once', async () => {
    const line = await open(
      '/v2/listen?model=flux-general-multi&encoding=mulaw&sample_rate=8000&eot_threshold=0.9&eot_timeout_ms=500',
    );
    line.socket.send(speech('y entonces', 1_000));
    const timeout = await line.until((message) => message['event'] === 'EndOfTurn');
    expect(timeout['trigger']).toBe('timeout');
    line.socket.send(speech('otra cosa', 100));
    line.send({ type: 'ForceEndTurn' });
    const manual = await line.until((m) => m['event'] === 'EndOfTurn' && m['turn_index'] === 1);
    expect(manual).toMatchObject({ trigger: 'manual', transcript: 'otra cosa' });
  });

  test('Configure changes thresholds or fails; nonsense is an Error and the end', async () => {
    const line = await open(flux);
    line.send({ type: 'Configure', thresholds: { eot_threshold: 0.9 }, keyterms: ['pan'] });
    const success = await line.until(({ type }) => type === 'ConfigureSuccess');
    expect(success).toMatchObject({
      thresholds: { eot_threshold: 0.9, eager_eot_threshold: 0.5, eot_timeout_ms: 5_000 },
      keyterms: ['pan'],
    });
    line.send({ type: 'Configure', thresholds: { eot_threshold: 0.1 } });
    await line.until(({ type }) => type === 'ConfigureFailure');
    line.send({ type: 'KeepAlive' });
    line.send({ type: 'Finalize' });
    const error = await line.until(({ type }) => type === 'Error');
    expect(error['code']).toBe('UNPARSABLE_CLIENT_MESSAGE');
    expect((await line.end()).code).toBe(1008);
  });
});

describe('speak', () => {
  const aura = '/v1/speak?model=aura-2-celeste-es&encoding=mulaw&sample_rate=8000';
  const heardIn = (audio: Buffer[]) => {
    const ear = createEar(8_000);
    return [decodeMulaw(Buffer.concat(audio)), new Int16Array(2_000)]
      .flatMap((pcm) => ear.push(pcm))
      .flatMap((event) => (event.type === 'word' ? [event.text] : []))
      .join(' ');
  };

  test('Metadata, audio in uneven pieces faster than it sounds, Flushed behind the last', async () => {
    const line = await open(aura);
    const startedMs = performance.now();
    line.send({ type: 'Speak', text: 'Panadería La Sabana, ' });
    line.send({ type: 'Speak', text: 'buenos días. ¿Con quién tengo el gusto?' });
    line.send({ type: 'Flush' });
    const flushed = await line.until(({ type }) => type === 'Flushed');
    const tookMs = performance.now() - startedMs;
    expect(flushed).toEqual({ type: 'Flushed', sequence_id: 0 });
    expect(line.messages[0]).toMatchObject({
      type: 'Metadata',
      model_name: 'aura-2-celeste-es',
      additional_model_uuids: [],
    });
    expect(line.messages.at(-1)).toBe(flushed);
    expect(heardIn(line.audio)).toBe(
      'Panadería La Sabana, buenos días. ¿Con quién tengo el gusto?',
    );
    expect(new Set(line.audio.map(({ length }) => length)).size).toBeGreaterThan(4);
    expect(Buffer.concat(line.audio).length / 8).toBeGreaterThan(2 * tookMs);
  });

  test('nothing sounds before a Flush, and Clear forgets what was said', async () => {
    const line = await open(aura);
    line.send({ type: 'Speak', text: 'Olvide esto.' });
    line.send({ type: 'Clear' });
    await line.until(({ type }) => type === 'Cleared');
    line.send({ type: 'Flush' });
    await line.until(({ type }) => type === 'Flushed');
    expect(line.audio).toEqual([]);
  });

  test('a Clear in mid-speech lets one late piece through, then Cleared, then silence', async () => {
    const line = await open(aura);
    line.send({ type: 'Speak', text: 'Una explicación muy larga. '.repeat(20) });
    line.send({ type: 'Flush' });
    await line.until(({ type }) => type === 'audio');
    line.send({ type: 'Clear' });
    await line.until(({ type }) => type === 'Cleared');
    const pieces = line.audio.length;
    line.send({ type: 'Close' });
    expect((await line.end()).code).toBe(1000);
    expect(line.audio).toHaveLength(pieces);
    expect(line.messages.filter(({ type }) => type === 'Flushed')).toEqual([]);
  });

  test('Close speaks what is left and closes normally', async () => {
    const line = await open(aura);
    line.send({ type: 'Speak', text: 'Hasta pronto.' });
    line.send({ type: 'Close' });
    expect((await line.end()).code).toBe(1000);
    expect(heardIn(line.audio)).toBe('Hasta pronto.');
  });

  test('more than twenty flushes a minute and more than 2000 characters are ignored with a Warning', async () => {
    const line = await open(aura);
    line.send({ type: 'Speak', text: 'x'.repeat(2_001) });
    for (let i = 0; i < 21; i++) line.send({ type: 'Flush' });
    await line.until(({ code }) => code === 'EXCESSIVE_TEXT');
    await line.until(({ code }) => code === 'EXCESSIVE_FLUSH');
    line.send({ type: 'Close' });
    await line.end();
    expect(line.messages.filter(({ type }) => type === 'Flushed')).toHaveLength(20);
    expect(line.audio).toEqual([]);
  });

  test.each([
    ['binary', Buffer.from('x'), 1003, 'MESSAGE-0000'],
    ['not JSON', 'x', 1008, 'DATA-0000'],
    ['an unknown message', '{"type":"Sing"}', 1008, 'DATA-0001'],
    ['a Speak without text', '{"type":"Speak","text":5}', 1008, 'DATA-0001'],
    ['too big', JSON.stringify({ type: 'Speak', text: 'x'.repeat(70_000) }), 1009, 'BIG-0000'],
  ])('%s closes with the vendor’s code', async (_, data, code, reason) => {
    const line = await open(aura);
    line.socket.send(data);
    expect(await line.end()).toMatchObject({ code, reason: expect.stringContaining(reason) });
  });
});

describe('REST', () => {
  const post = (path: string, body: unknown, type = 'application/json') =>
    fetch(sandbox.url + path, {
      method: 'POST',
      headers: { ...authorized, 'content-type': type },
      body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
    });
  interface Transcription {
    metadata: { duration: number };
    results: {
      channels: { alternatives: Alternative[] }[];
      utterances: Record<string, unknown>[];
    };
  }
  const transcriptionOf = async (path: string, audio: Uint8Array, type: string) =>
    (await (await post(path, audio, type)).json()) as Transcription;
  const say = '/v1/speak?model=aura-2-javier-es&encoding=linear16&sample_rate=16000';
  const hear = '/v1/listen?model=nova-3&language=es&smart_format=true';

  test('what is spoken as WAV is transcribed from it', async () => {
    const spoken = await post(say, { text: 'El pedido llega mañana a las 8:30.' });
    expect(spoken.headers.get('content-type')).toBe('audio/wav');
    expect(spoken.headers.get('dg-model-name')).toBe('aura-2-javier-es');
    const wav = new Uint8Array(await spoken.arrayBuffer());
    const answer = await transcriptionOf(hear, wav, 'audio/wav');
    expect(answer).toMatchObject({
      metadata: { channels: 1, transaction_key: 'deprecated', sha256: expect.any(String) },
      results: {
        channels: [{ alternatives: [{ transcript: 'El pedido llega mañana a las 8:30.' }] }],
      },
    });
    expect(answer.results).not.toHaveProperty('utterances');
    expect(answer.metadata.duration).toBeCloseTo((wav.length - 44) / 32_000, 2);
  });

  test('raw mu-law is transcribed by its parameters; container=none is raw', async () => {
    const spoken = await post('/v1/speak?model=aura-2-celeste-es&encoding=mulaw&container=none', {
      text: 'Con gusto.',
    });
    const raw = new Uint8Array(await spoken.arrayBuffer());
    expect(Buffer.from(raw.subarray(0, 4)).toString()).not.toBe('RIFF');
    const path = `${hear}&encoding=mulaw&sample_rate=8000`;
    const answer = await transcriptionOf(path, raw, 'application/octet-stream');
    expect(answer.results.channels[0]?.alternatives[0]?.transcript).toBe('Con gusto.');
  });

  test('two channels are heard apart, their utterances in the order they were said', async () => {
    const agent = createVoice({ pitchHz: 190 }).synthesize('¿En qué le ayudo?', 8_000);
    const caller = createVoice({ pitchHz: 110 }).synthesize('Busco pan.', 8_000);
    const both = new Int16Array(2 * (agent.length + 8_000 + caller.length));
    agent.forEach((sample, i) => (both[2 * i] = sample));
    caller.forEach((sample, i) => (both[2 * (agent.length + 8_000 + i) + 1] = sample));
    const wav = wavOf('linear16', 8_000, both);
    wav.writeUInt16LE(2, 22);
    const answer = await transcriptionOf(
      `${hear}&multichannel=true&utterances=true`,
      wav,
      'audio/wav',
    );
    expect(
      answer.results.utterances.map((u: Record<string, unknown>) => [
        u['channel'],
        u['transcript'],
      ]),
    ).toEqual([
      [0, '¿En qué le ayudo?'],
      [1, 'Busco pan.'],
    ]);
  });

  test.each([
    [say, { text: '' }, 400],
    [say, { words: 'x' }, 400],
    [say, { text: 'x'.repeat(2_001) }, 413],
    ['/v1/speak?model=aura-2-javier-es', { text: 'x' }, 400],
    [hear, { url: 'https://example.com/a.wav' }, 400],
    [`${hear}&callback=https://example.com`, { url: 'x' }, 400],
    ['/v1/listen?model=nope', { url: 'x' }, 400],
  ])('%s with %o is refused with %i', async (path, body, status) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ err_msg: expect.any(String) });
  });

  test('audio that is none is refused, not guessed at', async () => {
    const broken = wavOf('linear16', 8_000, new Int16Array(8));
    broken.writeUInt16LE(99, 20);
    for (const body of [Buffer.from('hello'), broken, broken.subarray(0, 30)]) {
      expect((await post(hear, body, 'audio/wav')).status).toBe(400);
    }
  });
});

test('closing the stand-in drops its sockets', async () => {
  const line = await open(nova);
  await sandbox.close();
  expect((await line.end()).code).toBe(1006);
});
