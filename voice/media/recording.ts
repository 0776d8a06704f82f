import { assert, decodeAlaw, decodeMulaw, encodeMulaw } from '@alo/core/kernel';
import type { AudioFormat } from '@alo/core/ports';
import { lineCodec } from './line-codec.ts';

/** About a second: a call grows by what is said in it, and nothing is copied. */
const BLOCK_SAMPLES = 8_192;

type Side = 'caller' | 'agent';

/**
 * Both sides of a call on one time line: the caller left, the agent right. Kept a byte a sample, as
 * G.711 came on the line, and PCM in mu-law; written out as 16 bit at the line's rate. What goes
 * beyond `durationMsMax` is dropped.
 */
export interface Recording {
  /** Puts audio at `atMs` since the call's start, over what was there. */
  write(side: Side, atMs: number, audio: Uint8Array): void;
  /** Silences the agent from `fromMs` on: what was scheduled and never played. */
  cutAgent(fromMs: number): void;
  /** The WAV so far, up to `durationMs`. */
  toWav(durationMs: number): Uint8Array;
}

export function createRecording(
  durationMsMax: number,
  formats: Readonly<Record<Side, AudioFormat>>,
): Recording {
  const { sampleRateHz } = formats.caller;
  assert(sampleRateHz === formats.agent.sampleRateHz, 'both sides of a line have one rate');
  const samplesPerMs = sampleRateHz / 1_000;
  const samplesMax = durationMsMax * samplesPerMs;
  const tracks = { caller: createTrack(formats.caller), agent: createTrack(formats.agent) };
  const keepers = { caller: keeperOf(formats.caller), agent: keeperOf(formats.agent) };

  return {
    write(side, atMs, audio) {
      assert(atMs >= 0, 'a recording starts at 0');
      const start = Math.round(atMs * samplesPerMs);
      if (start >= samplesMax) return;
      const kept = keepers[side](audio);
      const room = samplesMax - start;
      tracks[side].write(start, kept.length <= room ? kept : kept.subarray(0, room));
    },
    cutAgent(fromMs) {
      tracks.agent.silence(Math.max(0, Math.round(fromMs * samplesPerMs)));
    },
    toWav(durationMs) {
      const samples = Math.min(samplesMax, Math.max(0, Math.round(durationMs * samplesPerMs)));
      const stereo = new Int16Array(samples * 2);
      tracks.caller.readInto(stereo, 0);
      tracks.agent.readInto(stereo, 1);
      return wavOf(stereo, 2, sampleRateHz);
    },
  };
}

/** Audio of a line as it is kept. */
function keeperOf(format: AudioFormat): (audio: Uint8Array) => Uint8Array {
  if (format.encoding !== 'linear16') return (audio) => audio;
  const { decode } = lineCodec(format);
  return (audio) => encodeMulaw(decode(audio));
}

function createTrack({ encoding }: AudioFormat) {
  const decode = encoding === 'alaw' ? decodeAlaw : decodeMulaw;
  const silence = encoding === 'alaw' ? 0xd5 : 0xff;
  const blocks: (Uint8Array | undefined)[] = [];

  return {
    write(start: number, audio: Uint8Array): void {
      for (let done = 0; done < audio.length;) {
        const index = Math.floor((start + done) / BLOCK_SAMPLES);
        const offset = (start + done) % BLOCK_SAMPLES;
        const block = (blocks[index] ??= new Uint8Array(BLOCK_SAMPLES).fill(silence));
        const fits = Math.min(audio.length - done, BLOCK_SAMPLES - offset);
        block.set(fits === audio.length ? audio : audio.subarray(done, done + fits), offset);
        done += fits;
      }
    },
    silence(start: number): void {
      const first = Math.floor(start / BLOCK_SAMPLES);
      blocks[first]?.fill(silence, start % BLOCK_SAMPLES);
      blocks.length = Math.min(blocks.length, first + 1);
    },
    /** Fills one channel of interleaved stereo. */
    readInto(stereo: Int16Array, channel: 0 | 1): void {
      const samples = stereo.length / 2;
      for (const [index, block] of blocks.entries()) {
        if (!block) continue;
        const start = index * BLOCK_SAMPLES;
        const pcm = decode(block.subarray(0, Math.max(0, samples - start)));
        for (let i = 0; i < pcm.length; i++) stereo[2 * (start + i) + channel] = pcm[i] ?? 0;
      }
    },
  };
}

/** A RIFF/WAVE file of interleaved 16-bit PCM. */
function wavOf(interleaved: Int16Array, channels: number, sampleRateHz: number): Uint8Array {
  const dataBytes = interleaved.length * 2;
  const file = Buffer.alloc(44 + dataBytes);
  file.write('RIFF', 0, 'ascii');
  file.writeUInt32LE(36 + dataBytes, 4);
  file.write('WAVEfmt ', 8, 'ascii');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * channels * 2, 28);
  file.writeUInt16LE(channels * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'ascii');
  file.writeUInt32LE(dataBytes, 40);
  Buffer.from(interleaved.buffer, interleaved.byteOffset, dataBytes).copy(file, 44);
  return file;
}
