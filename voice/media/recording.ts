import { assert } from '@alo/core/kernel';

const SAMPLES_PER_MS = 8;
const GROWTH_MS = 30_000;

/**
 * Both sides of a call on one time line: the caller left, the agent right, 16-bit 8 kHz.
 * What is written beyond `durationMsMax` is dropped.
 */
export interface Recording {
  /** Puts audio at `atMs` since the call's start, over what was there. */
  write(side: 'caller' | 'agent', atMs: number, pcm: Int16Array): void;
  /** Silences the agent from `fromMs` on: what was scheduled and never played. */
  cutAgent(fromMs: number): void;
  /** The WAV so far, up to `durationMs`. */
  toWav(durationMs: number): Uint8Array;
}

export function createRecording(durationMsMax: number): Recording {
  const samplesMax = durationMsMax * SAMPLES_PER_MS;
  const tracks = { caller: new Int16Array(0), agent: new Int16Array(0) };

  const room = (side: 'caller' | 'agent', samples: number) => {
    const track = tracks[side];
    if (samples <= track.length) return track;
    const grown = new Int16Array(Math.min(samplesMax, samples + GROWTH_MS * SAMPLES_PER_MS));
    grown.set(track);
    tracks[side] = grown;
    return grown;
  };

  return {
    write(side, atMs, pcm) {
      assert(atMs >= 0, 'a recording starts at 0');
      const start = Math.round(atMs * SAMPLES_PER_MS);
      if (start >= samplesMax) return;
      const fits = pcm.subarray(0, samplesMax - start);
      room(side, start + fits.length).set(fits, start);
    },
    cutAgent(fromMs) {
      tracks.agent.fill(0, Math.max(0, Math.round(fromMs * SAMPLES_PER_MS)));
    },
    toWav(durationMs) {
      const samples = Math.min(samplesMax, Math.max(0, Math.round(durationMs * SAMPLES_PER_MS)));
      const stereo = new Int16Array(samples * 2);
      for (let i = 0; i < samples; i++) {
        stereo[2 * i] = tracks.caller[i] ?? 0;
        stereo[2 * i + 1] = tracks.agent[i] ?? 0;
      }
      return wavOf(stereo, 2, 8000);
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
