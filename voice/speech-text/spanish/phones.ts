import type { Found, Rule } from '../rule.ts';
import { cardinal, digitByDigit } from './cardinal.ts';

/** Digits that belong to one telephone number, in groups as they were written. */
const body = String.raw`(?:\(\d{1,5}\)|\d{1,5})(?:[ .-]{1,2}(?:\(\d{1,5}\)|\d{1,5})){1,6}`;
const DIGITS_MIN = 7;
const DIGITS_MAX = 15;

export const phoneRules: readonly Rule[] = [
  // With a country in front nothing else can be meant.
  {
    pattern: new RegExp(String.raw`(?<![\p{L}\d])\+ ?(?<digits>${body}|\d{7,15})(?!\d)`, 'gu'),
    say: (it) => sayPhone(it, it.group('digits'), 'más '),
  },
  // Toll-free: "01 800 123 4567", "018000 123456", "1-800-555-1234".
  {
    pattern:
      /(?<![\p{L}\d.,$])(?<prefix>01[ -]?8000?|1[ -]800|0800|800)[ -](?<digits>\d{2,6}(?:[ -]\d{2,4}){0,3})(?![\d.,]*\d)/gu,
    say: (it) =>
      `${sayPrefix(it.group('prefix'))}, ${groupsOf(it.group('digits')).map(sayGroup).join(', ')}`,
  },
  // Announced as a telephone: whatever its length.
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:tel[ée]fonos?|tel\.?|cel\.?|celular|whatsapp|m[óo]vil|fijo|fax|llam[ea]r?(?:nos)? al|marque(?: al)?|l[íi]nea|contacto)(?: n[úu]mero| es| es el| al|:)? ?)(?<digits>${body}|\d{3,15})(?![\d.,]*\d)(?! ?(?:pesos|%))`,
      'giu',
    ),
    say: (it) => sayPhone(it, it.group('digits'), ''),
  },
  {
    pattern: /(?<!\p{L})ext(?:\.|ensi[óo]n)? ?(?<digits>\d{1,6})(?!\d)/giu,
    say: (it) => `extensión ${digitByDigit(it.group('digits'))}`,
  },
  // By its shape alone: 3-3-4, 3-3-2-2, 3-3-3, 2-4-4, (601) 745 1234; a Colombian mobile in one piece.
  {
    pattern:
      /(?<![\p{L}\d.,$/-])(?!(?:19|20)\d\d-(?:19|20)\d\d)(?<digits>\(\d{2,4}\) ?\d{3,4}[ -]?\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4}|\d{3}[ -]\d{3}[ -]\d{2}[ -]\d{2}|\d{3}[ ]\d{7}|\d{3}[ -]\d{3}[ -]\d{3}|\d{2}[ -]\d{4}[ -]\d{4}|\d{4}[ -]\d{4}|\d{3}-\d{4}|3\d{9})(?![\d-]|[.,]\d)/gu,
    say: (it) => sayPhone(it, it.group('digits'), ''),
  },
];

function sayPhone(it: Found, written: string, lead: string): string | null {
  const digits = written.replaceAll(/\D/g, '');
  const announced = lead === '' && digits.length < DIGITS_MIN;
  if (digits.length > DIGITS_MAX || (announced && /[ .-]/.test(written) && digits.length < 5))
    return null;
  const said = groupsOf(written).map(sayGroup).join(', ');
  return `${/[\p{L}\p{N}]/u.test(it.previous) ? ' ' : ''}${lead}${said}${/^\p{L}/u.test(it.rest) ? ' ' : ''}`;
}

/** As it was written; a number in one piece is cut as people say it. */
function groupsOf(written: string): string[] {
  const groups = written.match(/\d+/g) ?? [];
  return groups.flatMap((group) => (group.length > 4 ? cut(group) : [group]));
}

function cut(digits: string): string[] {
  if (digits.length === 10) return [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  if (digits.length > 10) return [digits.slice(0, digits.length - 10), ...cut(digits.slice(-10))];
  if (digits.length === 7) return [digits.slice(0, 3), digits.slice(3)];
  if (digits.length === 5) return [digits.slice(0, 3), digits.slice(3)];
  const size = digits.length % 3 === 0 ? 3 : 4;
  return digits.match(new RegExp(`\\d{1,${size}}`, 'g')) ?? [digits];
}

/** Pairs as numbers, threes digit by digit: "tres cero cero", "cuarenta y cinco sesenta y siete". */
function sayGroup(group: string): string {
  if (group.length % 2 === 1) return digitByDigit(group);
  return (group.match(/\d\d/g) ?? []).map((pair) => cardinal(pair)).join(' ');
}

function sayPrefix(written: string): string {
  const [, first = '', hundreds = ''] = /^(\d{0,2}?)[ -]?(8000?)$/.exec(written) ?? [];
  const lead = first === '' ? '' : `${digitByDigit(first)} `;
  return lead + (hundreds === '8000' ? 'ocho mil' : 'ochocientos');
}
