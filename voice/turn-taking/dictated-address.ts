import { GROUP_MS, JOINT_MS, START_MS } from './dictation-times.ts';
import type { Field, Lexicon } from './lexicon.ts';
import { readNumbers, type NumberGroup } from './numbers.ts';
import type { Word } from './words.ts';

/** How long to wait for the rest of a street address; null if none is being dictated. */
export function addressMs(
  words: readonly Word[],
  field: Field | null,
  lexicon: Lexicon,
): number | null {
  const street = words.findIndex((_, index) => lexicon.streets.at(words, index) > 0);
  const asked = field === 'address';
  if (street < 0 && !asked) return null;
  if (lexicon.houseNumber.ending(words) > 0 || lexicon.joints.ending(words) > 0) return JOINT_MS;
  if (lexicon.addressParts.ending(words) > 0) return JOINT_MS;
  if (street < 0) return null;
  const nameAt = street + lexicon.streets.at(words, street);
  const numbers = readNumbers(words, lexicon.numbers).filter((group) => group.from >= nameAt);
  const last = numbers.at(-1);
  if (nameAt === words.length) return JOINT_MS;
  // A sentence that happens to name a street: "¿hay sede en la calle 80?"
  if (!asked && street > 2) return null;
  if (!last) return words.length - nameAt <= 4 ? START_MS : null;
  if (last.to < words.length) return numbers.length >= wanted(words, nameAt, lexicon) ? 0 : null;
  return numbers.length >= wanted(words, nameAt, lexicon) ? 0 : numbersMs(words, numbers);
}

/**
 * How many numbers make it whole. Where streets are numbered ("calle 45 # 12-34") it takes three,
 * at a crossing ("carrera 7 con 45") two, where they have names ("avenida Corrientes 1234") one.
 */
function wanted(words: readonly Word[], nameAt: number, lexicon: Lexicon): number {
  const numbered = readNumbers(words.slice(nameAt, nameAt + 3), lexicon.numbers)[0]?.from === 0;
  const dated = words.some((_, index) => lexicon.months.at(words, index) > 0);
  if (!numbered) return 1;
  if (dated || words.some((word) => word.text === 'con')) return 2;
  return 3;
}

function numbersMs(words: readonly Word[], numbers: readonly NumberGroup[]): number {
  return numbers.at(-1)?.to === words.length ? GROUP_MS : START_MS;
}
