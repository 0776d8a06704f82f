/** Rhythm and melody: how long each sound lasts, how high it is, where words end and silences fall. */

import { framesOf } from './frame.ts';
import { toneSamples, TONE_RATE_HZ } from './data-tone.ts';
import { articulations } from './phones.ts';
import { soundsOf, type Phone, type Sound } from './phonemes.ts';
import type { Token } from './reading.ts';

/** A sound in its place; `phone` is null for silence. */
export interface Segment {
  readonly phone: Phone | null;
  readonly ms: number;
  /** Pitch in Hz at its start and end. */
  readonly pitchHz: readonly [number, number];
  readonly stressed: boolean;
}

/** The frames that carry a written word, when it begins, and the moment by which they have been sent. */
export interface SpokenWord {
  readonly frames: readonly Uint8Array[];
  readonly startMs: number;
  readonly endMs: number;
}

export interface Plan {
  readonly segments: readonly Segment[];
  readonly words: readonly SpokenWord[];
  readonly durationMs: number;
}

/** The ear's filters lag; a word's data is out this long before the word is. */
const DATA_LEAD_MS = 12;
/** A word may be stretched so much to make room for its data; beyond, silence follows it. */
const STRETCH_MAX = 1.5;
const LEAD_IN_MS = 20;
const TAIL_MS = 40;

const isNucleus = (phone: Phone) => 'aeiou'.includes(phone);

function naturalMs({ phone, stressed }: Sound, last: boolean): number {
  const { ms, burst } = articulations[phone];
  const emphasis = isNucleus(phone) ? (stressed ? 1.35 : 1) * (last ? 1.35 : 1) : 1;
  return ms * emphasis + (burst?.ms ?? 0);
}

/** The melody over a phrase, as a factor of the voice's pitch; `at` runs from 0 to 1. */
function melody(at: number, end: Token['phraseEnd']): number {
  const falling = 1.12 - 0.2 * at;
  const close = Math.max(0, (at - 0.75) / 0.25);
  if (end === 'question') return falling + 0.42 * close;
  if (end === 'continuation') return falling + 0.16 * close;
  return falling - 0.14 * close;
}

interface TimedWord {
  readonly token: Token;
  readonly frames: readonly Uint8Array[];
  readonly sounds: readonly { sound: Sound; ms: number }[];
  /** Silence after it, its pause included. */
  readonly silenceMs: number;
  readonly soundMs: number;
}

function timeWord(token: Token, speed: number): TimedWord {
  const sounds = token.words.flatMap(soundsOf);
  const lastNucleus = sounds.findLastIndex(({ phone }) => isNucleus(phone));
  const natural = sounds.map((sound, i) => ({
    sound,
    ms: naturalMs(sound, token.phraseEnd !== null && i >= lastNucleus) / speed,
  }));
  const spokenMs = natural.reduce((sum, { ms }) => sum + ms, 0);
  const frames = framesOf(token.text);
  const samples = frames.reduce((sum, frame) => sum + toneSamples(frame.length), 0);
  const needMs = (samples * 1_000) / TONE_RATE_HZ + DATA_LEAD_MS;
  const stretch = spokenMs === 0 ? 1 : Math.min(STRETCH_MAX, Math.max(1, needMs / spokenMs));
  const soundMs = spokenMs * stretch;
  return {
    token,
    frames,
    sounds: natural.map(({ sound, ms }) => ({ sound, ms: ms * stretch })),
    soundMs,
    silenceMs: Math.max(needMs - soundMs, 0) + token.pauseMs / speed,
  };
}

/** Splits after every token that ends a phrase. */
function phrasesOf(words: readonly TimedWord[]): TimedWord[][] {
  const phrases: TimedWord[][] = [[]];
  for (const word of words) {
    phrases.at(-1)?.push(word);
    if (word.token.phraseEnd) phrases.push([]);
  }
  return phrases.filter((phrase) => phrase.length > 0);
}

/** Lays a text out in time. `pitchHz` is the voice's middle, `speed` 1 is a calm conversation. */
export function planSpeech(
  tokens: readonly Token[],
  voice: { pitchHz: number; speed: number },
): Plan {
  const segments: Segment[] = [];
  const words: SpokenWord[] = [];
  let nowMs = 0;
  const add = (segment: Segment) => {
    segments.push(segment);
    nowMs += segment.ms;
  };
  const silence = (ms: number) => {
    const pitchHz = [voice.pitchHz, voice.pitchHz] as const;
    if (ms > 0) add({ phone: null, ms, pitchHz, stressed: false });
  };

  silence(LEAD_IN_MS);
  for (const phrase of phrasesOf(tokens.map((token) => timeWord(token, voice.speed)))) {
    const phraseMs = phrase.reduce((sum, word) => sum + word.soundMs, 0);
    const end = phrase.at(-1)?.token.phraseEnd ?? 'statement';
    let soundedMs = 0;
    for (const word of phrase) {
      const startMs = nowMs;
      for (const { sound, ms } of word.sounds) {
        const bump = sound.stressed ? 1.09 : 1;
        const pitchAt = (atMs: number) => voice.pitchHz * melody(atMs / phraseMs, end) * bump;
        const pitchHz = [pitchAt(soundedMs), pitchAt(soundedMs + ms)] as const;
        soundedMs += ms;
        add({ ...sound, ms, pitchHz });
      }
      const pauseMs = word.token.pauseMs / voice.speed;
      silence(word.silenceMs - pauseMs);
      words.push({ frames: word.frames, startMs, endMs: nowMs - DATA_LEAD_MS });
      silence(pauseMs);
    }
  }
  silence(TAIL_MS);
  return { segments, words, durationMs: nowMs };
}
