import { regex, type Source } from './text.ts';

/** A price found in a text, in units of its currency. */
export interface Price {
  readonly start: number;
  readonly end: number;
  readonly amount: number;
  /** ISO 4217 where it was said. */
  readonly currency: string | null;
  /** The end of a range. */
  readonly upTo?: number;
  /** A figure with no sign of money about it: a price only where prices are expected. */
  readonly bare: boolean;
}

// oxfmt-ignore
const numerals: Readonly<Record<string, number>> = {
  un: 1, uno: 1, una: 1, dos: 2, tres: 3, cuatro: 4, cinco: 5, seis: 6, siete: 7, ocho: 8, nueve: 9,
  diez: 10, once: 11, doce: 12, trece: 13, catorce: 14, quince: 15, dieciseis: 16, diecisiete: 17,
  dieciocho: 18, diecinueve: 19, veinte: 20, veintiun: 21, veintiuno: 21, veintidos: 22,
  veintitres: 23, veinticuatro: 24, veinticinco: 25, veintiseis: 26, veintisiete: 27,
  veintiocho: 28, veintinueve: 29, treinta: 30, cuarenta: 40, cincuenta: 50, sesenta: 60,
  setenta: 70, ochenta: 80, noventa: 90, cien: 100, ciento: 100, doscientos: 200,
  trescientos: 300, cuatrocientos: 400, quinientos: 500, seiscientos: 600, setecientos: 700,
  ochocientos: 800, novecientos: 900, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6,
  seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
};

/** The number a folded word says. */
export const numeralOf = (word: string): number | undefined => numerals[word];

const digits = String.raw`\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?`;
const before = String.raw`us\$|u\$s|usd|mx\$|mxn|cop\$?|pen|s\/\.?|eur|€|\$`;
const scale = String.raw`k|mil|thousand|grand|million|millon(?:es)?|lucas?|palos?|melones`;
const after =
  'pesos colombianos|pesos mexicanos|pesos|soles|sol|dolares|dolar|dollars?|euros?|' +
  // In "iPhone 12 MXN 2,450" the code belongs to the figure behind it.
  String.raw`(?:usd|cop|mxn|pen|eur|€)(?!\s*\d)`;
const word = String.raw`(?:${Object.keys(numerals).join('|')})`;
const words =
  String.raw`(?:${word}|mil|millon(?:es)?)` +
  String.raw`(?:\s+(?:y\s+)?(?:${word}|mil|millon(?:es)?|medio))*`;
const figure =
  String.raw`(?:(${before})\s*)?(${digits})(?:\s*(${scale})\b)?(?:\s+(${word})\b)?` +
  String.raw`(?:\s*(?:de\s+)?(${after})(?![\w]))?`;

const figurePattern = new RegExp(
  String.raw`(?<![\w.,#°:/])${figure}(?![\w%]|\s*%|[.,:]\d|['’]\d)`,
  'g',
);
const wordsPattern = new RegExp(
  String.raw`(?<![\w])(${words})(?:\s+(?:de\s+)?(${after}))?(?!\w)`,
  'g',
);
const freePattern = regex('g')`
    (?<!\w)(?:gratis|gratuit[oa]s?|sin (?:ningun )?(?:costo|cargo|cobro)|no tiene costo
    |es cortesia|free(?: of charge)?)(?!\w)
  `;

const currencyOfSign: Readonly<Record<string, string>> = {
  us$: 'USD',
  u$s: 'USD',
  usd: 'USD',
  dolares: 'USD',
  dolar: 'USD',
  dollar: 'USD',
  dollars: 'USD',
  mx$: 'MXN',
  mxn: 'MXN',
  'pesos mexicanos': 'MXN',
  cop: 'COP',
  cop$: 'COP',
  'pesos colombianos': 'COP',
  pen: 'PEN',
  's/': 'PEN',
  's/.': 'PEN',
  soles: 'PEN',
  sol: 'PEN',
  eur: 'EUR',
  '€': 'EUR',
  euro: 'EUR',
  euros: 'EUR',
};

/** What follows a figure that counts something else than money. */
const unitAfter = regex()`
    ^\s*(?:anos?|dias?|semanas?|mes(?:es)?|horas?|hrs?|minutos?|min|personas?|pax|unidades|und
    |piezas?|pzas?|gramos?|grs?|g|kilos?|kgs?|kg|libras?|litros?|lts?|ml|cc|cms?|mts?|metros?
    |mm|km|pulgadas|onzas|oz|sesiones|clases|porciones|sabores|puestos|mesas|habitaciones
    |sedes|empleados|clientes|pasos|cuadras|am|pm|a\.|p\.|x\s*\d|years?|days?|people|minutes
    |hours)(?!\w)
  `;

/** Everything in a text that looks like a number but is none of money, blotted out in place. */
function withoutOtherNumbers(folded: string): string {
  const blot = (text: string) => '_'.repeat(text.length);
  return folded
    .replace(/(?<![\w$.])\+?\d[\d\s().-]{5,}\d(?![\w.,]\d|\w)/g, (text) =>
      text.replace(/\D/g, '').length >= 7 && !/\d[.]\d{3}(?!\d)/.test(text) ? blot(text) : text,
    )
    .replace(
      regex('g')`
        \b(?:calle|cl|cll|carrera|cra|cr|kr|avenida|av|avda|transversal|tv|diagonal|dg|jiron
        |jr|kilometro|km|local|piso|oficina|apto|interior|manzana|lote
        |mz)\.?\s*\d+\s?[a-z]?\b(?:\s*(?:#|no?\.?°?|num(?:ero)?\.?|con
        |-)\s*\d+\s?[a-z]?\b)*(?:\s*-\s*\d+)*
      `,
      blot,
    )
    .replace(/#\s*\d+(?:\s*-\s*\d+)*/g, blot)
    .replace(/\b\d{1,2}\s?[:h]\s?\d{2}\b/g, blot)
    .replace(/\b\d{1,2}(?:\.\d{2})?\s*(?:a\.?\s?m\b\.?|p\.?\s?m\b\.?)/g, blot)
    .replace(/\b24\s*(?:\/\s*7|horas|hrs|h\b)/g, blot)
    .replace(/\b\d+\s*x\s*\d+\b/g, blot)
    .replace(/\b(?:desde|en|ano|hace)\s+(?:el\s+)?(?:19|20)\d{2}\b/g, blot);
}

function numberOf(text: string): number {
  const grouped = /^\d{1,3}(?:[.,'’]\d{3})+/.exec(text)?.[0];
  if (grouped === undefined) return Number(text.replace(',', '.'));
  const fraction = text.slice(grouped.length).replace(',', '.');
  return Number(grouped.replace(/\D/g, '') + fraction);
}

function scaled(value: number, unit: string | undefined): number {
  if (unit === undefined) return value;
  const factor = /^(?:millo?n|palo|melon)/.test(unit) ? 1_000_000 : 1_000;
  return Math.round(value * factor * 100) / 100;
}

/** The value of a number in words: `dos mil quinientos` is 2500, `millon y medio` 1500000. */
function valueOfWords(text: string): number {
  let total = 0;
  let group = 0;
  let last = 1;
  for (const each of text.split(/\s+/)) {
    if (each === 'mil' || each.startsWith('millon')) {
      last = each === 'mil' ? 1_000 : 1_000_000;
      total = each === 'mil' ? total + (group || 1) * last : (total + (group || 1)) * last;
      group = 0;
    } else if (each === 'medio') total += last / 2;
    else group += numeralOf(each) ?? 0;
  }
  return total + group;
}

function figuresIn(text: string): Price[] {
  return [...text.matchAll(figurePattern)].flatMap((match): Price[] => {
    const [whole, sign, number = '', unit, rest, name] = match;
    const end = match.index + whole.length;
    // "3 mil quinientos" is one number; "25 mil dos" is not.
    const hundreds = unit === 'mil' && rest !== undefined ? (numeralOf(rest) ?? 0) : 0;
    const joined = hundreds >= 100;
    const loose = rest !== undefined && !joined ? whole.search(new RegExp(`\\s+${rest}`)) : -1;
    const grouped = /\d[.,'’]\d{3}/.test(number);
    const money = sign !== undefined || unit !== undefined || name !== undefined;
    const bare = !money && !grouped && numberOf(number) < 10_000;
    if (!money && unitAfter.test(text.slice(end))) return [];
    return [
      {
        start: match.index,
        end: loose >= 0 ? match.index + loose : end,
        amount: scaled(numberOf(number), unit) + (joined ? hundreds : 0),
        currency: currencyOfSign[sign ?? ''] ?? currencyOfSign[name ?? ''] ?? null,
        bare,
      },
    ];
  });
}

function spokenIn(text: string): Price[] {
  return [...text.matchAll(wordsPattern)].flatMap((match): Price[] => {
    const [whole, number = '', name] = match;
    const amount = valueOfWords(number);
    const money = name !== undefined || (/mil|millon/.test(number) && number !== 'mil');
    if (!money && !(number === 'mil' || amount >= 100)) return [];
    if (name === undefined && unitAfter.test(text.slice(match.index + whole.length))) return [];
    return [
      {
        start: match.index,
        end: match.index + whole.length,
        amount,
        currency: currencyOfSign[name ?? ''] ?? null,
        bare: !money,
      },
    ];
  });
}

/** Two figures that are one range: `de 20 a 35 mil`, `entre 40.000 y 60.000`, `$20-$30`. */
function joinRanges(text: string, prices: readonly Price[]): Price[] {
  const joined: Price[] = [];
  for (const price of prices) {
    const previous = joined.at(-1);
    if (previous && isRange(text, previous, price)) {
      // In "de 20 a 35 mil" the first figure is thousands as well.
      const low = previous.amount < price.amount / 100 ? previous.amount * 1_000 : previous.amount;
      joined[joined.length - 1] = {
        ...previous,
        end: price.end,
        amount: low,
        upTo: price.amount,
        currency: previous.currency ?? price.currency,
        bare: previous.bare && price.bare,
      };
    } else joined.push(price);
  }
  return joined;
}

function isRange(text: string, low: Price, high: Price): boolean {
  if (low.upTo !== undefined || low.amount === 0 || high.amount === 0) return false;
  const lead = text.slice(Math.max(0, low.start - 8), low.start);
  const between = text.slice(low.end, high.start).trim();
  if (between === 'y') return /\bentre\s*$/.test(lead);
  if (between === 'a' || between === 'hasta') return low.amount < high.amount || low.bare;
  return /^[-–—]$/.test(between);
}

/** Every price in a text, in order. Phones, addresses, times, years and quantities are none. */
export function pricesIn(source: Source): Price[] {
  const text = withoutOtherNumbers(source.folded);
  const free = [...text.matchAll(freePattern)].map((match): Price => ({
    start: match.index,
    end: match.index + match[0].length,
    amount: 0,
    currency: null,
    bare: false,
  }));
  const figures = figuresIn(text);
  const apart = spokenIn(text).filter((spoken) =>
    figures.every((each) => each.end <= spoken.start || each.start >= spoken.end),
  );
  const all = [...figures, ...apart, ...free].toSorted((a, b) => a.start - b.start);
  return joinRanges(text, all);
}

/** Prices that are prices wherever they stand: with a sign, a scale, a currency or thousands. */
export const clearPricesIn = (source: Source): Price[] =>
  pricesIn(source).filter((price) => !price.bare);
