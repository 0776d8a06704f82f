import { z } from 'zod';
import {
  CarrierDecodeError,
  type Carrier,
  type CarrierCommand,
  type CarrierEvent,
  type Wire,
} from './carrier.ts';

/**
 * The browser's and the terminal's line: binary messages are 16-bit little-endian PCM, mono, 16 kHz,
 * of any even length up to a second, in both directions; text messages are JSON control.
 *
 * From the client: `{"type":"hello"}` first, and again to no effect; `{"type":"played","name":…}` when
 * what came before that mark has been heard or cleared; `{"type":"text","text":…}` a turn that is
 * written instead of spoken; `{"type":"typing"}` now and then while one is being written, which is no
 * silence; `{"type":"dtmf","digit":…}`; `{"type":"bye"}`. Audio is to flow all the time, if only
 * silence: a recogniser gives up a line without any.
 * To the client: audio, `{"type":"mark","name":…}`, `{"type":"clear"}` (forget what has not been
 * played, and answer the marks in it), and `{"type":"event","event":…,"at_ms":…,"data":…}` as in the
 * call's event stream.
 */
const format = { encoding: 'linear16', sampleRateHz: 16_000 } as const;

const BYTES_MAX = format.sampleRateHz * 2;
const TEXT_MAX = 2_000;

const controlSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('played'), name: z.string().max(256) }),
  z.object({ type: z.literal('text'), text: z.string().trim().min(1).max(TEXT_MAX) }),
  z.object({ type: z.literal('typing') }),
  z.object({ type: z.literal('dtmf'), digit: z.string().regex(/^[0-9*#A-D]$/) }),
  z.object({ type: z.literal('bye') }),
]);

export const browserCarrier: Carrier = {
  name: 'browser',
  outboundFormat: format,
  decode: (raw) => (typeof raw === 'string' ? decodeControl(raw) : decodeAudio(raw)),
  encode,
  show: ({ type, atMs, data }) => JSON.stringify({ type: 'event', event: type, at_ms: atMs, data }),
};

function decodeAudio(payload: Uint8Array): CarrierEvent | null {
  if (payload.length === 0) return null;
  if (payload.length % 2 !== 0 || payload.length > BYTES_MAX)
    throw new CarrierDecodeError(`${payload.length} bytes are no PCM of up to a second`);
  return { type: 'media', sequence: null, payload };
}

function decodeControl(raw: string): CarrierEvent {
  const control = controlSchema.safeParse(parseJson(raw));
  if (!control.success)
    throw new CarrierDecodeError(control.error.issues[0]?.message ?? 'unknown message');
  switch (control.data.type) {
    case 'hello':
      return { type: 'started', carrierCallId: null, streamId: '', format };
    case 'played':
      return { type: 'mark', name: control.data.name };
    case 'text':
      return { type: 'text', text: control.data.text };
    case 'typing':
      return { type: 'typing' };
    case 'dtmf':
      return { type: 'dtmf', digit: control.data.digit };
    case 'bye':
      return { type: 'stopped' };
  }
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch (error) {
    throw new CarrierDecodeError('not JSON', { cause: error });
  }
}

function encode(command: CarrierCommand): Wire {
  switch (command.type) {
    case 'media':
      return command.payload;
    case 'mark':
      return JSON.stringify({ type: 'mark', name: command.name });
    case 'clear':
      return '{"type":"clear"}';
  }
}
