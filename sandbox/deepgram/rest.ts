import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '@alo/core/kernel';
import { createEar, speechRatesHz } from '../speech/index.ts';
import {
  createAudioDecoder,
  encodeAudio,
  readWav,
  splitChannels,
  wavOf,
  type Recording,
} from './audio.ts';
import { modelInfo } from './listen-socket.ts';
import { parsePrerecorded, parseSpeakRest, type PrerecordedQuery } from './query.ts';
import { authorize, invalidQuery, Refusal, refusalAnswer } from './refusal.ts';
import { SPEAK_CHARS_MAX } from './speak-socket.ts';
import { alternative, seconds, type HeardWord } from './transcript.ts';
import { voiceOf } from './voices.ts';

const PIECE_SAMPLES = 4_800;

/** Raw audio by the parameters, a WAV file by its header. */
function recordingOf(bytes: Buffer, query: PrerecordedQuery): Recording {
  const wav = readWav(bytes);
  if (wav) return wav;
  if (query.encoding === undefined || query.sample_rate === undefined) {
    throw new Refusal(
      400,
      'Bad Request',
      'failed to process audio: give encoding and sample_rate for raw audio, or send WAV',
    );
  }
  const pcm = createAudioDecoder(query.encoding)(bytes);
  return { sampleRateHz: query.sample_rate, channels: splitChannels(pcm, query.channels) };
}

function hear(pcm: Int16Array, sampleRateHz: number): HeardWord[] {
  const ear = createEar(sampleRateHz);
  const words: HeardWord[] = [];
  const listen = (piece: Int16Array) => {
    for (const event of ear.push(piece)) if (event.type === 'word') words.push(event);
  };
  for (let at = 0; at < pcm.length; at += PIECE_SAMPLES)
    listen(pcm.subarray(at, at + PIECE_SAMPLES));
  // The ear is a little late: silence brings out the last word.
  listen(new Int16Array(sampleRateHz / 10));
  return words;
}

/** Cuts where nobody says a word for `splitMs`. */
function utterancesOf(words: readonly HeardWord[], splitMs: number): HeardWord[][] {
  const utterances: HeardWord[][] = [];
  for (const word of words) {
    const current = utterances.at(-1);
    const last = current?.at(-1);
    if (current && last && word.startMs - last.endMs < splitMs) current.push(word);
    else utterances.push([word]);
  }
  return utterances;
}

function transcribe(bytes: Buffer, query: PrerecordedQuery, requestId: string, createdAt: Date) {
  const { sampleRateHz, channels } = recordingOf(bytes, query);
  if (!speechRatesHz.some((rate) => rate === sampleRateHz)) {
    throw invalidQuery(`The sandbox hears at ${speechRatesHz.join(', ')} Hz.`);
  }
  const format = { formatted: query.smart_format || query.punctuate, language: query.language };
  const heard = (query.multichannel ? channels : channels.slice(0, 1)).map((pcm) =>
    hear(pcm, sampleRateHz),
  );
  const utterances = heard.flatMap((words, channel) =>
    utterancesOf(words, query.utt_split * 1_000).map((utterance, i) => ({
      start: seconds(utterance[0]?.startMs ?? 0),
      end: seconds(utterance.at(-1)?.endMs ?? 0),
      channel,
      ...alternative(utterance, format),
      speaker: channel,
      id: `${requestId}-${channel}-${i}`,
    })),
  );
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id: requestId,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      created: createdAt.toISOString(),
      duration: seconds(((channels[0]?.length ?? 0) * 1_000) / sampleRateHz),
      channels: heard.length,
      models: [requestId],
      model_info: { [requestId]: modelInfo(query.model) },
    },
    results: {
      channels: heard.map((words) => ({
        detected_language: query.language === 'multi' ? 'es' : query.language,
        alternatives: [alternative(words, format)],
      })),
      ...(query.utterances ? { utterances: utterances.toSorted((a, b) => a.start - b.start) } : {}),
    },
  };
}

const speakBody = z.object({ text: z.string() });

function speakableText(body: unknown): string {
  const parsed = speakBody.safeParse(body);
  const text = parsed.success ? parsed.data.text : '';
  if (text.trim() === '') throw new Refusal(400, 'PAYLOAD_ERROR', 'Input text is required.');
  if (text.length > SPEAK_CHARS_MAX) {
    const message = `Input text exceeds maximum character limit of ${SPEAK_CHARS_MAX}.`;
    throw new Refusal(413, 'INPUT_TEXT_TOO_LONG', message);
  }
  return text;
}

const urlOf = (request: FastifyRequest) => new URL(request.url, 'http://sandbox');

/** `POST /v1/listen` and `POST /v1/speak`: the same ear and voices, without a stream. */
export function registerRest(
  app: FastifyInstance,
  deps: { clock: Clock; apiKey: string | undefined; newRequestId: () => string },
): void {
  app.addContentTypeParser(
    /^(?:application\/octet-stream|audio\/)/u,
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  type Answer = (request: FastifyRequest, reply: FastifyReply, requestId: string) => unknown;
  const route = (path: string, answer: Answer) =>
    app.post(path, async (request, reply) => {
      const requestId = deps.newRequestId();
      void reply.header('dg-request-id', requestId);
      try {
        authorize(request.headers.authorization, deps.apiKey);
        return await answer(request, reply, requestId);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { body, headers } = refusalAnswer(error, requestId);
        return reply.code(error.status).headers(headers).send(body);
      }
    });

  route('/v1/listen', (request, _reply, requestId) => {
    const query = parsePrerecorded(urlOf(request));
    if (urlOf(request).searchParams.has('callback')) {
      throw invalidQuery('The sandbox makes no callbacks.');
    }
    if (!Buffer.isBuffer(request.body) || request.body.length === 0) {
      throw new Refusal(400, 'Bad Request', 'The sandbox transcribes audio that it is sent.');
    }
    return transcribe(request.body, query, requestId, deps.clock.now());
  });

  route('/v1/speak', (request, reply) => {
    const query = parseSpeakRest(urlOf(request));
    const text = speakableText(request.body);
    const pcm = voiceOf(query.model, query.speed).synthesize(text, query.sample_rate);
    const audio =
      query.container === 'wav'
        ? wavOf(query.encoding, query.sample_rate, pcm)
        : Buffer.from(encodeAudio(query.encoding, pcm));
    return reply
      .headers({ 'dg-model-name': query.model, 'dg-char-count': String(text.length) })
      .type(query.container === 'wav' ? 'audio/wav' : `audio/${query.encoding}`)
      .send(audio);
  });
}
