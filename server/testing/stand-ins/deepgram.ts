import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { serve, type StandInServer } from './server.ts';

export interface DeepgramStandIn extends StandInServer {
  /** The query of each recognition opened, and of each voice. */
  readonly listens: readonly URLSearchParams[];
  readonly speaks: readonly URLSearchParams[];
  /** Everything it was asked to say. */
  readonly said: readonly string[];
}

type Ending = 'speech_final' | 'utterance_end' | 'interim_only';

interface Options {
  readonly apiKey: string;
  /** What is "recognised" in the first stretch of sound of a connection, the second … */
  readonly transcripts: readonly string[];
  /**
   * How their ends are told, in turn. `utterance_end`: the line is noisy, endpointing never fires,
   * only words stop coming. `interim_only`: and even the final result never comes.
   */
  readonly endings?: readonly Ending[];
  /** Milliseconds of tone for a character. */
  readonly msPerChar?: number;
}

const FRAME_MS = 20;
/** How far a G.711 byte is from silence, roughly: its exponent and mantissa. */
const loudness = {
  mulaw: (byte: number) => ~byte & 0x7f,
  alaw: (byte: number) => (byte ^ 0x55) & 0x7f,
};

/** `/v1/listen` and `/v1/speak` over WebSocket. */
export async function startDeepgramStandIn(options: Options): Promise<DeepgramStandIn> {
  const listens: URLSearchParams[] = [];
  const speaks: URLSearchParams[] = [];
  const said: string[] = [];

  const server = await serve(
    () => ({ status: 404, body: { err_code: 'NOT_FOUND', err_msg: 'no such route' } }),
    ({ pathname, searchParams: query }, headers) => {
      if (headers.authorization !== `Token ${options.apiKey}`) return 401;
      if (pathname === '/v1/listen') {
        listens.push(query);
        return (socket) => listen(socket, query, options);
      }
      if (pathname === '/v1/speak') {
        speaks.push(query);
        return (socket) => speak(socket, query, said, options.msPerChar ?? 25);
      }
      return 404;
    },
  );
  return { ...server, listens, speaks, said };
}

function listen(
  socket: WebSocket,
  query: URLSearchParams,
  { transcripts, endings = ['speech_final'] }: Options,
): void {
  let utterances = 0;
  const level = query.get('encoding') === 'alaw' ? loudness.alaw : loudness.mulaw;
  const bytesPerMs = Number(query.get('sample_rate')) / 1_000;
  const endpointingMs = Number(query.get('endpointing') ?? 10);
  const utteranceEndMs = Number(query.get('utterance_end_ms') ?? 0);
  const requestId = randomUUID();
  let heardMs = 0;
  let startMs = 0;
  let voicedMs = 0;
  let quietMs = 0;
  let stage: 'idle' | 'speaking' | 'settled' = 'idle';
  let words: string[] = [];

  const send = (message: object) => socket.send(JSON.stringify(message));
  const results = (transcript: string, is_final: boolean, speech_final: boolean) =>
    send({
      type: 'Results',
      channel_index: [0, 1],
      start: startMs / 1_000,
      duration: (heardMs - startMs) / 1_000,
      is_final,
      speech_final,
      from_finalize: false,
      channel: {
        alternatives: [{ transcript, confidence: transcript === '' ? 0 : 0.98, words: [] }],
      },
      metadata: {
        request_id: requestId,
        model_info: { name: query.get('model'), version: '1', arch: 'nova-3' },
        model_uuid: randomUUID(),
      },
    });

  const onFrame = (frame: Buffer) => {
    heardMs += frame.length / bytesPerMs;
    const loud = frame.reduce((sum, byte) => sum + level(byte), 0) / frame.length > 24;
    if (loud) {
      if (stage === 'settled') [stage, voicedMs] = ['idle', 0];
      voicedMs += frame.length / bytesPerMs;
      quietMs = 0;
      if (stage === 'idle' && voicedMs >= 60) {
        stage = 'speaking';
        startMs = heardMs - voicedMs;
        words = (transcripts[utterances++] ?? '').split(' ');
        send({ type: 'SpeechStarted', channel: [0, 1], timestamp: startMs / 1_000 });
      }
      // Every 200 ms what it has understood so far.
      if (stage === 'speaking' && voicedMs % 200 < frame.length / bytesPerMs) {
        const count = Math.min(words.length, Math.ceil(voicedMs / 200));
        results(words.slice(0, count).join(' '), false, false);
      }
      return;
    }
    quietMs += frame.length / bytesPerMs;
    if (stage === 'idle') {
      voicedMs = 0;
      // A stretch in which nobody spoke.
      if (quietMs % 1_000 < FRAME_MS) results('', true, false);
    } else if (stage === 'speaking' && quietMs >= endpointingMs) {
      const ending = endings[(utterances - 1) % endings.length];
      const final = ending === 'speech_final';
      results(words.join(' '), ending !== 'interim_only', final);
      stage = final && utteranceEndMs === 0 ? 'idle' : 'settled';
      if (final) results('', true, true);
    } else if (stage === 'settled' && quietMs >= utteranceEndMs) {
      results('', false, false);
      send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: (heardMs - quietMs) / 1_000 });
      stage = 'idle';
    }
    if (stage === 'idle') voicedMs = 0;
  };

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      if (data.length === 0) return socket.close(1000);
      const size = FRAME_MS * bytesPerMs;
      for (let at = 0; at < data.length; at += size) onFrame(data.subarray(at, at + size));
      return;
    }
    const { type } = JSON.parse(data.toString()) as { type: string };
    if (type !== 'CloseStream') return;
    const created = new Date().toISOString();
    const about = { transaction_key: 'deprecated', request_id: requestId, sha256: '', created };
    send({ type: 'Metadata', ...about, duration: heardMs / 1_000, channels: 1 });
    socket.close(1000);
  });
}

/** 400 Hz at 8 kHz has a period of 20 samples: G.711 of it is a loop. */
const tones = {
  mulaw: period((sample) => mulawOf(sample)),
  alaw: period((sample) => alawOf(sample)),
};

function period(encode: (sample: number) => number): Buffer {
  const at = (i: number) => Math.round(6_000 * Math.sin((2 * Math.PI * i) / 20));
  return Buffer.from(Array.from({ length: 20 }, (_, i) => encode(at(i))));
}

/** G.711: a sign, the position of the highest bit, and the four bits after it. */
function mulawOf(sample: number): number {
  const biased = Math.abs(sample) + 132;
  const exponent = Math.floor(Math.log2(biased)) - 7;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((biased >> (exponent + 3)) & 0x0f)) & 0xff;
}

function alawOf(sample: number): number {
  const size = Math.abs(sample);
  const exponent = Math.max(0, Math.floor(Math.log2(size || 1)) - 7);
  const mantissa = (size >> Math.max(4, exponent + 3)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}

function speak(socket: WebSocket, query: URLSearchParams, said: string[], msPerChar: number): void {
  const tone = tones[query.get('encoding') === 'alaw' ? 'alaw' : 'mulaw'];
  const model = query.get('model') ?? '';
  /** Sizes no frame fits into. */
  const sizes = [37, 1_301, 160, 999, 2_048, 5];
  let text = '';
  let sequence = 0;
  /** What goes out next: audio, or a message. */
  let outbox: (Buffer | object)[] = [];
  let timer: NodeJS.Timeout | undefined;

  const pump = () => {
    timer = undefined;
    const next = outbox.shift();
    if (next === undefined || socket.readyState !== socket.OPEN) return;
    if (Buffer.isBuffer(next)) socket.send(next, { binary: true });
    else socket.send(JSON.stringify(next));
    timer = setTimeout(pump, 2);
  };
  const post = (...items: (Buffer | object)[]) => {
    outbox.push(...items);
    timer ??= setTimeout(pump, 2);
  };

  post({
    type: 'Metadata',
    request_id: randomUUID(),
    model_name: model,
    model_version: '1',
    model_uuid: randomUUID(),
    additional_model_uuids: [],
  });

  const synthesise = () => {
    const bytes = Math.round((text.trim().length * msPerChar * 8) / 20) * 20;
    const whole = Buffer.alloc(bytes, tone);
    text = '';
    for (let at = 0, i = 0; at < bytes; i++) {
      const size = sizes[i % sizes.length] ?? 160;
      post(whole.subarray(at, at + size));
      at += size;
    }
  };

  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; text?: string };
    if (message.type === 'Speak') {
      text += message.text ?? '';
      said.push(message.text ?? '');
    } else if (message.type === 'Flush') {
      synthesise();
      post({ type: 'Flushed', sequence_id: sequence++ });
    } else if (message.type === 'Clear') {
      text = '';
      // One more piece was on its way already.
      outbox = outbox.filter(Buffer.isBuffer).slice(0, 1);
      post({ type: 'Cleared', sequence_id: sequence++ });
    } else if (message.type === 'Close') socket.close(1000);
  });
  socket.on('close', () => clearTimeout(timer));
}
