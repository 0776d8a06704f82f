import { amountSource, parseAmount } from '../amount.ts';
import type { Found, Rule } from '../rule.ts';
import { cardinal } from './cardinal.ts';
import { sayAmount } from './numbers.ts';

/** One and many of the unit, and its hundredth part. */
type Currency = readonly [one: string, many: string, cent?: string];
const currencies: Readonly<Record<string, Currency>> = {
  $: ['dollar', 'dollars'],
  US$: ['dollar', 'dollars'],
  USD: ['dollar', 'dollars'],
  COP: ['Colombian peso', 'Colombian pesos', 'centavo'],
  MXN: ['Mexican peso', 'Mexican pesos', 'centavo'],
  CLP: ['Chilean peso', 'Chilean pesos', 'centavo'],
  ARS: ['Argentine peso', 'Argentine pesos', 'centavo'],
  PEN: ['sol', 'soles', 'céntimo'],
  'S/': ['sol', 'soles', 'céntimo'],
  BRL: ['real', 'reais', 'centavo'],
  EUR: ['euro', 'euros'],
  '€': ['euro', 'euros'],
  GBP: ['pound', 'pounds', 'penny'],
  '£': ['pound', 'pounds', 'penny'],
};
const pesos: Currency = ['peso', 'pesos', 'centavo'];
const codes = 'USD|COP|MXN|CLP|ARS|PEN|BRL|EUR|GBP';
const signs = String.raw`(?:US)?\$|S\/\.?|[€£]`;
const scale = String.raw`(?: ?(?<scale>thousand|million|billion|[kKMB])(?!\p{L}))?`;
const amount = `(?<amount>${amountSource})`;

export const moneyRules: readonly Rule[] = [
  { pattern: /(?<=\s)[x×] ?(?=\$ ?\d)/gu, say: 'at ' },
  {
    pattern: /(?<=\$ ?[\d.,]{1,16}) ?[-–—] ?(?=\$? ?\d)/g,
    say: (it) => (it.rest.startsWith('$') ? ' to ' : ' to $'),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d$])(?:(?<ahead>${codes}) ?)?(?<minus>[-−])?(?<sign>${signs}|(?<=(?:${codes}) ?)) ?${amount}${scale}(?: ?(?<behind>${codes})(?!\p{L}))?(?<named> (?:dollars?|pesos?|euros?|pounds?)(?!\p{L}))?`,
      'gu',
    ),
    say: (it) => sayMoney(it, it.group('behind') || it.group('ahead') || it.group('sign')),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d$.,])${amount}${scale} ?(?<behind>${codes}|€)(?!\p{L})`,
      'gu',
    ),
    say: (it) => sayMoney(it, it.group('behind')),
  },
  {
    pattern: /(?<=(?:dollars?|pesos?|soles|euros?|cents?)) ?\/ ?(?<unit>mo|yr|ea)(?!\p{L})/gu,
    say: (it) => ({ mo: ' per month', yr: ' per year' })[it.group('unit')] ?? ' each',
  },
  { pattern: /(?<=(?:dollars?|pesos?|soles|euros?|cents?)) ?\/ ?(?=\p{L})/gu, say: ' per ' },
];

function sayMoney(it: Found, name: string): string | null {
  const value = parseAmount(it.group('amount'));
  // Thousands set apart with dots are a Latin American price, whatever the language around it.
  const found = name === '$' && value.dotted ? pesos : currencies[name.replace('S/.', 'S/')];
  if (!found) return null;
  const [one, many, cent = 'cent'] = found;
  const named = it.group('named').trim();
  const minus = it.group('minus') === '' ? '' : 'minus ';
  const gap = /^[\p{L}\d]/u.test(it.rest) ? ' ' : '';
  const size = it.group('scale').toLowerCase();
  if (size !== '') {
    const word = { k: 'thousand', m: 'million', b: 'billion' }[size] ?? size;
    return `${minus}${sayAmount(value)} ${word} ${named || many}${gap}`;
  }
  const cents = value.decimals === '' ? 0 : Number(value.decimals.padEnd(2, '0').slice(0, 2));
  const whole = `${cardinal(value.whole)} ${named || (value.whole === '1' ? one : many)}`;
  const part =
    cents === 0
      ? ''
      : `${cardinal(String(cents))} ${cents === 1 ? cent : cent === 'penny' ? 'pence' : `${cent}s`}`;
  if (part === '') return minus + whole + gap;
  return minus + (value.whole === '0' ? part : `${whole} and ${part}`) + gap;
}
