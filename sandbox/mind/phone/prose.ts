import { hasLetters } from './entry.ts';
import type { FoundPrice } from './money.ts';

const namesThenPrices = /^[^:]{2,90}:\s*(?:desde\s+|from\s+)?$/iu;

const leadsToPrice =
  /(?<!\p{L})(?:(?:a|de|por|en|of|for|to|over|cuesta|cuestan|vale|valen|costs?|is|are)|costo:?)\s*$/iu;

export const tableMarks = /\.{3,}|…|\||\t| {3,}/;

const sentenceWords =
  /mos(?!\p{L})|(?<!\p{L})(?:cuesta|cuestan|tiene|tienen|cobra|cobran|vale|valen|es|son|se|está|están|incluye|aplica|debe|puede|costs?|is|are|we|you|must|can)(?!\p{L})/iu;

/** `Torta: $45.000 …`: a name, and its price right behind the colon. */
export const isNamedPrice = (line: string, prices: readonly FoundPrice[]): boolean =>
  namesThenPrices.test(line.slice(0, prices[0]?.start ?? 0));

/** Whether a line with prices is spoken language rather than a list. */
export function isProse(line: string, prices: readonly FoundPrice[]): boolean {
  const before = line.slice(0, prices[0]?.start ?? 0);
  if (isNamedPrice(line, prices) || tableMarks.test(line)) return false;
  if (leadsToPrice.test(before)) return true;
  if (before.includes(',') && before.split(/\s+/).length > 8) return true;
  const withoutPrices = prices.reduceRight(
    (text, price) => text.slice(0, price.start) + text.slice(price.end),
    line,
  );
  return line.split(/\s+/).length >= 4 && sentenceWords.test(withoutPrices);
}

/** Sentences of a paragraph; `9:00 a. m.`, `No. 5`, `45.000` do not end one. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\b([ap])\.\s?m\./giu, '$1.\u2060m\u2060')
    .split(
      /(?<=\u2060m\u2060)\s+(?=\p{Lu})|(?<=[!?]|(?<!\b(?:[Nn]o|[DdSs]ra?|[Aa]v|[Cc]ra|[Cc]l|[Tt]el|[Ee]xt|[Aa]pto|[Aa]rt|[Aa]prox|[Mm][ií]n|[Mm][aá]x))\.)\s+(?=[\p{Lu}¿¡\d«"])/u,
    )
    .map((part) => part.replace(/\u2060m\u2060/gu, ' m.').trim())
    .filter((part) => hasLetters(part));
}

export const looksLikeHeading = (line: string) =>
  line.split(/\s+/).length <= 8 && !/[.,;]$/.test(line.trim()) && !/^\p{Ll}/u.test(line.trim());

export const noPrice = /^([^:]{2,80}):\s*(?:precio no indicado|price not given)\.?\s*(.*)$/iu;

const describes =
  /^\s*(?:incluye|includes?|nota|contiene|preparad[oa]s?|servid[oa]s?|acompañad[oa]s?|rellen[oa]s?|con|sin|with|without|served)(?!\p{L})/iu;

/** A line that goes on about the thing above it: lower case, brackets, a list of ingredients. */
export const looksLikeDescription = (line: string) =>
  /^\s*(?:\(|\p{Ll})/u.test(line) || describes.test(line) || /,.*,|, .* y /u.test(line);
