import { z } from 'zod';
import {
  CarrierDecodeError,
  type Carrier,
  type CarrierCommand,
  type CarrierEvent,
  type Wire,
} from './carrier.ts';

/**
 * Telnyx media streaming: JSON text frames, audio as base64 of raw G.711.
 * Numbers arrive as strings. Older servers write encodings as `audio/x-mulaw` and errors under
 * `error` instead of `payload`; both are read.
 * Source: developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket
 */
const digits = /^\d{1,12}$/;
const numeric = z
  .union([z.string().regex(digits), z.number().int().nonnegative()])
  .transform(Number);
const failure = z.object({
  code: z.union([z.string(), z.number()]),
  title: z.string().default(''),
  detail: z.string().default(''),
});

const frameSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('connected') }),
  z.object({
    event: z.literal('start'),
    stream_id: z.string().max(256).default(''),
    start: z.object({
      call_control_id: z.string().max(512),
      media_format: z.object({
        encoding: z.string(),
        sample_rate: z.coerce.number(),
        channels: z.coerce.number().default(1),
      }),
    }),
  }),
  z.object({
    event: z.literal('media'),
    media: z.object({ track: z.string().optional(), chunk: numeric, payload: z.string() }),
  }),
  z.object({ event: z.literal('dtmf'), dtmf: z.object({ digit: z.string().max(1) }) }),
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string().max(256) }) }),
  z.object({ event: z.literal('stop') }),
  z.object({ event: z.literal('error'), payload: failure.optional(), error: failure.optional() }),
]);

const encodings: Record<string, 'mulaw' | 'alaw' | 'linear16'> = {
  PCMU: 'mulaw',
  'audio/x-mulaw': 'mulaw',
  PCMA: 'alaw',
  'audio/x-alaw': 'alaw',
};

export const telnyxCarrier: Carrier = {
  name: 'telnyx',
  outboundFormat: { encoding: 'mulaw', sampleRateHz: 8000 },
  decode,
  encode,
};

function decode(raw: Wire): CarrierEvent | null {
  if (typeof raw !== 'string') throw new CarrierDecodeError('not text');
  const json = parseJson(raw);
  // Fifty a second and call: by hand, to the same effect as the schema, which takes what this does not.
  const media = mediaOf(json);
  if (media) return heard(media.track, media.chunk, media.payload);
  const frame = parse(json);
  switch (frame.event) {
    case 'connected':
      return { type: 'connected' };
    case 'start': {
      const { encoding, sample_rate: sampleRateHz, channels } = frame.start.media_format;
      const known = encodings[encoding];
      if (!known || sampleRateHz !== 8000 || channels !== 1) {
        throw new CarrierDecodeError(
          `unsupported media format ${encoding}/${sampleRateHz}/${channels}`,
        );
      }
      return {
        type: 'started',
        carrierCallId: frame.start.call_control_id,
        streamId: frame.stream_id,
        format: { encoding: known, sampleRateHz },
      };
    }
    case 'media':
      return heard(frame.media.track, frame.media.chunk, frame.media.payload);
    case 'dtmf':
      return { type: 'dtmf', digit: frame.dtmf.digit };
    case 'mark':
      return { type: 'mark', name: frame.mark.name };
    case 'stop':
      return { type: 'stopped' };
    case 'error': {
      const said = frame.payload ?? frame.error;
      return {
        type: 'error',
        code: String(said?.code ?? ''),
        detail: said?.detail || (said?.title ?? ''),
      };
    }
  }
}

/** Audio in the form in which it nearly always comes; null for anything else. */
function mediaOf(json: unknown): { track: string; chunk: number; payload: string } | null {
  const { event, media } = json as { event?: unknown; media?: Record<string, unknown> };
  if (event !== 'media' || typeof media !== 'object' || media === null) return null;
  const { track, chunk, payload } = media;
  if (typeof track !== 'string' || typeof chunk !== 'string' || typeof payload !== 'string')
    return null;
  return digits.test(chunk) ? { track, chunk: Number(chunk), payload } : null;
}

function heard(track: string | undefined, sequence: number, base64: string): CarrierEvent | null {
  // Our own voice comes back on the outbound track when both are streamed.
  if (track === 'outbound' || track === 'outbound_track') return null;
  const payload = Buffer.from(base64, 'base64');
  return payload.length === 0 ? null : { type: 'media', sequence, payload };
}

function parseJson(raw: string): object {
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (error) {
    throw new CarrierDecodeError('not JSON', { cause: error });
  }
  if (typeof json !== 'object' || json === null) throw new CarrierDecodeError('not an object');
  return json;
}

function parse(json: object): z.infer<typeof frameSchema> {
  const frame = frameSchema.safeParse(json);
  if (!frame.success)
    throw new CarrierDecodeError(frame.error.issues[0]?.message ?? 'unknown frame');
  return frame.data;
}

function encode(command: CarrierCommand): string {
  switch (command.type) {
    case 'media': {
      const { buffer, byteOffset, byteLength } = command.payload;
      const payload = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
      return `{"event":"media","media":{"payload":"${payload}"}}`;
    }
    case 'mark':
      return JSON.stringify({ event: 'mark', mark: { name: command.name } });
    case 'clear':
      return '{"event":"clear"}';
  }
}
