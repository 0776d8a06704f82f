import { amountSource, parseAmount } from '../amount.ts';
import type { Rule } from '../rule.ts';
import { cardinal, ordinal } from './cardinal.ts';
import { sayAmount } from './numbers.ts';
import { roman } from '../roman.ts';

type Unit = readonly [one: string, many: string];
const unit = (one: string, many = `${one}s`): Unit => [one, many];
const units: Readonly<Record<string, Unit>> = {
  kg: unit('kilo'),
  g: unit('gram'),
  mg: unit('milligram'),
  lb: unit('pound'),
  lbs: unit('pound'),
  oz: unit('ounce'),
  l: unit('liter'),
  ml: unit('milliliter'),
  gal: unit('gallon'),
  cm: unit('centimeter'),
  mm: unit('millimeter'),
  m: unit('meter'),
  km: unit('kilometer'),
  mi: unit('mile'),
  ft: unit('foot', 'feet'),
  in: unit('inch', 'inches'),
  yd: unit('yard'),
  'km/h': unit('kilometer per hour', 'kilometers per hour'),
  mph: unit('mile per hour', 'miles per hour'),
  min: unit('minute'),
  mins: unit('minute'),
  sec: unit('second'),
  hr: unit('hour'),
  hrs: unit('hour'),
  h: unit('hour'),
  '°c': unit('degree Celsius', 'degrees Celsius'),
  '°f': unit('degree', 'degrees'),
  '°': unit('degree'),
  gb: unit('gigabyte'),
  mb: unit('megabyte'),
  'm²': unit('square meter'),
  m2: unit('square meter'),
  pcs: unit('piece'),
};
const names = String.raw`km\/h|mph|kg|mg|ml|mL|mm|km|min|mins|mi|mb|MB|lbs?|oz|gal|cm|ft|yd|sec|hrs?|GB|gb|m[²2]|pcs|[°º] ?[CF]|[°º]|g|l|L|m|h`;
const amount = `(?<amount>${amountSource})`;
const halves: Readonly<Record<string, string>> = {
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
};
const things =
  'phase|stage|volume|chapter|title|tower|block|level|part|unit|class|type|grade|module|sector|section|World War|act|Super Bowl';
const kings =
  'Henry|John|Paul|Elizabeth|Louis|Charles|Philip|George|William|Edward|Richard|James|Mary|Pius|Leo|Benedict|Gregory|Alexander|Peter';

export const measureRules: readonly Rule[] = [
  { pattern: / ?[½¼¾⅓⅔]/g, say: (it) => ` ${halves[it.text.trim()] ?? ''}` },
  {
    pattern:
      /(?<![\d/.,])(?:(?<whole>\d{1,3}) (?:and )?)?(?<top>[1-9])\/(?<bottom>[2-9]|10|16)(?![\d/])(?: ?(?<unit>lbs?|kg|oz|cups?|gal|l|in)(?!\p{L})\.?)?/gu,
    say: (it) => {
      const top = Number(it.group('top'));
      const bottom = Number(it.group('bottom'));
      if (top >= bottom) return null;
      const part = bottom === 2 ? 'half' : bottom === 4 ? 'quarter' : ordinal(bottom);
      const whole = it.group('whole');
      const share =
        top === 1
          ? `${whole === '' && bottom !== 2 ? 'one' : 'a'} ${part}`
          : `${cardinal(String(top))} ${part}s`;
      const found = units[it.group('unit').toLowerCase()] ?? null;
      const named = found ? found[whole === '' ? 0 : 1] : it.group('unit');
      const gap = /^[\p{L}\d]/u.test(it.rest) ? ' ' : '';
      if (whole !== '') return `${cardinal(whole)} and ${share}${named ? ` ${named}` : ''}${gap}`;
      return `${top === 1 && bottom === 2 ? (named ? 'half a' : 'half') : share}${named ? `${bottom === 2 ? '' : ' of a'} ${named}` : ''}${gap}`;
    },
  },
  { pattern: /(?<=\d) ?[x×*] ?(?=\d)/gi, say: ' by ' },
  { pattern: /(?<![\p{L}\d])[x×] ?(?=\d)/giu, say: 'times ' },
  {
    pattern: new RegExp(
      String.raw`(?<![\d.,])(?<first>${amountSource}) ?(?:-|–|—) ?(?=(?:${amountSource}) ?(?:${names}|%)(?![\p{L}\d]))`,
      'gu',
    ),
    say: (it) => `${sayAmount(parseAmount(it.group('first')))} to `,
  },
  {
    pattern: new RegExp(String.raw`(?<minus>(?<![\p{L}\d])[-−])?(?<![\d.,])${amount} ?%`, 'gu'),
    say: (it) =>
      `${it.group('minus') === '' ? '' : 'minus '}${sayAmount(parseAmount(it.group('amount')))} percent${/^[\p{L}\d]/u.test(it.rest) ? ' ' : ''}`,
  },
  {
    pattern: new RegExp(
      String.raw`(?<minus>(?<![\p{L}\d])[-−])?(?<![\d.,])${amount} ?(?<unit>${names})(?![\p{L}\d/²])(?<stop>\.(?!\d))?`,
      'gu',
    ),
    say: (it) => {
      const found = units[it.group('unit').toLowerCase().replace(' ', '').replace('º', '°')];
      if (!found) return null;
      const value = parseAmount(it.group('amount'));
      const stop = it.group('stop') !== '' && /^\s*(?:$|\p{Lu})/u.test(it.rest) ? '.' : '';
      const one = value.whole === '1' && value.decimals === '';
      return `${it.group('minus') === '' ? '' : 'minus '}${sayAmount(value)} ${found[one ? 0 : 1]}${stop}${/^[\p{L}\d]/u.test(it.rest) ? ' ' : ''}`;
    },
  },
  {
    pattern: /(?<=(?<!\p{L})per )(?<unit>lb|kg|oz|g|l|gal|hr|min)(?!\p{L})\.?/giu,
    say: (it) => units[it.group('unit').toLowerCase()]?.[0] ?? null,
  },
  {
    pattern: /(?<![\p{L}\d.,])(?<n>\d{1,4})(?:st|nd|rd|th)(?![\p{L}\d])/giu,
    say: (it) => ordinal(Number(it.group('n'))),
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${things}) )(?<roman>[IVX]{1,5})(?!\p{L})`,
      'giu',
    ),
    say: (it) => sayRoman(it.group('roman'), false),
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${kings}) )(?<roman>[IVX]{1,6})(?![\p{L}.])`,
      'gu',
    ),
    say: (it) => sayRoman(it.group('roman'), true),
  },
  // Numbers that belong together.
  { pattern: /(?<![\d/.,])24\/7(?![\d/])/g, say: 'twenty-four seven' },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d.,-])(?<first>${amountSource}) ?[-–—] ?(?=(?<second>${amountSource})(?!\d|-\d))`,
      'gu',
    ),
    say: (it) =>
      `${sayAmount(parseAmount(it.group('first')))} ${Number(it.group('first')) <= Number(it.group('second')) ? 'to' : 'dash'} `,
  },
  {
    pattern: /(?<![\d/.,])(?<first>\d{1,4})\/(?<second>\d{1,4})(?![\d/])/g,
    say: (it) => `${cardinal(it.group('first'))} over ${cardinal(it.group('second'))}`,
  },
  {
    pattern: /(?<![\d:])(?<first>\d{1,3}):(?<second>\d{1,3})(?![\d:])/g,
    say: (it) => `${cardinal(it.group('first'))} to ${cardinal(it.group('second'))}`,
  },
];

function sayRoman(written: string, king: boolean): string | null {
  const value = roman(written.toUpperCase());
  if (value === null) return null;
  return king ? `the ${ordinal(value)}` : cardinal(String(value));
}
