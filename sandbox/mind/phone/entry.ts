import type { Price } from './money.ts';

export interface Quote {
  readonly price: Price;
  /** Which variant costs that: `30 min`, `grande`; '' where there is one. */
  readonly label: string;
  /** What one pays it for, as written: `por kilo`, `c/u`. */
  readonly unit: string;
}

/** Something a text says: a thing on a list, or a sentence. */
export interface Entry {
  readonly kind: 'item' | 'line';
  /** The thing's name, or the sentence. */
  readonly name: string;
  readonly heading: string;
  readonly quotes: Quote[];
  /** Description, duration, what it includes. */
  details: string;
  readonly origin: 'prompt' | 'knowledge';
}

export const bullet = /^\s*(?:[-*•·▪►➤✓✔–—]+|\d{1,2}[.)](?=\s)|[a-z]\))\s+/iu;

export const hasLetters = (text: string) => /\p{L}{2,}/u.test(text);

/** What may follow a price and belongs to it. */
export const unitPattern =
  /^[\s,]*(\/\s?\p{L}+|(?:por|x|cada|per|a|each|c\/u|el|la|al|un|una)(?!\p{L})(?:\s+(?:de\s+|la\s+|el\s+)?[\p{L}\d]+){0,3}|\(?\+\s?iva\)?|(?:mensual(?:es)?|anual(?:es)?|diarios?|monthly|semanales|iva incluido|m\/cte)(?!\p{L}))\.?\s*/iu;

/** A name without its bullet, code, markup and leader dots. */
export function cleanName(text: string): string {
  return text
    .replace(bullet, '')
    .replace(/[*_`#]+/g, ' ')
    .replace(/\s*\(([^)]*)\)/g, ', $1')
    .replace(/(?:\s*[.…·_]){2,}\s*$/u, '')
    .replace(/(?:\s*[.…_]){3,}/gu, ' ')
    .replace(/[\s:;,.=|$–—-]+$/u, '')
    .replace(/^[\s:;,.=|(–—-]+/u, '')
    .replace(/^(?:[A-Z]{1,4}-?\d{2,}|\d{2,}-?[A-Z]{1,3}|#\d+)\s+/u, '')
    .replace(/[\s:;,.=–—-]*(?<!\p{L})(?:desde|a partir de|from|starting at)\s*$/iu, '')
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
    .trim();
}

export const cleanDetails = (text: string): string =>
  text
    .replace(/^[\s.,;:)–—-]+/u, '')
    .replace(/[*_`#|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
