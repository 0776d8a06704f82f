import { limits } from '@alo/core/kernel';
import type { LineCodec } from './line-codec.ts';

const FRAME_MS = limits.voice.frameMs;
/** What is looked at of the past: three frames. */
const HISTORY_FRAMES = 3;
/** Pitch periods that a voice may have: 200 to 66 Hz. */
const PITCH_MS_MIN = 5;
const PITCH_MS_MAX = 15;
/** The stretch that is compared with itself, a pitch period earlier. */
const COMPARED_MS = 20;
/** Full loudness for so long, then it fades by a fifth every 10 ms: silence after 60 ms. */
const STEADY_MS = 10;
const FADED_MS = 60;
/** The first frame after a loss is blended in over this. */
const BLEND_MS = 4;

/**
 * Makes up for lost frames as G.711 Appendix I does (ITU-T, 1999): repeats the last pitch period,
 * fading, and blends the line back in. In the line's own coding, frame by frame; while nothing is
 * lost it keeps references only.
 */
export interface Concealment {
  /** Notes a frame that came; returns it, or after a loss with its beginning blended in. */
  heard(frame: Uint8Array): Uint8Array;
  /** The frame to be heard in place of one that is lost. */
  conceal(): Uint8Array;
}

interface Loss {
  /** The last pitch period of what was heard. */
  readonly period: Int16Array;
  /** Samples made up so far. */
  at: number;
}

export function createConcealment(codec: LineCodec): Concealment {
  const { samplesPerMs } = codec;
  const frameSamples = samplesPerMs * FRAME_MS;
  const history: Uint8Array[] = [];
  let loss: Loss | null = null;

  function begin(): Loss {
    const whole = history.length === HISTORY_FRAMES && history.every(isWholeFrame);
    const past = whole ? joined(history.map((frame) => codec.decode(frame))) : new Int16Array(0);
    return { period: lastPeriod(past, samplesPerMs), at: 0 };
  }

  const isWholeFrame = (frame: Uint8Array) => frame.length === codec.frameBytes;

  function next(lost: Loss, samples: number): Int16Array {
    const pcm = new Int16Array(samples);
    const { period } = lost;
    if (period.length === 0) return pcm;
    for (let i = 0; i < samples; i++) {
      const at = lost.at + i;
      pcm[i] = (period[at % period.length] ?? 0) * loudnessAt(at / samplesPerMs);
    }
    return pcm;
  }

  return {
    heard(frame) {
      let out = frame;
      if (loss) {
        const pcm = codec.decode(frame).slice();
        blend(next(loss, Math.min(BLEND_MS * samplesPerMs, pcm.length)), pcm);
        out = codec.encode(pcm);
        loss = null;
      }
      if (history.length === HISTORY_FRAMES) history.shift();
      history.push(out);
      return out;
    },
    conceal() {
      loss ??= begin();
      const pcm = next(loss, frameSamples);
      loss.at += frameSamples;
      return codec.encode(pcm);
    },
  };
}

/** 1 at first, 0 at the end of the fade. */
function loudnessAt(ms: number): number {
  if (ms <= STEADY_MS) return 1;
  return Math.max(0, 1 - (ms - STEADY_MS) / (FADED_MS - STEADY_MS));
}

/** From what was made up to what came, in place. */
function blend(from: Int16Array, into: Int16Array): void {
  for (let i = 0; i < from.length; i++) {
    const share = (i + 1) / (from.length + 1);
    into[i] = (from[i] ?? 0) * (1 - share) + (into[i] ?? 0) * share;
  }
}

function joined(frames: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}

/** The last pitch period, begun so softly that its repetition has no click: empty of nothing. */
function lastPeriod(past: Int16Array, samplesPerMs: number): Int16Array {
  if (past.length === 0) return past;
  const lag = pitchLag(past, samplesPerMs);
  const period = past.slice(past.length - lag);
  // The end of the period runs into its beginning: over a quarter of it, the one before prepares that.
  const quarter = lag >> 2;
  for (let i = 0; i < quarter; i++) {
    const share = (i + 1) / (quarter + 1);
    const tail = lag - quarter + i;
    const before = past[past.length - 2 * lag + tail] ?? 0;
    const own = period[tail] ?? 0;
    period[tail] = own * (1 - share) + before * share;
  }
  return period;
}

/** The lag at which the last 20 ms are most like what came before them: normalised cross-correlation. */
function pitchLag(past: Int16Array, samplesPerMs: number): number {
  const compared = COMPARED_MS * samplesPerMs;
  const start = past.length - compared;
  let best = PITCH_MS_MAX * samplesPerMs;
  let bestLikeness = -Infinity;
  for (let lag = PITCH_MS_MIN * samplesPerMs; lag <= PITCH_MS_MAX * samplesPerMs; lag++) {
    let product = 0;
    let energy = 1;
    // Every second sample tells as much, for half the work.
    for (let i = start; i < past.length; i += 2) {
      const earlier = past[i - lag] ?? 0;
      product += (past[i] ?? 0) * earlier;
      energy += earlier * earlier;
    }
    const likeness = product / Math.sqrt(energy);
    if (likeness > bestLikeness) {
      bestLikeness = likeness;
      best = lag;
    }
  }
  return best;
}
