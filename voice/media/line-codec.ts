import { assert, decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw, limits } from '@alo/core/kernel';
import type { AudioFormat } from '@alo/core/ports';

/** How samples travel on a line: what carriers, recognisers, voices and recordings agree on. */
export interface LineCodec {
  readonly format: AudioFormat;
  readonly samplesPerMs: number;
  readonly bytesPerMs: number;
  /** Bytes of 20 ms. */
  readonly frameBytes: number;
  /** Every byte of silence. */
  readonly silence: number;
  /** Samples, in `into` where they fit it: for whoever is done with them before the next frame. */
  decode(bytes: Uint8Array, into?: Int16Array): Int16Array;
  encode(pcm: Int16Array): Uint8Array;
}

const codings = {
  mulaw: { bytesPerSample: 1, silence: 0xff, decode: decodeMulaw, encode: encodeMulaw },
  alaw: { bytesPerSample: 1, silence: 0xd5, decode: decodeAlaw, encode: encodeAlaw },
  linear16: { bytesPerSample: 2, silence: 0, decode: decodeLinear, encode: encodeLinear },
} as const;

/** The codec of a line: G.711 at 8 kHz, or little-endian 16-bit PCM at any whole number of samples a millisecond. */
export function lineCodec(format: AudioFormat): LineCodec {
  const { bytesPerSample, silence, decode, encode } = codings[format.encoding];
  const samplesPerMs = format.sampleRateHz / 1_000;
  assert(Number.isInteger(samplesPerMs), `no line has ${format.sampleRateHz} Hz`);
  const bytesPerMs = samplesPerMs * bytesPerSample;
  return {
    format,
    samplesPerMs,
    bytesPerMs,
    frameBytes: bytesPerMs * limits.voice.frameMs,
    silence,
    decode,
    encode,
  };
}

/** A view where the bytes lie on an even address, a copy where not; half a sample at the end is dropped. */
function decodeLinear(bytes: Uint8Array): Int16Array {
  const samples = bytes.length >> 1;
  if (bytes.byteOffset % 2 === 0) return new Int16Array(bytes.buffer, bytes.byteOffset, samples);
  return new Int16Array(bytes.slice(0, samples * 2).buffer, 0, samples);
}

function encodeLinear(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
