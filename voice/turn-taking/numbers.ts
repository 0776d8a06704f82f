import type { Lexicon, NumberWords } from './lexicon.ts';
import type { Word } from './words.ts';

/** A number as it was said in one breath: "trescientos doce", "312", "doble cero". */
export interface NumberGroup {
  readonly from: number;
  /** Index after its last word. */
  readonly to: number;
  readonly digits: string;
}

/** The numbers of a text, spoken or in numerals, in order. */
export function readNumbers(words: readonly Word[], numbers: NumberWords): NumberGroup[] {
  const groups: NumberGroup[] = [];
  for (let i = 0; i < words.length;) {
    const group = readRepeat(words, i, numbers) ?? readNumber(words, i, numbers);
    if (group) groups.push(group);
    i = group ? group.to : i + 1;
  }
  return groups;
}

/** The groups at the end of a text that belong to one number, and the word they begin at. */
export function trailingRun(
  words: readonly Word[],
  lexicon: Lexicon,
): { readonly from: number; readonly digits: string; readonly groups: number } | null {
  const groups = readNumbers(words, lexicon.numbers);
  let next = words.length;
  let digits = '';
  let count = 0;
  for (const group of groups.toReversed()) {
    if (!bridges(words, group.to, next, lexicon)) break;
    digits = group.digits + digits;
    count += 1;
    next = group.from;
  }
  return count > 0 ? { from: next, digits, groups: count } : null;
}

/** Whether nothing stands from `from` to `to` but what people say between groups of digits. */
function bridges(words: readonly Word[], from: number, to: number, lexicon: Lexicon): boolean {
  for (let i = from; i < to;) {
    const length =
      to === words.length
        ? lexicon.letters.at(words, i)
        : lexicon.betweenDigits.at(words, i) ||
          lexicon.fillers.at(words, i) ||
          lexicon.letters.at(words, i);
    if (length === 0 || i + length > to) return false;
    i += length;
  }
  return true;
}

function readRepeat(words: readonly Word[], at: number, numbers: NumberWords): NumberGroup | null {
  const times = numbers.repeats.get(words[at]?.text ?? '');
  const digit = words[at + 1]?.text ?? '';
  const value = /^\d$/.test(digit) ? Number(digit) : numbers.units.get(digit);
  if (times === undefined || value === undefined) return null;
  return { from: at, to: at + 2, digits: String(value).repeat(times) };
}

function readNumber(words: readonly Word[], at: number, numbers: NumberWords): NumberGroup | null {
  const text = (index: number) => words[index]?.text ?? '';
  const small = readSmall(words, at, numbers);
  let to = small?.to ?? at;
  if (!small && !numbers.thousand.has(text(at))) return null;
  const isMillions = numbers.million.has(text(to));
  const isThousands = numbers.thousand.has(text(to));
  if (!small || isMillions || isThousands) {
    let value = 0n;
    let part = BigInt(small?.digits.slice(0, 30) ?? 1);
    if (isMillions) {
      value = part * 1_000_000n;
      to += 1;
      const thousands = readSmall(words, to, numbers);
      if (thousands && numbers.thousand.has(text(thousands.to))) {
        part = BigInt(thousands.digits.slice(0, 30));
        to = thousands.to;
      } else part = 1n;
    }
    if (numbers.thousand.has(text(to))) {
      value += part * 1_000n;
      to += 1;
    }
    const rest = readSmall(words, to, numbers);
    if (rest && rest.digits.length <= 3) {
      value += BigInt(rest.digits);
      to = rest.to;
    }
    return { from: at, to, digits: String(value) };
  }
  return { from: at, to, digits: small.digits };
}

/** A numeral, or a number below a thousand in words. */
function readSmall(
  words: readonly Word[],
  at: number,
  numbers: NumberWords,
): { readonly digits: string; readonly to: number } | null {
  const text = (index: number) => words[index]?.text ?? '';
  if (/^\d/.test(text(at))) return { digits: text(at), to: at + 1 };
  let to = at;
  let value: number | undefined;
  const hundreds = numbers.hundreds.get(text(to));
  if (hundreds !== undefined) {
    value = hundreds;
    to += 1;
  }
  const teens = numbers.teens.get(text(to));
  const tens = numbers.tens.get(text(to));
  const unit = numbers.units.get(text(to));
  if (teens !== undefined) return { digits: String((value ?? 0) + teens), to: to + 1 };
  if (tens !== undefined) {
    const unitAt = numbers.and === '' ? to + 1 : to + 2;
    const joined = numbers.and === '' || text(to + 1) === numbers.and;
    const after = joined ? (numbers.units.get(text(unitAt)) ?? 0) : 0;
    return { digits: String((value ?? 0) + tens + after), to: after > 0 ? unitAt + 1 : to + 1 };
  }
  if (unit !== undefined && (value === undefined || unit > 0)) {
    return { digits: String((value ?? 0) + unit), to: to + 1 };
  }
  return value === undefined ? null : { digits: String(value), to };
}
