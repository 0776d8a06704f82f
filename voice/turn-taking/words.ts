import { foldText } from '@alo/core/kernel';

/** What a caller can say in one turn and still be weighed; of more, the end is. */
const CHARS_MAX = 2_000;
const drawnOut = /(\p{L})\1{2,}/gu;
const wordPattern = /[\p{L}]+(?:['’]\p{L}+)*|\d+|[@#+_]/gu;

/** A word as all spellings of it have in common: lower case, no accents. Numbers and `@ # + _` are words. */
export interface Word {
  readonly text: string;
  /** Written without a space after the one before: `gmail.com`, `12-34`. */
  readonly glued: boolean;
  /** What stands between it and the next word, without spaces. */
  readonly mark: string;
}

/** What was said, with or without a recogniser's punctuation, in words. */
export interface Utterance {
  readonly words: readonly Word[];
  /** The recogniser heard a question at the end. */
  readonly question: boolean;
  /** The recogniser heard it break off: an ellipsis, a comma or a dash at the end. */
  readonly brokenOff: boolean;
}

/** What was read last: several rules weigh the same words, one after the other. */
let lastRead: { readonly text: string; readonly utterance: Utterance } | null = null;

/** Reads the last 2,000 characters of `text`. Linear in them. */
export function readWords(text: string): Utterance {
  if (lastRead?.text !== text) lastRead = { text, utterance: read(text) };
  return lastRead.utterance;
}

function read(text: string): Utterance {
  // "siiii" and "nooo" are "sii" and "noo".
  const folded = foldText(text.slice(-CHARS_MAX)).replace(drawnOut, '$1$1');
  const found = [...folded.matchAll(wordPattern)];
  const words = found.map((match, index): Word => {
    const end = match.index + match[0].length;
    const previous = found[index - 1];
    const previousEnd = previous ? previous.index + previous[0].length : 0;
    const between = folded.slice(previousEnd, match.index);
    const after = folded.slice(end, found[index + 1]?.index);
    return {
      text: match[0].replaceAll('’', "'"),
      glued: index > 0 && !/\s/.test(between),
      mark: after.replaceAll(/\s+/g, ''),
    };
  });
  const tail = words.at(-1)?.mark ?? '';
  return {
    words,
    question: tail.includes('?'),
    brokenOff: /(?:\.{2,}|…|[,;:-])$/.test(tail),
  };
}
