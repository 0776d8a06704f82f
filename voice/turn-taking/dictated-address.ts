import { GROUP_MS, JOINT_MS, START_MS } from './dictation-times.ts';
import type { Field, Lexicon } from './lexicon.ts';
import { readNumbers, type NumberGroup } from './numbers.ts';
import type { Phrases } from './phrases.ts';
import type { Word } from './words.ts';

/** A street whose name goes on for longer is part of a sentence. */
const NAME_WORDS_MAX = 4;
/** So many words after the last number still belong to it: "50 efe", "8 sur". */
const SUFFIX_WORDS_MAX = 2;
/** A street so far into what was said is only mentioned: "¿hay sede en la calle 80?" */
const LEAD_WORDS_MAX = 2;

/** How long to wait for the rest of a street address; null if none is being dictated. */
export function addressMs(
  words: readonly Word[],
  field: Field | null,
  lexicon: Lexicon,
): number | null {
  const street = words.findIndex((_, index) => lexicon.streets.at(words, index) > 0);
  const asked = field === 'address';
  if (!asked && (street < 0 || street > LEAD_WORDS_MAX)) return null;
  if (lexicon.houseNumber.ending(words) > 0 || lexicon.joints.ending(words) > 0) return JOINT_MS;
  if (wantsPart(words, street >= 0, lexicon)) return JOINT_MS;
  if (street < 0) return null;
  const nameAt = street + lexicon.streets.at(words, street);
  const numbers = readNumbers(words, lexicon.numbers).filter((group) => group.from >= nameAt);
  const last = numbers.at(-1);
  if (!last) return startedMs(words.length - nameAt, asked);
  if (isWhole(words, nameAt, numbers, lexicon)) return 0;
  return endsWith(words, last.to, lexicon) ? GROUP_MS : null;
}

/** "apartamento", "torre": their number follows. "Mi casa" and "la oficina" are places without one. */
function wantsPart(words: readonly Word[], inStreet: boolean, lexicon: Lexicon): boolean {
  const length = lexicon.addressParts.ending(words);
  if (length === 0) return false;
  const before = words[words.length - length - 1]?.text ?? '';
  return inStreet || !lexicon.determiners.has(before);
}

function startedMs(nameWords: number, asked: boolean): number | null {
  if (!asked || nameWords > NAME_WORDS_MAX) return null;
  return nameWords === 0 ? JOINT_MS : START_MS;
}

/**
 * Where streets are numbered ("calle 45 # 12-34") an address takes three numbers, at a crossing
 * ("carrera 7 con 45") two, where they have names ("avenida Corrientes 1234") one.
 */
function isWhole(
  words: readonly Word[],
  nameAt: number,
  numbers: readonly NumberGroup[],
  lexicon: Lexicon,
): boolean {
  const ordinal = lexicon.ordinals.at(words, nameAt) > 0;
  const count = numbers.length + (ordinal ? 1 : 0);
  const numbered = ordinal || numbers[0]?.from === nameAt;
  if (!numbered) return count >= 1;
  const dated = contains(words, lexicon.months);
  const crossing = words.some((word) => word.text === lexicon.crossing);
  return count >= (dated || crossing ? 2 : 3);
}

/** Whether nothing but a letter or a quarter of the town follows the number. */
function endsWith(words: readonly Word[], from: number, lexicon: Lexicon): boolean {
  if (words.length - from > SUFFIX_WORDS_MAX) return false;
  for (let i = from; i < words.length;) {
    const length =
      lexicon.quarters.at(words, i) ||
      lexicon.letters.at(words, i) ||
      lexicon.doubtfulLetters.at(words, i);
    if (length === 0) return false;
    i += length;
  }
  return true;
}

function contains(words: readonly Word[], phrases: Phrases): boolean {
  return words.some((_, index) => phrases.at(words, index) > 0);
}
