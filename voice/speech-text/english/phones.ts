import type { Rule } from '../rule.ts';
import { cardinal, digitByDigit } from './cardinal.ts';

const body = String.raw`(?:\(\d{1,5}\)|\d{1,5})(?:[ .-]{1,2}(?:\(\d{1,5}\)|\d{1,5})){1,6}`;
const DIGITS_MAX = 15;

export const phoneRules: readonly Rule[] = [
  {
    pattern: new RegExp(String.raw`(?<![\p{L}\d])\+ ?(?<digits>${body}|\d{7,15})(?!\d)`, 'gu'),
    say: (it) => sayPhone(it.group('digits'), 'plus '),
  },
  {
    pattern: /(?<![\p{L}\d.,$/-])1[ -]800[ -](?<digits>\d{3}[ -]\d{4})(?![\d-]|[.,]\d)/gu,
    say: (it) => `one eight hundred, ${sayPhone(it.group('digits'), '')}`,
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:phone|tel\.?|telephone|cell|mobile|whatsapp|fax|call(?: us)?(?: at)?|dial|text)(?: number| is|:)? ?)(?<digits>${body}|\d{3,15})(?![\d.,]*\d)(?! ?(?:times|%))`,
      'giu',
    ),
    say: (it) => sayPhone(it.group('digits'), ''),
  },
  {
    pattern: /(?<!\p{L})ext(?:\.|ension)? ?(?<digits>\d{1,6})(?!\d)/giu,
    say: (it) => `extension ${digitByDigit(it.group('digits'))}`,
  },
  {
    pattern:
      /(?<![\p{L}\d.,$/-])(?<digits>\(\d{2,4}\) ?\d{3,4}[ -]?\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4}|\d{3}[ -]\d{3}[ -]\d{2}[ -]\d{2}|\d{3} \d{3} \d{3}|\d{2} \d{4} \d{4}|\d{3}-\d{4}|3\d{9})(?![\d-]|[.,]\d)/gu,
    say: (it) => sayPhone(it.group('digits'), ''),
  },
];

/** Digit by digit, in the groups it was written in. */
function sayPhone(written: string, lead: string): string | null {
  const groups = (written.match(/\d+/g) ?? []).flatMap((group) =>
    group.length === 10 ? [group.slice(0, 3), group.slice(3, 6), group.slice(6)] : [group],
  );
  if (groups.join('').length > DIGITS_MAX) return null;
  return (
    lead +
    groups
      .map((group, i) =>
        lead !== '' && i === 0 && group.length < 4 ? cardinal(group) : digitByDigit(group),
      )
      .join(', ')
  );
}
