import { GROUP_MS, JOINT_MS, START_MS } from './dictation-times.ts';
import type { Field, Lexicon } from './lexicon.ts';
import type { Word } from './words.ts';

/** So many words after "arroba", or before it, are no address any more. */
const DOMAIN_WORDS_MAX = 6;
const LOCAL_WORDS_MAX = 8;

/** How long to wait for the rest of an e-mail address; null if none is being dictated. */
export function emailMs(
  words: readonly Word[],
  field: Field | null,
  lexicon: Lexicon,
): number | null {
  const at = words.findLastIndex((word) => lexicon.at.has(word.text));
  const domain = words.slice(at + 1);
  // In English "at" is an ordinary word: only a dot after it makes it an address's.
  const meant =
    field === 'email' ||
    words[at]?.text.length !== 2 ||
    domain.some((word) => isDot(word, lexicon));
  if (at < 0 || !meant) return field === 'email' ? localPartMs(words, lexicon) : null;
  if (domain.length === 0) return JOINT_MS;
  const end = domain.findLastIndex(
    (word, i) =>
      lexicon.topLevels.has(word.text) &&
      (isDot(domain[i - 1], lexicon) || (word.glued && domain[i - 1]?.mark === '.')),
  );
  if (isDot(words.at(-1), lexicon)) return JOINT_MS;
  if (end >= 0) return end === domain.length - 1 ? 0 : null;
  return domain.length <= DOMAIN_WORDS_MAX ? GROUP_MS : null;
}

function localPartMs(words: readonly Word[], lexicon: Lexicon): number | null {
  if (words.length > LOCAL_WORDS_MAX) return null;
  const refused = words.some((_, index) => lexicon.refusals.at(words, index) > 0);
  if (refused) return null;
  return START_MS;
}

function isDot(word: Word | undefined, lexicon: Lexicon): boolean {
  return word !== undefined && lexicon.dot.has(word.text);
}
