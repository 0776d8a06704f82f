import { foldText } from '@alo/core/kernel';

const wordsOf = (text: string) => foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** Whether two transcripts hold the same words, however they are spelt and punctuated. */
export function sameWords(a: string, b: string): boolean {
  return a === b || wordsOf(a).join(' ') === wordsOf(b).join(' ');
}

/** What `text` says beyond its first words `said`. */
export function wordsBeyond(text: string, said: string): string {
  const known = wordsOf(said);
  if (known.length === 0) return text.trim();
  // A recogniser may spell what it heard anew: then the number of words tells where the rest begins.
  const pieces = text.trim().split(/\s+/);
  let heard = 0;
  for (const [index, piece] of pieces.entries()) {
    heard += wordsOf(piece).length;
    if (heard >= known.length) return pieces.slice(index + 1).join(' ');
  }
  return '';
}

/** Two stretches of speech as one. */
export function joinSaid(before: string, after: string): string {
  return `${before} ${after}`.trim();
}
