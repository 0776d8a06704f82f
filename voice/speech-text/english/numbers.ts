import { amountSource, inGroups, parseAmount, type Amount } from '../amount.ts';
import type { Found, Rule } from '../rule.ts';
import { cardinal, digitByDigit, year } from './cardinal.ts';

const CODE_DIGITS_MIN = 7;
const codeNames =
  'code|order|reference|invoice|ticket|confirmation|reservation|booking|pin|account|tracking|contract|policy|card|zip';

/** "three point five". */
export function sayAmount(amount: Amount): string {
  const whole = cardinal(amount.whole);
  return amount.decimals === '' ? whole : `${whole} point ${digitByDigit(amount.decimals)}`;
}

function sayCode(digits: string): string {
  return inGroups(digits).map(digitByDigit).join(', ');
}

export const codeRules: readonly Rule[] = [
  {
    pattern: /(?<![\p{L}\d.,-])\d{1,12}(?:-\d{1,12}){2,5}(?![\p{L}\d-])/gu,
    say: (it) => it.text.split('-').map(sayCode).join(', '),
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${codeNames})(?: code| number| no\.|:| is)? #?)(?<digits>\d{4,18})(?![\d.,]*\d)(?!\p{L})`,
      'giu',
    ),
    say: (it) => sayCode(it.group('digits')),
  },
];

export const numberRules: readonly Rule[] = [
  {
    pattern: /(?<![\d.,])(?!\d{1,3}(?:\.\d{3})+(?![.\d]))\d{1,9}(?:\.\d{1,9}){2,8}(?!\d)/g,
    say: (it) =>
      pad(
        it,
        it.text
          .split('.')
          .map((part) => cardinal(part))
          .join(' point '),
      ),
  },
  { pattern: /(?<![\p{L}\d.,])[-−](?=\d)/gu, say: 'minus ' },
  // A ZIP code after its state.
  { pattern: /(?<=(?<!\p{L})[A-Z]{2} )\d{5}(?![\d.,]*\d)/gu, say: (it) => digitByDigit(it.text) },
  {
    pattern:
      /(?<=(?<!\p{L})(?:in|since|of|by|until|from|year) )(?<year>1[1-9]\d\d|20\d\d)(?![\d.,]*\d)(?! \p{L}{2,}s(?!\p{L}))/giu,
    say: (it) => year(Number(it.group('year'))),
  },
  { pattern: new RegExp(amountSource, 'g'), say: sayNumber },
];

function sayNumber(it: Found): string {
  const unbroken = /^\d+$/.test(it.text);
  if (unbroken && it.text.length > 2 && /\p{L}/u.test(it.previous))
    return pad(it, sayCode(it.text));
  if (unbroken && (/^0\d/.test(it.text) || it.text.length >= CODE_DIGITS_MIN))
    return pad(it, sayCode(it.text));
  return pad(it, sayAmount(parseAmount(it.text)));
}

function pad(it: Found, said: string): string {
  const open = /[\p{L}\p{N}]/u.test(it.previous) ? ' ' : '';
  return `${open}${said}${/^\p{L}/u.test(it.rest) ? ' ' : ''}`;
}
