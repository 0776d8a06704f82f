import { createToneReader, TONE_RATE_HZ } from './data-tone.ts';
import { createDecimator, toFloat } from './filters.ts';
import { createAssembler, isPulse } from './frame.ts';
import { rateFactor } from './voice.ts';

/** What the ear notices. Times are milliseconds of audio since the first sample pushed. */
export type EarEvent =
  /** Sound began at `atMs`: any sound, not only voices it understands. */
  | { readonly type: 'speech_started'; readonly atMs: number }
  /** A whole word was heard, as it was written, punctuation included. */
  | {
      readonly type: 'word';
      readonly text: string;
      readonly startMs: number;
      readonly endMs: number;
    }
  /** The sound ended at `atMs`, some tens of milliseconds before this is known. */
  | { readonly type: 'speech_ended'; readonly atMs: number };

export interface Ear {
  /** Takes samples in pieces of any size; returns what became known with them, in order. */
  push(pcm: Int16Array): EarEvent[];
  /**
   * When a voice that it understands was last noticed to be in a word, or -Infinity. A long word (a price, an address)
   * shows here several times before it is over.
   */
  readonly lastVoiceMs: number;
}

const STEP_SAMPLES = TONE_RATE_HZ / 100;
const STEP_MS = 10;
/** -45 dBFS to begin, -50 dBFS to go on. */
const ONSET_ENERGY = STEP_SAMPLES * 10 ** (-45 / 10);
const OFFSET_ENERGY = STEP_SAMPLES * 10 ** (-50 / 10);
const ONSET_STEPS = 2;
/** Shorter holes (a stop's closure, a lost packet) are part of the speech. */
const HANGOVER_STEPS = 7;

/** Tells sound from silence, 10 ms at a time. */
function createActivity(): (signal: Float32Array) => EarEvent[] {
  let energy = 0;
  let filled = 0;
  let steps = 0;
  let run = 0;
  let speaking = false;

  function step(): EarEvent | null {
    steps += 1;
    const counts = speaking ? energy < OFFSET_ENERGY : energy >= ONSET_ENERGY;
    energy = 0;
    run = counts ? run + 1 : 0;
    if (run < (speaking ? HANGOVER_STEPS : ONSET_STEPS)) return null;
    const atMs = (steps - run) * STEP_MS;
    run = 0;
    speaking = !speaking;
    return { type: speaking ? 'speech_started' : 'speech_ended', atMs };
  }

  return (signal) => {
    const events: EarEvent[] = [];
    for (const sample of signal) {
      energy += sample * sample;
      filled += 1;
      if (filled < STEP_SAMPLES) continue;
      filled = 0;
      const event = step();
      if (event) events.push(event);
    }
    return events;
  };
}

/**
 * An ear for sandbox voices, **and for nothing else**: it does not recognise human speech. It hears that something
 * sounds, by energy, and reads the words from the data tone that sandbox voices carry (see `voice.ts`). It works on
 * what arrives: after G.711, in pieces of any size, cut anywhere, with lost packets. A word that did not arrive whole
 * is not reported.
 *
 * @param sampleRateHz 8000, 16000, 24000, 32000 or 48000
 */
export function createEar(sampleRateHz: number): Ear {
  const decimate = createDecimator(rateFactor(sampleRateHz));
  const readTone = createToneReader();
  const detectActivity = createActivity();
  const assemble = createAssembler();
  // A word can't have begun before the sound did, nor before the previous word was over.
  let earliestMs = 0;
  let wordStartMs: number | undefined;
  let lastVoiceMs = Number.NEGATIVE_INFINITY;

  const toMs = (samples: number) => Math.max(0, (samples * 1_000) / TONE_RATE_HZ);

  function words(signal: Float32Array): EarEvent[] {
    return readTone(signal).flatMap(({ frame, startSample, endSample }) => {
      const endMs = toMs(endSample);
      lastVoiceMs = endMs;
      wordStartMs ??= toMs(startSample);
      const text = isPulse(frame) ? null : assemble(frame);
      if (text === null) return [];
      // The first pulse of a word that was cut off may be long ago.
      const startMs = Math.min(Math.max(wordStartMs, earliestMs), toMs(startSample));
      wordStartMs = undefined;
      earliestMs = endMs;
      return [{ type: 'word' as const, text, startMs, endMs }];
    });
  }

  return {
    push(pcm) {
      const signal = decimate(toFloat(pcm));
      const activity = detectActivity(signal);
      for (const event of activity) {
        if (event.type === 'speech_started') earliestMs = Math.max(earliestMs, event.atMs);
      }
      return inOrder(activity, words(signal));
    },
    get lastVoiceMs() {
      return lastVoiceMs;
    },
  };
}

const timeOf = (event: EarEvent) => (event.type === 'word' ? event.endMs : event.atMs);

/** By time, a start before a word and a word before an end that carry the same time. */
function inOrder(activity: EarEvent[], words: EarEvent[]): EarEvent[] {
  const rank = { speech_started: 0, word: 1, speech_ended: 2 } as const;
  return [...activity, ...words].toSorted(
    (a, b) => timeOf(a) - timeOf(b) || rank[a.type] - rank[b.type],
  );
}
