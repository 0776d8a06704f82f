import { amountSource, parseAmount } from '../amount.ts';
import type { Found, Rule } from '../rule.ts';
import { cardinal, type Form } from './cardinal.ts';
import { nounGender } from './gender.ts';
import { sayAmount } from './numbers.ts';

interface Unit {
  readonly one: string;
  readonly many: string;
  readonly gender: Form['gender'];
}

const unit = (one: string, many = `${one}s`, gender: Form['gender'] = 'm'): Unit => ({
  one,
  many,
  gender,
});
const units: Readonly<Record<string, Unit>> = {
  kg: unit('kilo'),
  kgs: unit('kilo'),
  kilos: unit('kilo'),
  g: unit('gramo'),
  gr: unit('gramo'),
  grs: unit('gramo'),
  mg: unit('miligramo'),
  lb: unit('libra', 'libras', 'f'),
  lbs: unit('libra', 'libras', 'f'),
  oz: unit('onza', 'onzas', 'f'),
  ton: unit('tonelada', 'toneladas', 'f'),
  l: unit('litro'),
  lt: unit('litro'),
  lts: unit('litro'),
  ml: unit('mililitro'),
  cc: unit('centímetro cúbico', 'centímetros cúbicos'),
  gal: unit('galón', 'galones'),
  cm: unit('centímetro'),
  mm: unit('milímetro'),
  m: unit('metro'),
  mt: unit('metro'),
  mts: unit('metro'),
  km: unit('kilómetro'),
  kms: unit('kilómetro'),
  m2: unit('metro cuadrado', 'metros cuadrados'),
  'm²': unit('metro cuadrado', 'metros cuadrados'),
  m3: unit('metro cúbico', 'metros cúbicos'),
  'm³': unit('metro cúbico', 'metros cúbicos'),
  ha: unit('hectárea', 'hectáreas', 'f'),
  'km/h': unit('kilómetro por hora', 'kilómetros por hora'),
  min: unit('minuto'),
  mins: unit('minuto'),
  seg: unit('segundo'),
  s: unit('segundo'),
  h: unit('hora', 'horas', 'f'),
  hr: unit('hora', 'horas', 'f'),
  hrs: unit('hora', 'horas', 'f'),
  und: unit('unidad', 'unidades', 'f'),
  unds: unit('unidad', 'unidades', 'f'),
  ud: unit('unidad', 'unidades', 'f'),
  uds: unit('unidad', 'unidades', 'f'),
  cda: unit('cucharada', 'cucharadas', 'f'),
  cdas: unit('cucharada', 'cucharadas', 'f'),
  cdta: unit('cucharadita', 'cucharaditas', 'f'),
  cdtas: unit('cucharadita', 'cucharaditas', 'f'),
  tz: unit('taza', 'tazas', 'f'),
  doc: unit('docena', 'docenas', 'f'),
  pz: unit('pieza', 'piezas', 'f'),
  pzs: unit('pieza', 'piezas', 'f'),
  pza: unit('pieza', 'piezas', 'f'),
  pzas: unit('pieza', 'piezas', 'f'),
  '°c': unit('grado'),
  ºc: unit('grado'),
  '°f': unit('grado Fahrenheit', 'grados Fahrenheit'),
  º: unit('grado'),
  '°': unit('grado'),
  gb: unit('giga'),
  mb: unit('mega'),
  tb: unit('tera'),
  mbps: unit('mega por segundo', 'megas por segundo'),
  w: unit('vatio'),
  kw: unit('kilovatio'),
  kwh: unit('kilovatio hora', 'kilovatios hora'),
  v: unit('voltio'),
  hp: unit('caballo de fuerza', 'caballos de fuerza'),
  cal: unit('caloría', 'calorías', 'f'),
  kcal: unit('kilocaloría', 'kilocalorías', 'f'),
};
const names =
  'kgs?|kwh|kcal|kw|kms?|km\\/h|grs?|grs|g|mg|lbs?|oz|ton|lts?|l|L|mbps|ml|mL|mm|mts?|min|mins|m[²³23]|mb|MB|m|cc|cm|gal|ha|seg|s|hrs?|h|unds?|uds?|cdtas?|cdas?|tz|doc|pzas?|pzs?|[°º] ?[CFcf]|GB|gb|TB|tb|Mbps|Kg|KG|Km|KM|W|V|HP|hp|cal';
const amount = `(?<amount>${amountSource})`;
const halves: Readonly<Record<string, string>> = {
  '½': '1/2',
  '¼': '1/4',
  '¾': '3/4',
  '⅓': '1/3',
  '⅔': '2/3',
};

export const measureRules: readonly Rule[] = [
  { pattern: / ?[½¼¾⅓⅔]/g, say: (it) => ` ${halves[it.text.trim()] ?? ''}` },
  // "2 1/2 libras" → "dos libras y media"; "1/2 kg" → "medio kilo"; "1/4 de pollo".
  {
    pattern: new RegExp(
      String.raw`(?<![\d/.,])(?:(?<whole>\d{1,3}) (?:y )?)?(?<top>[1-9])\/(?<bottom>[2-9]|10|16)(?![\d/])(?: ?(?<unit>${names})(?![\p{L}\d/²³])\.?)?(?<of> (?:de (?:la |el )?)?)?(?<noun>\p{L}{3,30})?`,
      'gu',
    ),
    say: sayFraction,
  },
  // Offers and sizes: "2x1", "10x15 cm", "x2".
  {
    pattern: /(?<![\d.,x×])(?<pay>\d)[x×](?<get>\d)(?![\d.,x×]|\s?[ckm]?m(?!\p{L}))/giu,
    say: (it) => `${cardinal(it.group('pay'))} por ${cardinal(it.group('get'))}${gap(it)}`,
  },
  { pattern: /(?<=\d) ?[x×*] ?(?=\d)/gi, say: ' por ' },
  { pattern: /(?<![\p{L}\d])[x×] ?(?=\d)/giu, say: 'por ' },
  {
    pattern: new RegExp(
      String.raw`(?<![\d.,])(?<first>${amountSource}) ?(?:-|–|—) ?(?=(?:${amountSource}) ?(?:${names}|%)(?![\p{L}\d]))`,
      'gu',
    ),
    say: (it) => `${cardinalOf(it.group('first'))} a `,
  },
  {
    pattern: new RegExp(String.raw`(?<![\d.,])(?<minus>(?<![\p{L}\d])[-−])?${amount} ?%`, 'gu'),
    say: (it) =>
      `${it.group('minus') === '' ? '' : 'menos '}${sayAmount(parseAmount(it.group('amount')), plain)} por ciento${gap(it)}`,
  },
  {
    pattern: new RegExp(
      String.raw`(?<minus>(?<![\p{L}\d])[-−])?(?<![\d.,])${amount} ?(?<unit>${names})(?![\p{L}\d/²³])(?<stop>\.(?!\d))?`,
      'gu',
    ),
    say: sayMeasure,
  },
  // "por kg", "el kg": a unit without a number.
  {
    pattern: /(?<=(?<!\p{L})(?:por|el|cada|un|del|medio|pesos\/) )kg(?!\p{L})\.?/giu,
    say: 'kilo',
  },
  { pattern: /(?<=(?<!\p{L})(?:por|la|cada|una|media) )lb(?!\p{L})\.?/giu, say: 'libra' },
];
const plain: Form = { gender: 'm', beforeNoun: false };

function sayMeasure(it: Found): string | null {
  const written = it.group('unit').replace(' ', '');
  const found = units[written.toLowerCase()];
  if (!found) return null;
  const value = parseAmount(it.group('amount'));
  const one = value.whole === '1' && value.decimals === '';
  const minus = it.group('minus') === '' ? '' : 'menos ';
  const said = sayAmount(value, { gender: found.gender, beforeNoun: true });
  // The unit's own full stop, unless it ends the sentence too.
  const stop = it.group('stop') !== '' && /^\s*(?:$|[¿¡"«]?\p{Lu})/u.test(it.rest) ? '.' : '';
  return `${minus}${said} ${one ? found.one : found.many}${stop}${gap(it)}`;
}

function cardinalOf(written: string): string {
  return sayAmount(parseAmount(written), plain);
}

const parts: Readonly<Record<string, string>> = {
  3: 'tercio',
  4: 'cuarto',
  5: 'quinto',
  6: 'sexto',
  7: 'séptimo',
  8: 'octavo',
  9: 'noveno',
  10: 'décimo',
  16: 'dieciseisavo',
};

function sayFraction(it: Found): string | null {
  const [whole, top, bottom] = [it.group('whole'), Number(it.group('top')), it.group('bottom')];
  const found = units[it.group('unit').toLowerCase()];
  const of = it.group('of');
  const noun = it.group('noun');
  const gender = found?.gender ?? (of === ' ' ? nounGender(noun.toLowerCase()) : null);
  if (top >= Number(bottom)) return null;
  const isHalf = top === 1 && bottom === '2';
  const half = gender === 'f' ? 'media' : 'medio';
  const share = isHalf
    ? half
    : `${cardinal(String(top), { gender: 'm', beforeNoun: true })} ${parts[bottom]}${top > 1 ? 's' : ''}`;
  const single = whole === '' || whole === '1';
  const named = single ? noun.replace(/(?<=[aeo])s$/, '') : noun;
  const counted = found ? (single ? found.one : found.many) : gender ? named : '';
  // Whatever was caught behind it and is not counted stays as it is.
  const after = found ? of + noun : counted === '' ? of + noun : '';
  if (whole === '') {
    const link = counted === '' ? '' : isHalf ? ' ' : ' de ';
    return share + link + counted + after;
  }
  const count = cardinal(whole, { gender: gender ?? 'm', beforeNoun: counted !== '' });
  return `${count}${counted === '' ? '' : ` ${counted}`} y ${share}${after}`;
}

function gap(it: Found): string {
  return /^[\p{L}\d]/u.test(it.rest) ? ' ' : '';
}
