import { encodeMulaw } from '@alo/core/kernel';
import { frame } from './scenario.ts';
import { createRandom } from './stats.ts';

/** Eight bytes that no speech has: where an utterance begins, and where its last voiced frame is. */
const MARK_BYTES = 8;
const beginMark = Buffer.from([0x00, 0x80, 0x01, 0x81, 0x00, 0x80, 0x02, 0x82]);
const endMark = Buffer.from([0x00, 0x80, 0x01, 0x81, 0x00, 0x80, 0x03, 0x83]);
/** Voice with a hole in it, where a recogniser that guesses early guesses wrong. */
const pauseMark = Buffer.from([0x00, 0x80, 0x01, 0x81, 0x00, 0x80, 0x04, 0x84]);

export type SpeechMark = 'begin' | 'end' | 'pause';

/** Which marks are in `audio`, in order. Whole frames, however many in one message. */
export function marksOf(audio: Uint8Array): SpeechMark[] {
  const found: SpeechMark[] = [];
  for (let at = 0; at + MARK_BYTES <= audio.length; at += frame.bytes) {
    // All three begin with a full-scale negative sample and a full-scale positive one.
    if (audio[at] !== 0x00 || audio[at + 1] !== 0x80) continue;
    const head = Buffer.from(audio.buffer, audio.byteOffset + at, MARK_BYTES);
    if (head.equals(beginMark)) found.push('begin');
    else if (head.equals(endMark)) found.push('end');
    else if (head.equals(pauseMark)) found.push('pause');
  }
  return found;
}

/** Two formants over a pitch, in syllables of a fifth of a second: voice enough for a detector. */
export function speechLike(ms: number, pitchHz: number): Uint8Array {
  const pcm = Int16Array.from({ length: ms * 8 }, (_, i) => {
    const t = i / 8_000;
    const syllable = 0.35 + 0.65 * Math.abs(Math.sin(Math.PI * 5 * t));
    let sum = 0;
    for (let harmonic = 1; harmonic * pitchHz < 3_400; harmonic++) {
      const hz = harmonic * pitchHz;
      const gain = 1 / (1 + ((hz - 600) / 250) ** 2) + 0.6 / (1 + ((hz - 1_700) / 350) ** 2);
      sum += gain * Math.sin(2 * Math.PI * hz * t + harmonic);
    }
    return Math.round(3_500 * syllable * sum);
  });
  return encodeMulaw(pcm);
}

/** What a line carries while nobody speaks: noise of a bit or two, in frames that repeat. */
export function lineNoise(frames: number, seed: number): Uint8Array[] {
  const random = createRandom(seed);
  return Array.from({ length: frames }, () =>
    encodeMulaw(Int16Array.from({ length: frame.bytes }, () => Math.round((random() - 0.5) * 24))),
  );
}

export interface UtteranceFrame {
  readonly audio: Uint8Array;
  readonly voiced: boolean;
}

/**
 * A caller's utterance as the line's frames: voice with short gaps as between words, its first and its
 * last voiced frame marked. `pauseMs`: a hole in the middle, long enough to be taken for the end.
 */
export function utterance(
  voicedMs: number,
  options: { pauseMs: number; seed: number },
): UtteranceFrame[] {
  const random = createRandom(options.seed);
  const voice = speechLike(voicedMs, 105 + Math.round(random() * 90));
  const noise = lineNoise(4, options.seed);
  const quiet = (ms: number): UtteranceFrame[] =>
    Array.from({ length: ms / frame.ms }, (_, i) => ({
      audio: noise[i % noise.length] ?? new Uint8Array(frame.bytes).fill(frame.silence),
      voiced: false,
    }));
  const voiced = Array.from({ length: voicedMs / frame.ms }, (_, i) => {
    const audio = voice.slice(i * frame.bytes, (i + 1) * frame.bytes);
    return { audio, voiced: true };
  });
  const middle = Math.floor(voiced.length / 2);
  voiced[0]?.audio.set(beginMark);
  voiced.at(-1)?.audio.set(endMark);
  if (options.pauseMs > 0) voiced[middle - 1]?.audio.set(pauseMark);
  return voiced.flatMap((part, i) => {
    if (i === middle) return [...quiet(options.pauseMs > 0 ? options.pauseMs : 60), part];
    return [part];
  });
}
