import { internetRules } from '../internet.ts';
import type { Found, Rule } from '../rule.ts';
import { calendarRules } from './calendar.ts';
import { cardinal, digitByDigit } from './cardinal.ts';
import { measureRules } from './measures.ts';
import { moneyRules } from './money.ts';
import { codeRules, numberRules } from './numbers.ts';
import { phoneRules } from './phones.ts';

const titles: Readonly<Record<string, string>> = {
  mr: 'Mister',
  mrs: 'Missus',
  ms: 'Miz',
  dr: 'Doctor',
  prof: 'Professor',
  st: 'Saint',
  sr: 'Señor',
  sra: 'Señora',
  rev: 'Reverend',
  gen: 'General',
  capt: 'Captain',
  lt: 'Lieutenant',
  hon: 'Honorable',
};
const words: Readonly<Record<string, string>> = {
  etc: 'et cetera',
  approx: 'approximately',
  vs: 'versus',
  dept: 'department',
  appt: 'appointment',
  apt: 'apartment',
  ave: 'avenue',
  blvd: 'boulevard',
  rd: 'road',
  hwy: 'highway',
  ste: 'suite',
  tel: 'telephone',
  ext: 'extension',
  inc: 'incorporated',
  corp: 'corporation',
  ltd: 'limited',
  co: 'company',
  min: 'minimum',
  max: 'maximum',
  est: 'established',
  bldg: 'building',
  fl: 'floor',
};

const abbreviationRules: readonly Rule[] = [
  { pattern: /(?<!\p{L})e\. ?g\.,?(?!\p{L})/giu, say: 'for example,' },
  { pattern: /(?<!\p{L})i\. ?e\.,?(?!\p{L})/giu, say: 'that is,' },
  { pattern: /(?<!\p{L})U\. ?S\. ?A\./gu, say: (it) => closing(it, 'U S A') },
  { pattern: /(?<!\p{L})U\. ?S\./gu, say: (it) => closing(it, 'U S') },
  { pattern: /(?<!\p{L})and\/or(?!\p{L})/giu, say: 'and or' },
  { pattern: /(?<!\p{L})w\/ ?(?=\p{L})/giu, say: 'with ' },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<short>${Object.keys(titles).join('|')})\. ?(?=\p{Lu})`,
      'giu',
    ),
    say: (it) => `${titles[it.group('short').toLowerCase()] ?? ''} `,
  },
  {
    pattern: /(?<!\p{L})(?<short>Mr|Mrs|Ms|Dr)(?= \p{Lu})/gu,
    say: (it) => titles[it.group('short').toLowerCase()] ?? null,
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<short>${Object.keys(words).join('|')})\.(?!\d)`,
      'giu',
    ),
    say: (it) =>
      closing(it, words[it.group('short').toLowerCase()] ?? '') +
      (/^\p{L}/u.test(it.rest) ? ' ' : ''),
  },
  { pattern: /(?<!\p{L})St\./gu, say: (it) => closing(it, 'street') },
];

const numberSign: readonly Rule[] = [
  { pattern: /(?<![\p{L}\d])(?:#|No\.|Nos\.) ?(?=\d)/gu, say: 'number ' },
  {
    pattern: /(?<![\p{L}\d])(?<unit>Apt|Ste|Rm|Fl)\.? (?=\d)/gu,
    say: (it) =>
      ({ Apt: 'apartment ', Ste: 'suite ', Rm: 'room ', Fl: 'floor ' })[it.group('unit')] ?? null,
  },
];

const symbolRules: readonly Rule[] = [
  { pattern: / ?& ?/g, say: ' and ' },
  { pattern: / ?(?:→|=>|->) ?/g, say: ', ' },
  { pattern: / ?\+ ?(?=\p{L})/gu, say: ' plus ' },
  { pattern: / ?= ?/g, say: ' equals ' },
  { pattern: / ?[≈~] ?(?=[\p{L}\d])/gu, say: ' approximately ' },
  { pattern: / ?% ?/g, say: ' percent ' },
  { pattern: / ?@ ?/g, say: ' at ' },
  { pattern: /(?<=\p{L}) ?\/ ?(?=\p{L})/gu, say: ' or ' },
  { pattern: /[#*_^\\{}[\]<>|]/g, say: ' ' },
];

/** Keeps the sentence's full stop where the abbreviation's was one as well. */
function closing(it: Found, said: string): string {
  return said + (it.text.endsWith('.') && /^\s*(?:$|["(]?\p{Lu})/u.test(it.rest) ? '.' : '');
}

/** How English is read out: the narrow ways of writing before the wide ones, numbers last. */
export const englishRules: readonly Rule[] = [
  ...internetRules({
    at: 'at',
    dot: 'dot',
    dash: 'dash',
    underscore: 'underscore',
    plus: 'plus',
    slash: 'slash',
    sayDigits: (digits) => (digits.length > 2 ? digitByDigit(digits) : cardinal(digits)),
    spelled: {
      co: 'c o',
      mx: 'm x',
      cl: 'c l',
      ar: 'a r',
      pe: 'p e',
      ec: 'e c',
      cr: 'c r',
      us: 'u s',
      uk: 'u k',
      io: 'i o',
    },
  }),
  ...numberSign,
  ...moneyRules,
  ...calendarRules,
  ...phoneRules,
  ...codeRules,
  ...measureRules,
  ...numberRules,
  ...abbreviationRules,
  ...symbolRules,
];
