import { amountSource, parseAmount, type Amount } from '../amount.ts';
import type { Found, Rule } from '../rule.ts';
import { cardinal, takesDe, type Form } from './cardinal.ts';
import { sayAmount } from './numbers.ts';

interface Currency {
  readonly one: string;
  readonly many: string;
  readonly cent: string;
  readonly gender?: Form['gender'];
}

const currency = (one: string, many: string, cent = 'centavo'): Currency => ({ one, many, cent });
const pesos = currency('peso', 'pesos');

/** By sign or ISO code, as prices in Latin America write them. */
const currencies: Readonly<Record<string, Currency>> = {
  $: pesos,
  COP: pesos,
  MXN: currency('peso mexicano', 'pesos mexicanos'),
  MX$: currency('peso mexicano', 'pesos mexicanos'),
  CLP: currency('peso chileno', 'pesos chilenos'),
  ARS: currency('peso argentino', 'pesos argentinos'),
  UYU: currency('peso uruguayo', 'pesos uruguayos', 'centésimo'),
  DOP: currency('peso dominicano', 'pesos dominicanos'),
  RD$: currency('peso dominicano', 'pesos dominicanos'),
  USD: currency('dólar', 'dólares'),
  US$: currency('dólar', 'dólares'),
  U$S: currency('dólar', 'dólares'),
  EUR: currency('euro', 'euros', 'céntimo'),
  '€': currency('euro', 'euros', 'céntimo'),
  GBP: { ...currency('libra', 'libras', 'penique'), gender: 'f' },
  '£': { ...currency('libra', 'libras', 'penique'), gender: 'f' },
  PEN: currency('sol', 'soles', 'céntimo'),
  'S/': currency('sol', 'soles', 'céntimo'),
  'S/.': currency('sol', 'soles', 'céntimo'),
  BRL: currency('real', 'reales'),
  R$: currency('real', 'reales'),
  BOB: currency('boliviano', 'bolivianos'),
  BS: currency('boliviano', 'bolivianos'),
  VES: currency('bolívar', 'bolívares', 'céntimo'),
  PYG: currency('guaraní', 'guaraníes', 'céntimo'),
  '₲': currency('guaraní', 'guaraníes', 'céntimo'),
  CRC: currency('colón', 'colones', 'céntimo'),
  '₡': currency('colón', 'colones', 'céntimo'),
  GTQ: currency('quetzal', 'quetzales'),
  HNL: currency('lempira', 'lempiras'),
  NIO: currency('córdoba', 'córdobas'),
  PAB: currency('balboa', 'balboas', 'centésimo'),
  'B/.': currency('balboa', 'balboas', 'centésimo'),
};
const codes = 'COP|MXN|CLP|ARS|UYU|DOP|USD|EUR|GBP|PEN|BRL|BOB|VES|PYG|CRC|GTQ|HNL|NIO|PAB';
const signs = String.raw`(?:US|MX|RD|R)?\$|U\$S|S\/\.?|B\/\.|Bs\.?|[€£₲₡]`;
const scales = String.raw`mil millones|mill[oó]n(?:es)?|mil|k|M(?=[\s.,;]|$)`;
const amount = `(?<amount>${amountSource})`;
const scale = String.raw`(?: ?(?<scale>${scales})(?!\p{L}))?`;

export const moneyRules: readonly Rule[] = [
  // "2 docenas x $2.500": each at that price.
  { pattern: /(?<=\s)[x×] ?(?=\$ ?\d)/gu, say: 'por ' },
  // Thousands set apart with spaces: "$45 000", "45 000 pesos".
  {
    pattern:
      /(?:(?<=\$ ?)\d{1,3}(?: \d{3}){1,3}(?![\d.,]*\d)|(?<![\d.,])\d{1,3}(?: \d{3}){1,3}(?= (?:pesos|soles|dólares|COP|MXN)(?!\p{L})))/gu,
    say: (it) => it.text.replaceAll(' ', ''),
  },
  // "$10.000-$15.000", "$10.000 - 15.000": from one price to the other.
  {
    pattern: new RegExp(String.raw`(?<=\$ ?[\d.,]{1,16}) ?[-–—] ?(?=(?:${signs})? ?\d)`, 'gu'),
    say: (it) => (it.rest.startsWith('$') ? ' a ' : ' a $'),
  },
  // The sign is before, the code may be behind too: "US$ 10", "$10 USD", "COP 5.000", "COP $5.000".
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d$])(?:(?<ahead>${codes}) ?)?(?<minus>[-−])?(?<sign>${signs}|(?<=(?:${codes}) ?)) ?${amount}${scale}(?: ?(?<behind>${codes})(?!\p{L}))?(?<named> (?:de )?(?:pesos?|d[oó]lar(?:es)?|soles|sol|euros?)(?!\p{L}))?`,
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
  // The currency in words, with cents: "1.250,50 soles".
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d$.,])(?<amount>\d[\d.,]{0,15}[.,]\d\d) (?<unit>pesos|soles|dólares|euros)(?!\p{L})`,
      'gu',
    ),
    say: (it) => {
      const money = Object.values(currencies).find(({ many }) => many === it.group('unit'));
      return money ? sayExact(parseAmount(it.group('amount')), money, '') : null;
    },
  },
  // What follows the price: "$8.000/kg", "$5.000 c/u".
  {
    pattern: /(?<=(?:pesos|peso|dólares|soles|centavos|céntimos)) ?\/ ?(?=\p{L})/gu,
    say: ' por ',
  },
];

function sayMoney(it: Found, name: string): string | null {
  const key = name.toUpperCase().replace(/^BS\.$/, 'BS');
  const money = currencies[key];
  if (!money) return null;
  const value = parseAmount(it.group('amount'));
  const minus = it.group('minus') === '' ? '' : 'menos ';
  // The price names its own currency after the number: "$12.500 pesos colombianos".
  const named = it.group('named').replace(/^ (?:de )?/, '');
  const said =
    it.group('scale') === ''
      ? sayExact(value, money, named)
      : sayScaled(it.group('scale'), value, money, named);
  const close = /^[\p{L}\d]/u.test(it.rest) ? ' ' : '';
  return minus + said + close;
}

function sayExact(value: Amount, money: Currency, named: string): string {
  const form: Form = { gender: money.gender ?? 'm', beforeNoun: true };
  const cents = value.decimals === '' ? 0 : Number(value.decimals.padEnd(2, '0').slice(0, 2));
  const unit = named || (value.whole === '1' ? money.one : money.many);
  const whole = `${cardinal(value.whole, form)} ${takesDe(value.whole) ? 'de ' : ''}${unit}`;
  if (cents === 0) return whole;
  const small = `${cardinal(String(cents), { gender: 'm', beforeNoun: true })} ${money.cent}${cents === 1 ? '' : 's'}`;
  return value.whole === '0' ? small : `${whole} con ${small}`;
}

/** "$2 millones", "$1,5 millones", "$50 mil", "$50k". */
function sayScaled(scale: string, value: Amount, money: Currency, named: string): string {
  const unit = named || money.many;
  const form: Form = { gender: 'm', beforeNoun: true };
  const isThousand = /^(?:mil|k)$/i.test(scale);
  if (isThousand) {
    const exact = value.decimals === '' && value.whole !== '1';
    return exact
      ? `${cardinal(`${value.whole}000`, form)} ${unit}`
      : `${sayAmount(value, form)} mil ${unit}`;
  }
  const word = scale.startsWith('mil ')
    ? 'mil millones'
    : value.whole === '1'
      ? 'millón'
      : 'millones';
  if (/^50?$/.test(value.decimals))
    return `${cardinal(value.whole, form)} ${word} y medio de ${unit}`;
  return `${sayAmount(value, form)} ${value.decimals === '' ? word : 'millones'} de ${unit}`;
}
