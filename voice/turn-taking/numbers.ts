import type { Lexicon, NumberWords } from './lexicon.ts';
import type { Word } from './words.ts';

/** A number as it was said in one breath: "trescientos doce", "312", "doble cero". */
export interface NumberGroup {
  readonly from: number;
  /** Index after its last word. */
  readonly to: number;
  readonly digits: string;
  /** Ends with "mil" or "millones": the rest of it may follow. */
  readonly open: boolean;
}

/** The groups a text ends with, which belong to one number. */
export interface Run {
  readonly from: number;
  readonly digits: string;
  readonly groups: number;
  readonly open: boolean;
  /** Letters said right before: "HJK 456". */
  readonly letters: number;
  /** Ends with a dash and a single digit or letter: the check digit. */
  readonly checked: boolean;
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

/** The number the words end with, in however many groups it was said. */
export function trailingRun(words: readonly Word[], lexicon: Lexicon): Run | null {
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
  const last = groups.at(-1);
  if (count === 0 || !last) return null;
  return {
    from: next,
    digits,
    groups: count,
    open: last.open,
    letters: lettersBefore(words, next, lexicon),
    checked: isChecked(words, last, lexicon),
  };
}

function isChecked(words: readonly Word[], last: NumberGroup, lexicon: Lexicon): boolean {
  const at = last.to === words.length ? last.from : last.to;
  const single = words.length - at === 1 && (at !== last.from || last.digits.length === 1);
  const before = words[at - 1];
  return single && before !== undefined && (before.mark === '-' || lexicon.dash.has(before.text));
}

function lettersBefore(words: readonly Word[], end: number, lexicon: Lexicon): number {
  let count = 0;
  let head = words.slice(0, end);
  for (let length = lexicon.letters.ending(head); length > 0;) {
    count += 1;
    head = head.slice(0, -length);
    length = lexicon.letters.ending(head);
  }
  const code = words[end - 1]?.text ?? '';
  return count > 0 ? count : /^[b-df-hj-np-tv-z]{2,4}$/.test(code) ? code.length : 0;
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
  return { from: at, to: at + 2, digits: String(value).repeat(times), open: false };
}

/** "un millón doscientos mil trescientos doce": up to twelve digits. */
function readNumber(words: readonly Word[], at: number, numbers: NumberWords): NumberGroup | null {
  const first = readThousands(words, at, numbers);
  if (!first) return null;
  if (!numbers.million.has(words[first.to]?.text ?? '')) {
    return { from: at, to: first.to, digits: first.digits, open: first.open };
  }
  const to = first.to + 1;
  const rest = readThousands(words, to, numbers);
  if (!rest || rest.digits.length > 6) {
    return { from: at, to, digits: `${first.digits}000000`, open: true };
  }
  const digits = first.digits + rest.digits.padStart(6, '0');
  return { from: at, to: rest.to, digits, open: rest.open };
}

interface Part {
  readonly digits: string;
  readonly to: number;
  readonly open: boolean;
}

/** "doscientos mil trescientos doce", "5 mil", "mil": below a million. */
function readThousands(words: readonly Word[], at: number, numbers: NumberWords): Part | null {
  const isThousand = (index: number) => numbers.thousand.has(words[index]?.text ?? '');
  const first = readSmall(words, at, numbers);
  const to = first?.to ?? at;
  if (!isThousand(to)) return first && { ...first, open: false };
  const thousands = first?.digits ?? '1';
  const rest = readSmall(words, to + 1, numbers);
  if (!rest || rest.digits.length > 3) {
    return { digits: `${thousands}000`, to: to + 1, open: true };
  }
  return { digits: thousands + rest.digits.padStart(3, '0'), to: rest.to, open: false };
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
