import type { Language } from '@alo/core/kernel';
import { foldWord } from '../text/words.ts';

export type Currency = 'peso' | 'dollar' | 'euro' | 'sol' | 'free';

/** A price as a document writes it. */
export interface Price {
  readonly amount: number;
  readonly currency: Currency;
  /** `desde`: the least. */
  readonly from: boolean;
  /** The other end of `20.000 - 30.000`. */
  readonly upTo?: number;
}

/** A price and where in the line it stands. */
export interface FoundPrice extends Price {
  readonly start: number;
  readonly end: number;
}

const number = String.raw`\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)`;
const mark = String.raw`(?:US\$|U\$S|COP|MXN|USD|EUR|PEN|CLP|ARS|S\/\.?|\$|€)`;
const scale = String.raw`(?:\s?(?:mil\b|k\b|millones|mill[oó]n)(?:\s+de)?)`;
const tail = String.raw`(?:\s?(?:COP|MXN|USD|EUR|d[oó]lares|d[oó]lar|dollars|pesos?|euros?|soles|€|m\/?cte\.?))`;
const pricePattern = new RegExp(
  String.raw`(?<mark>${mark}(?:\s?\$)?)?\s?(?<number>${number})(?:[.,]o?o\b)?(?<scale>${scale})?(?<tail>${tail})?`,
  'giu',
);

/** What makes a plain number something else than a price. */
const measureAfter =
  /^\s*(?:%|°|º|x\s?\d|g\b|gr\b|grs\b|kg|kilos?\b|ml\b|l\b|lts?\b|cc\b|cm|mm|mts?\b|m\b|m2|km|mg|watts?\b|w\b|v\b|h\b|hrs?\b|horas?\b|min|mins?\b|minut|d[ií]as?\b|meses\b|a[nñ]os\b|und|unid|uds\b|pzas?\b|piezas|personas|porciones|lumen|rpm|btu|gal|oz|lb|libras?\b|pulg|"|:\d|a\.?\s?m\b|p\.?\s?m\b)/iu;
const phoneLine =
  /tel[eé]?f?|celular|cel\b|whats?app|m[oó]vil|nit\b|contacto|phone|call us|fax|n[uú]mero|ref\.|c[oó]digo/iu;

/** `45.000` → 45000, `12,50` → 12.5, `1'200.000` → 1200000. */
function amountOf(text: string): number {
  const grouped = /^(\d{1,3}(?:[.,'’]\d{3})+)(?:[.,](\d{1,2}))?$/.exec(text);
  if (grouped !== null) {
    return Number(`${(grouped[1] ?? '').replace(/\D/g, '')}.${grouped[2] ?? '0'}`);
  }
  return Number(text.replace(',', '.'));
}

function currencyOf(text: string, language: Language, amount: number): Currency {
  const folded = foldWord(text);
  if (/us\$|u\$s|usd|dola|dollar/.test(folded)) return 'dollar';
  if (/eur|€/.test(folded)) return 'euro';
  if (/s\/|sol|pen/.test(folded)) return 'sol';
  // "$85" in an English text are dollars; no price in pesos is that small there.
  return language === 'en' && amount < 1000 && !/cop|mxn|peso/.test(folded) ? 'dollar' : 'peso';
}

interface Match {
  readonly text: string;
  readonly number: string;
  readonly marked: boolean;
  readonly after: string;
  readonly before: string;
  readonly amount: number;
}

/** Whether a number without `$` or `pesos` can only be a price where it stands. */
function isBarePrice(match: Match, line: string, lenient: boolean): boolean {
  const { number, after, before, amount } = match;
  // "F-1001" is a code, "Calle 10 # 5" an address.
  if (/\p{L}[-/]$|#\s?$/u.test(before)) return false;
  if (/[\p{L}\d#.,/:-]$/u.test(before) && !/\.{2,}$|[-–:,]\s*$|,$/.test(before)) return false;
  if (measureAfter.test(after) || phoneLine.test(line)) return false;
  if (/^[\p{L}\d%:]/u.test(after) || /^[-/]\d/.test(after)) return false;
  if (/^\d{1,3}(?:[.,'’]\d{3})+/.test(number)) return amount >= 500;
  const endsCell = /^\s*(?:$|[|;,\t]|\s{2})/.test(after) || /^\s+\d/.test(after);
  if (!endsCell) return false;
  if (/^\d{4,7}$/.test(number)) {
    const isYear = amount >= 1900 && amount <= 2099 && amount % 50 !== 0;
    return !isYear && (amount < 1_000_000 || amount % 100 === 0);
  }
  if (/^\d{1,4}[.,]\d{2}$/.test(number)) return true;
  return lenient && /^\d{2,3}$/.test(number) && /[\p{L}).]\s*[-–:.|,;\s]*$/u.test(before);
}

const freeWord = /\b(?:gratis|sin costo|free of charge)(?=[\s.]*(?:$|[|;,(\t]))/giu;

/**
 * Every price of a line. `lenient` takes small plain numbers at the end of a cell, for lists whose
 * heading says that they are prices.
 */
export function findPrices(line: string, language: Language, lenient = false): FoundPrice[] {
  const found: FoundPrice[] = [];
  for (const each of line.matchAll(pricePattern)) {
    const groups = each.groups ?? {};
    const text = each[0];
    const lead = text.length - text.trimStart().length;
    const number = groups['number'] ?? '';
    const start = each.index + lead;
    const end = each.index + text.length;
    const scaled = groups['scale'] ?? '';
    const factor = /mill/i.test(scaled) ? 1_000_000 : scaled === '' ? 1 : 1000;
    const amount = amountOf(number) * factor;
    const marked = (groups['mark'] ?? groups['tail'] ?? '') !== '' || factor > 1;
    const match: Match = {
      text,
      number,
      marked,
      amount,
      before: line.slice(0, start),
      after: line.slice(end),
    };
    if (amount === 0 || (!marked && !isBarePrice(match, line, lenient))) continue;
    if (marked && factor > 1 && (groups['mark'] ?? '') === '' && measureAfter.test(match.after)) {
      continue;
    }
    const from = /(?:desde|a partir de|from|starting at)\s*:?\s*$/iu.test(match.before);
    found.push({ amount, currency: currencyOf(text, language, amount), from, start, end });
  }
  for (const each of line.matchAll(freeWord)) {
    const [start, end] = [each.index, each.index + each[0].length];
    found.push({ amount: 0, currency: 'free', from: false, start, end });
  }
  return joinRanges(
    found.toSorted((a, b) => a.start - b.start),
    line,
  );
}

function joinRanges(prices: readonly FoundPrice[], line: string): FoundPrice[] {
  const out: FoundPrice[] = [];
  for (const price of prices) {
    const last = out.at(-1);
    const between = last === undefined ? '' : line.slice(last.end, price.start);
    const isRange =
      last !== undefined &&
      last.upTo === undefined &&
      price.amount > last.amount &&
      (/^\s*(?:-|–|—|a|hasta|to)\s*$/iu.test(between) ||
        (/^\s*(?:y|and)\s*$/iu.test(between) &&
          /(?:entre|between)\s*$/iu.test(line.slice(0, last.start))));
    const entre = /(?:entre|between)\s*$/iu.exec(line.slice(0, last?.start ?? 0));
    if (isRange) {
      const start = entre?.index ?? last.start;
      out[out.length - 1] = { ...last, start, upTo: price.amount, end: price.end };
    } else out.push(price);
  }
  return out;
}

/** Digits for the ear: `45.000` in Spanish, `45,000` in English; cents only where there are any. */
function sayNumber(amount: number, language: Language): string {
  const [whole = '', cents] = (Number.isInteger(amount) ? `${amount}` : amount.toFixed(2)).split(
    '.',
  );
  const [group, point] = language === 'es' ? ['.', ','] : [',', '.'];
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, group);
  return cents === undefined ? grouped : `${grouped}${point}${cents}`;
}

const currencyNames: Readonly<
  Record<Currency, Readonly<Record<Language, readonly [string, string]>>>
> = {
  peso: { es: ['peso', 'pesos'], en: ['peso', 'pesos'] },
  dollar: { es: ['dólar', 'dólares'], en: ['dollar', 'dollars'] },
  euro: { es: ['euro', 'euros'], en: ['euro', 'euros'] },
  sol: { es: ['sol', 'soles'], en: ['sol', 'soles'] },
  free: { es: ['', ''], en: ['', ''] },
};

/** `45.000 pesos`, `desde 80.000 pesos`, `entre 20.000 y 30.000 pesos`, `gratis`. */
export function sayPrice(price: Price, language: Language): string {
  const es = language === 'es';
  if (price.currency === 'free') return es ? 'gratis' : 'free of charge';
  const name = currencyNames[price.currency][language][price.amount === 1 ? 0 : 1];
  const amount = sayNumber(price.amount, language);
  // "Un millón de pesos": round millions take the preposition.
  const link = es && price.amount >= 1_000_000 && price.amount % 1_000_000 === 0 ? ' de ' : ' ';
  if (price.upTo !== undefined) {
    const most = sayNumber(price.upTo, language);
    return es ? `entre ${amount} y ${most} ${name}` : `between ${amount} and ${most} ${name}`;
  }
  const sum = `${amount}${link}${name}`;
  if (!price.from) return sum;
  return es ? `desde ${sum}` : `from ${sum}`;
}
