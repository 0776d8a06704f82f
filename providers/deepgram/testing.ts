/** What the tests of the adapters share: a stand-in on loopback, audio for it, and events to wait for. */

import { createLog, encodeMulaw, Secret, systemClock } from '@alo/core/kernel';
import { createVoice } from '@alo/sandbox/speech';

export const KEY = 'dg_test_key';
export const phone = { encoding: 'mulaw', sampleRateHz: 8_000 } as const;
export const settings = (baseUrl: string, apiKey = KEY) => ({
  apiKey: new Secret(apiKey),
  baseUrl,
  clock: systemClock,
  log: createLog({ level: 'silent' }),
});

const FRAME_BYTES = 160;
const caller = createVoice({ pitchHz: 118 });

/** What a caller says, as 20 ms frames of mu-law, with silence behind. */
export function callerFrames(text: string, silenceMs = 1_500): Uint8Array[] {
  const speech = encodeMulaw(caller.synthesize(text, 8_000));
  const audio = new Uint8Array(speech.length + silenceMs * 8).fill(0xff);
  audio.set(speech);
  return Array.from({ length: Math.ceil(audio.length / FRAME_BYTES) }, (_, i) =>
    audio.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES),
  );
}

/** Reads a stream's events one after the other, and keeps them. */
export function createReader<E extends { type: string }>(events: AsyncIterable<E>) {
  const iterator = events[Symbol.asyncIterator]();
  const seen: E[] = [];
  async function next(): Promise<E | undefined> {
    const result = await iterator.next();
    if (result.done) return undefined;
    seen.push(result.value);
    return result.value;
  }
  return {
    seen,
    /** The next event of a type; those before it are kept in `seen`. */
    async until<T extends E['type']>(type: T): Promise<Extract<E, { type: T }>> {
      for (let event = await next(); event; event = await next()) {
        if (event.type === type) return event as Extract<E, { type: T }>;
      }
      throw new Error(`the stream ended without ${type}: ${JSON.stringify(seen)}`);
    },
    /** Everything up to the end. */
    async rest(): Promise<E[]> {
      while (await next());
      return seen;
    },
  };
}
