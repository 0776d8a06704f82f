import { amountSource, parseAmount } from '../amount.ts';
import type { Rule } from '../rule.ts';
import { cardinal } from './cardinal.ts';
import { formBetween } from './gender.ts';
import { sayAmount } from './numbers.ts';

/** Numbers that belong together: from one to another, one over the other. */
export const spanRules: readonly Rule[] = [
  {
    pattern: /(?<![\d/.,])24\/7(?![\d/])/g,
    say: 'veinticuatro siete',
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d.,-])(?<first>${amountSource}) ?[-–—] ?(?=(?<second>${amountSource})(?!\d|-\d))`,
      'gu',
    ),
    say: (it) => {
      const [first, second] = [parseAmount(it.group('first')), parseAmount(it.group('second'))];
      const rises = Number(first.whole) <= Number(second.whole);
      const noun = /^[\d.,]+ (\p{L}+)/u.exec(it.rest)?.[1]?.toLowerCase() ?? '';
      const form = { ...formBetween(it.before, noun), beforeNoun: false };
      return `${sayAmount(first, form)} ${rises ? 'a' : 'guion'} `;
    },
  },
  {
    pattern: /(?<![\d/.,])(?<first>\d{1,4})\/(?<second>\d{1,4})(?![\d/])/g,
    say: (it) => `${cardinal(it.group('first'))} sobre ${cardinal(it.group('second'))}`,
  },
  {
    pattern: /(?<![\d:])(?<first>\d{1,3}):(?<second>\d{1,3})(?![\d:])/g,
    say: (it) => `${cardinal(it.group('first'))} a ${cardinal(it.group('second'))}`,
  },
];
