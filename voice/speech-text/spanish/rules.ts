import { always, type Rule } from '../rule.ts';
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
  always(/ ?& ?/g, ' y '),
  always(/ ?\+ ?(?=\p{L})/gu, ' más '),
  always(/ ?= ?/g, ' igual a '),
  always(/ ?[≈~] ?(?=[\p{L}\d])/gu, ' aproximadamente '),
  always(/ ?(?:→|=>|->) ?/g, ', '),
  always(/ ?% ?/g, ' por ciento '),
  always(/ ?@ ?/g, ' arroba '),
  always(/(?<=\p{L}) ?\/ ?(?=\p{L})/gu, ' o '),
  always(/[#*_^\\{}[\]<>|]/g, ' '),
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
