/** How heard words look on the wire. */

/** A word as the ear gives it, times in ms of audio. */
export interface HeardWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface WireWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
  readonly punctuated_word?: string;
  readonly language?: string;
}

/** What the ear hears it hears well. */
export const CONFIDENCE = 0.99;

export const seconds = (ms: number) => Math.round(ms) / 1_000;

/** Without its marks, in lower case: what an unformatted transcript has. */
const bareWord = (text: string) =>
  text.toLowerCase().replaceAll(/^[^\p{L}\p{N}$]+|[^\p{L}\p{N}%]+$/gu, '');

export interface TranscriptFormat {
  readonly formatted: boolean;
  readonly language: string;
}

export function wireWords(words: readonly HeardWord[], format: TranscriptFormat): WireWord[] {
  return words.flatMap(({ text, startMs, endMs }) => {
    const word = bareWord(text);
    // A mark on its own is no word, but formatting keeps it.
    if (word === '' && !format.formatted) return [];
    return [
      {
        word,
        start: seconds(startMs),
        end: seconds(endMs),
        confidence: CONFIDENCE,
        ...(format.formatted ? { punctuated_word: text } : {}),
        ...(format.language === 'multi' ? { language: 'es' } : {}),
      },
    ];
  });
}

export const transcriptOf = (words: readonly WireWord[]) =>
  words.map(({ word, punctuated_word }) => punctuated_word ?? word).join(' ');

/** One alternative of a result. */
export function alternative(words: readonly HeardWord[], format: TranscriptFormat) {
  const wire = wireWords(words, format);
  return {
    transcript: transcriptOf(wire),
    confidence: wire.length === 0 ? 0 : CONFIDENCE,
    ...(format.language === 'multi' ? { languages: wire.length === 0 ? [] : ['es'] } : {}),
    words: wire,
  };
}
