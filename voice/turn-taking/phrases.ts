import { readWords, type Word } from './words.ts';

/** A set of phrases, found word by word in time linear in the words. */
export interface Phrases {
  /** How many words the longest phrase that begins at `index` has; 0 if none does. */
  at(words: readonly Word[], index: number): number;
  /** How many words the longest phrase that ends with the last of `words` has; 0 if none does. */
  ending(words: readonly Word[]): number;
}

/** From phrases as people write them, one string for all, separated by commas or new lines. */
export function phrases(written: string): Phrases {
  const known = new Set<string>();
  let wordsMax = 0;
  for (const line of written.split(/[,\n]/)) {
    const { words } = readWords(line);
    if (words.length === 0) continue;
    known.add(words.map((word) => word.text).join(' '));
    wordsMax = Math.max(wordsMax, words.length);
  }
  const has = (words: readonly Word[], from: number, to: number) => {
    let joined = '';
    for (let i = from; i < to; i++) joined += `${i > from ? ' ' : ''}${words[i]?.text}`;
    return known.has(joined);
  };
  return {
    at(words, index) {
      for (let length = Math.min(wordsMax, words.length - index); length > 0; length--) {
        if (has(words, index, index + length)) return length;
      }
      return 0;
    },
    ending(words) {
      for (let length = Math.min(wordsMax, words.length); length > 0; length--) {
        if (has(words, words.length - length, words.length)) return length;
      }
      return 0;
    },
  };
}
