import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';
import { Refusal } from './refusal.ts';

export type Encoding = 'linear16' | 'mulaw' | 'alaw';

/** 16-bit little-endian bytes to samples; a last odd byte is left out. */
function samplesOf(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length >> 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(2 * i, true);
  return pcm;
}

/** Decodes a stream of raw audio that may be cut between the two bytes of a sample. */
export function createAudioDecoder(encoding: Encoding): (bytes: Uint8Array) => Int16Array {
  if (encoding === 'mulaw') return decodeMulaw;
  if (encoding === 'alaw') return decodeAlaw;
  let odd: Uint8Array = new Uint8Array(0);
  return (bytes) => {
    const whole = odd.length === 0 ? bytes : Buffer.concat([odd, bytes]);
    odd = whole.slice(whole.length & ~1);
    return samplesOf(whole);
  };
}

/** Raw bytes of samples, little-endian where they are 16-bit. */
export function encodeAudio(encoding: Encoding, pcm: Int16Array): Uint8Array {
  if (encoding === 'mulaw') return encodeMulaw(pcm);
  if (encoding === 'alaw') return encodeAlaw(pcm);
  const bytes = Buffer.alloc(pcm.length * 2);
  pcm.forEach((sample, i) => bytes.writeInt16LE(sample, 2 * i));
  return bytes;
}

const wavFormats = { linear16: 1, alaw: 6, mulaw: 7 } as const;

/** One channel as a WAV file. */
export function wavOf(encoding: Encoding, sampleRateHz: number, pcm: Int16Array): Buffer {
  const data = encodeAudio(encoding, pcm);
  const width = encoding === 'linear16' ? 2 : 1;
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(wavFormats[encoding], 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * width, 28);
  header.writeUInt16LE(width, 32);
  header.writeUInt16LE(width * 8, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** Sound with its channels apart. */
export interface Recording {
  readonly sampleRateHz: number;
  readonly channels: readonly Int16Array[];
}

/** Takes samples that alternate between channels apart. */
export function splitChannels(pcm: Int16Array, count: number): Int16Array[] {
  return Array.from({ length: count }, (_, channel) =>
    Int16Array.from(
      { length: Math.floor(pcm.length / count) },
      (_, i) => pcm[i * count + channel] ?? 0,
    ),
  );
}

const corrupt = () =>
  new Refusal(400, 'Bad Request', 'failed to process audio: corrupt or unsupported data');

/** Reads a WAV file (PCM 16, mu-law or A-law), or returns null where the bytes are no WAV file. */
export function readWav(bytes: Buffer): Recording | null {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    return null;
  }
  let format: { encoding: Encoding; sampleRateHz: number; channels: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    // A recording still being written says 0 or "all ones": then the data goes to the end.
    const size = Math.min(bytes.readUInt32LE(at + 4), bytes.length - at - 8);
    const chunk = bytes.subarray(at + 8, at + 8 + size);
    if (id === 'fmt ' && size >= 16) {
      const encoding = (['linear16', 'alaw', 'mulaw'] as const).find(
        (name) => wavFormats[name] === chunk.readUInt16LE(0),
      );
      const channels = chunk.readUInt16LE(2);
      const bits = chunk.readUInt16LE(14);
      if (!encoding || channels === 0 || bits !== (encoding === 'linear16' ? 16 : 8))
        throw corrupt();
      format = { encoding, sampleRateHz: chunk.readUInt32LE(4), channels };
    }
    if (id === 'data') {
      if (!format) throw corrupt();
      const pcm = createAudioDecoder(format.encoding)(chunk);
      return { sampleRateHz: format.sampleRateHz, channels: splitChannels(pcm, format.channels) };
    }
    at += 8 + size + (size & 1);
  }
  throw corrupt();
}
