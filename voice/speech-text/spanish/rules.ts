import type { Rule } from '../rule.ts';
import { abbreviationRules } from './abbreviations.ts';
import { addressRules } from './addresses.ts';
import { dateRules } from './dates.ts';
import { hourRules } from './hours.ts';
import { spanishInternetRules } from './internet.ts';
import { measureRules } from './measures.ts';
import { moneyRules } from './money.ts';
import { codeRules, numberRules } from './numbers.ts';
import { ordinalRules } from './ordinals.ts';
import { phoneRules } from './phones.ts';
import { spanRules } from './spans.ts';

const symbolRules: readonly Rule[] = [
  { pattern: / ?& ?/g, say: ' y ' },
  { pattern: / ?\+ ?(?=\p{L})/gu, say: ' más ' },
  { pattern: / ?= ?/g, say: ' igual a ' },
  { pattern: / ?[≈~] ?(?=[\p{L}\d])/gu, say: ' aproximadamente ' },
  { pattern: / ?(?:→|=>|->) ?/g, say: ', ' },
  { pattern: / ?% ?/g, say: ' por ciento ' },
  { pattern: / ?@ ?/g, say: ' arroba ' },
  { pattern: /(?<=\p{L}) ?\/ ?(?=\p{L})/gu, say: ' o ' },
  { pattern: /[#*_^\\{}[\]<>|]/g, say: ' ' },
];

/** How Spanish is read out: the narrow ways of writing before the wide ones, numbers last. */
export const spanishRules: readonly Rule[] = [
  ...spanishInternetRules,
  ...addressRules,
  ...moneyRules,
  ...dateRules,
  ...phoneRules,
  ...codeRules,
  ...hourRules,
  ...ordinalRules,
  ...measureRules,
  ...spanRules,
  ...numberRules,
  ...abbreviationRules,
  ...symbolRules,
];
