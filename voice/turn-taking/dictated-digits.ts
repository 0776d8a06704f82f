import { GROUP_MS, MAYBE_MS } from './dictation-times.ts';
import type { Field, Lexicon } from './lexicon.ts';
import { readNumbers, type Run } from './numbers.ts';
import type { Word } from './words.ts';

/** How many digits the agent asked for, when it said so: "los últimos cuatro dígitos". */
export function digitsWanted(question: readonly Word[], lexicon: Lexicon): number | null {
  for (const group of readNumbers(question, lexicon.numbers)) {
    const near = [group.to, group.to + 1].some((at) => lexicon.digitWord.at(question, at) > 0);
    if (near && group.digits.length <= 2) return Number(group.digits);
  }
  return null;
}

/** How long to wait for more digits of a number of that kind. */
export function digitsMs(field: Field, run: Run, wanted: number | null): number {
  if (wanted !== null) return run.digits.length >= wanted ? 0 : GROUP_MS;
  if (run.open && run.digits.length > 6) return GROUP_MS;
  switch (judge(field, run)) {
    case 'enough':
      return 0;
    case 'maybe':
      return MAYBE_MS;
    default:
      return GROUP_MS;
  }
}

function judge(field: Field, run: Run): 'short' | 'maybe' | 'enough' {
  const length = run.digits.length;
  if (run.checked && length >= 7) return 'enough';
  const between = (from: number, enough: number) =>
    length >= enough ? 'enough' : length >= from ? 'maybe' : 'short';
  switch (field) {
    case 'phone':
      return judgePhone(run.digits);
    case 'id':
      // Colombia 6 to 8 or 10, Mexico by letters, Peru 8, Argentina 7 or 8, Chile 8 or 9, Ecuador 10.
      // Ten digits of Colombia begin with 10 to 12: eight that do may be their beginning.
      if (length === 8 && !/^1[0-2]/.test(run.digits)) return 'enough';
      return between(6, 10);
    case 'taxId':
      // Colombia's NIT has nine and a check digit, RUC and CUIT eleven or thirteen.
      return between(9, 10);
    case 'card':
      return between(15, 15);
    case 'code':
      return between(4, 6);
    case 'plate':
      return run.letters > 1 && length >= 3 ? 'enough' : between(3, 6);
    default:
      return length >= 4 && run.groups === 1 ? 'enough' : between(3, 8);
  }
}

/** Mobile numbers: 10 digits in Colombia, Mexico and Argentina, 9 in Peru and Chile, 8 in Central America. */
function judgePhone(digits: string): 'short' | 'maybe' | 'enough' {
  if (digits.length >= 10) return 'enough';
  if (digits.length === 9) return /^[09]/.test(digits) ? 'enough' : 'maybe';
  if (digits.length === 8) return /^[245678]/.test(digits) ? 'maybe' : 'short';
  return 'short';
}
