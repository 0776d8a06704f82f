import type { Language } from '@alo/core/kernel';
import { columnKind, commasToTabs, isVariantLabel, splitCells, trailingVariant } from './cells.ts';
import { findPrices, type FoundPrice, type Price } from './money.ts';

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

const bullet = /^\s*(?:[-*•·▪►➤✓✔–—]+|\d{1,2}[.)](?=\s)|[a-z]\))\s+/iu;

/** A name without its bullet, code, markup and leader dots. */
export function cleanName(text: string): string {
  return text
    .replace(bullet, '')
    .replace(/[*_`#]+/g, ' ')
    .replace(/\s*\(([^)]*)\)/g, ', $1')
    .replace(/(?:\s*[.…·_]){2,}\s*$/u, '')
    .replace(/(?:\s*[.…_]){3,}/gu, ' ')
    .replace(/[\s:;,.=|$–—-]+$/u, '')
    .replace(/^[\s:;,.=|–—-]+/u, '')
    .replace(/^(?:[A-Z]{1,4}-?\d{2,}|\d{2,}-?[A-Z]{1,3}|#\d+)\s+/u, '')
    .replace(/\b(?:desde|a partir de|from|starting at)\s*$/iu, '')
    .replace(/\s+/g, ' ')
    .replace(/ ,/g, ',')
    .trim();
}

const hasLetters = (text: string) => /\p{L}{2,}/u.test(text);

/** What may follow a price and belongs to it. */
const unitPattern =
  /^[\s,]*(\/\s?\p{L}+|(?:por|x|cada|per|a|each|c\/u|el|la|al|un|una)(?!\p{L})(?:\s+(?:de\s+|la\s+|el\s+)?[\p{L}\d]+){0,3}|\(?\+\s?iva\)?|(?:mensual(?:es)?|anual(?:es)?|diarios?|monthly|semanales|iva incluido|m\/cte)(?!\p{L}))\.?\s*/iu;

const connective = /^\s*(?:la|las|los|el|un|una|para|por|x|de|con|c\/u|each|per|for|si|cuando)\b/iu;

interface Piece {
  readonly text: string;
  readonly price: FoundPrice | null;
}

function piecesOf(line: string, prices: readonly FoundPrice[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const price of prices) {
    const text = line.slice(at, price.start);
    if (hasLetters(text) || /[½\d]/.test(text)) pieces.push({ text, price: null });
    pieces.push({ text: line.slice(price.start, price.end), price });
    at = price.end;
  }
  const rest = line.slice(at);
  if (/[\p{L}\d]/u.test(rest)) pieces.push({ text: rest, price: null });
  return pieces;
}

interface Draft {
  name: string;
  details: string;
  readonly quotes: { price: Price; label: string; unit: string }[];
}

/** `TARIFAS 2026 Corte de dama` → the shouted title apart from the name. */
function splitShout(text: string): { title: string; name: string } {
  const match = /^((?:[\p{Lu}\d&.,/-]{2,}\s+){2,})(?=\p{Lu}\p{Ll})/u.exec(text);
  return match === null
    ? { title: '', name: text }
    : { title: (match[1] ?? '').trim(), name: text.slice((match[1] ?? '').length) };
}

/** The things and prices of one line that is no table row. */
function itemsOfLine(line: string, prices: readonly FoundPrice[]): Draft[] {
  const drafts: Draft[] = [];
  const pieces = piecesOf(line, prices);
  let label = '';
  let name = '';
  const priceFirst = pieces[0]?.price !== null && pieces.some((piece) => piece.price === null);
  for (const [index, { text, price }] of pieces.entries()) {
    const current = drafts.at(-1);
    const last = current?.quotes.at(-1);
    if (price !== null) {
      if (name !== '' || current === undefined) {
        drafts.push({ name, details: '', quotes: [{ price, label: '', unit: '' }] });
        name = '';
      } else current.quotes.push({ price, label, unit: '' });
      label = '';
      continue;
    }
    let rest = text;
    if (last !== undefined && !priceFirst) {
      const unit = unitPattern.exec(rest);
      if (unit !== null && !/^\s*(?:el|la|al|un|una|a)\s/iu.test(unit[0])) {
        last.unit = (unit[1] ?? '').trim();
        rest = rest.slice(unit[0].length);
      }
    }
    const isLast = index === pieces.length - 1;
    if (!hasLetters(rest) && !/\d/.test(rest)) continue;
    if (current === undefined) name = rest;
    else if (isLast && priceFirst && current.name === '') current.name = rest;
    else if (isLast) current.details = `${current.details} ${rest}`.trim();
    else if (isVariantLabel(rest)) label = cleanName(rest);
    else if (last !== undefined && connective.test(rest)) {
      last.unit = rest.replace(/[\s,]+(?:y|o|and)?\s*$/iu, '').trim();
    } else name = rest;
  }
  return drafts;
}

function settle(draft: Draft): Draft {
  const first = draft.quotes[0];
  let name = cleanName(draft.name);
  if (first !== undefined && draft.quotes.length > 1 && first.label === '') {
    const own = trailingVariant(name);
    const labelled = draft.quotes.slice(1).some((quote) => quote.label !== '');
    if (own !== '' && labelled) {
      first.label = own;
      name = cleanName(name.slice(0, name.lastIndexOf(own)));
    }
  }
  return { ...draft, name, details: cleanDetails(draft.details) };
}

const cleanDetails = (text: string): string =>
  text
    .replace(/^[\s.,;:)–—-]+/u, '')
    .replace(/[*_`#|]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** One row of a table whose columns have titles, or none. */
function itemOfRow(
  cells: readonly string[],
  titles: readonly string[] | null,
  language: Language,
  lenient: boolean,
): (Draft & { heading: string }) | null {
  const kinds = cells.map((_, index) => columnKind(titles?.[index] ?? ''));
  const priced = cells.map((cell, index) =>
    kinds[index] === 'code' ? [] : findPrices(cell, language, lenient || kinds[index] === 'price'),
  );
  const priceColumns = priced.filter((prices) => prices.length > 0).length;
  const isText = (index: number) =>
    (priced[index]?.length ?? 0) === 0 && hasLetters(cells[index] ?? '');
  const texts = cells.map((_, index) => index).filter(isText);
  const named = texts.find((index) => kinds[index] === 'name');
  const nameAt =
    named ?? texts.find((index) => kinds[index] !== 'category' && kinds[index] !== 'code');
  if (nameAt === undefined || priceColumns === 0) return null;
  const draft: Draft & { heading: string } = {
    name: cells[nameAt] ?? '',
    details: '',
    quotes: [],
    heading: '',
  };
  for (const [index, cell] of cells.entries()) {
    const title = titles?.[index] ?? '';
    const prices = priced[index] ?? [];
    if (index === nameAt || kinds[index] === 'code') continue;
    for (const price of prices) {
      const unit = unitPattern.exec(cell.slice(price.end))?.[1] ?? '';
      const label = priceColumns > 1 && title !== '' ? cleanName(title) : '';
      draft.quotes.push({ price, label, unit });
    }
    if (prices.length > 0 || cell === '' || cell === '-') continue;
    if (kinds[index] === 'category') draft.heading = cleanName(cell);
    else {
      const said =
        kinds[index] === 'other' && title !== '' ? `${title.toLowerCase()}: ${cell}` : cell;
      draft.details = `${draft.details}${draft.details === '' ? '' : ', '}${said}`;
    }
  }
  return draft;
}

const sentenceWords =
  /mos\b|\b(?:cuesta|cuestan|tiene|tienen|cobra|cobran|vale|valen|es|son|se|está|están|incluye|aplica|debe|puede|costs?|is|are|we|you|must|can)\b/iu;

/** Whether a line with prices is spoken language rather than a list. */
function isProse(line: string, prices: readonly FoundPrice[]): boolean {
  const words = line.split(/\s+/).length;
  if (/^[^.:]{2,90}:\s*(?:desde\s+|from\s+)?$/iu.test(line.slice(0, prices[0]?.start ?? 0)))
    return false;
  const withoutPrices = prices.reduceRight(
    (text, price) => text.slice(0, price.start) + text.slice(price.end),
    line,
  );
  return words >= 6 && sentenceWords.test(withoutPrices) && !/\.{3,}|…|\||\t| {3,}/.test(line);
}

/** Sentences of a paragraph; `9:00 a. m.`, `No. 5`, `45.000` do not end one. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\b([ap])\.\s?m\./giu, '$1.\u2060m\u2060')
    .split(
      /(?<=[!?]|(?<!\b(?:no|dr|dra|sr|sra|av|cra|cl|tel|ext|apto|art|aprox|min|máx|etc))\.)\s+(?=[\p{Lu}¿¡\d«"])/iu,
    )
    .map((part) => part.replace(/\u2060m\u2060/gu, ' m.').trim())
    .filter((part) => hasLetters(part));
}

const looksLikeHeading = (line: string) =>
  line.split(/\s+/).length <= 8 && !/[.,;]$/.test(line.trim()) && !/^\p{Ll}/u.test(line.trim());

const noPrice = /^([^:]{2,80}):\s*(?:precio no indicado|price not given)\.?\s*(.*)$/iu;

const describes = /^\s*(?:incluye|includes?|nota|contiene|preparad[oa])\b/iu;

/** A line that goes on about the thing above it: lower case, brackets, a list of ingredients. */
const looksLikeDescription = (line: string) =>
  /^\s*(?:\(|\p{Ll})/u.test(line) || describes.test(line) || /,.*,|, .* y /u.test(line);

/** Reads lines one after another; remembers the heading, the columns and what waits for a price. */
class EntryReader {
  readonly entries: Entry[] = [];
  readonly #origin: Entry['origin'];
  readonly #language: Language;
  #heading = '';
  #titles: string[] | null = null;
  #waiting: string[] = [];
  #lastItem: Entry | null = null;
  #lenient = false;

  constructor(origin: Entry['origin'], language: Language) {
    this.#origin = origin;
    this.#language = language;
  }

  read(raw: string): void {
    const line = raw.replace(/\r/g, '').trimEnd();
    if (/^[\s|:=_*–—-]*$/u.test(line)) return;
    if (/^\s*#{1,6}\s/.test(line) || /^\s*(?:\*\*|__)[^*_]+(?:\*\*|__):?\s*$/.test(line)) {
      this.#release();
      this.#open(cleanName(line));
      return;
    }
    const text = line.replace(bullet, '').replace(/\*\*|__|`/g, '');
    const cells = splitCells(text);
    const prices = findPrices(text, this.#language, this.#lenient);
    if (prices.length > 0) this.#priced(text, cells, prices);
    else this.#unpriced(line, text, cells);
  }

  finish(): Entry[] {
    this.#release();
    return this.entries;
  }

  #open(heading: string): void {
    this.#heading = heading;
    this.#titles = null;
    this.#lastItem = null;
    this.#lenient ||= /precio|tarifa|valor|price|carta|men[uú]/iu.test(heading);
  }

  #add(draft: Draft, heading = this.#heading): void {
    const { name, quotes, details } = settle(draft);
    if (!hasLetters(name)) return;
    const { title, name: bare } = splitShout(name);
    if (title !== '') this.#heading = title;
    const entry: Entry = {
      kind: 'item',
      name: bare,
      heading: title === '' ? heading : title,
      quotes,
      details,
      origin: this.#origin,
    };
    this.entries.push(entry);
    this.#lastItem = entry;
  }

  #sentence(text: string): void {
    this.#lastItem = null;
    for (const sentence of sentencesOf(text)) {
      const quotes = findPrices(sentence, this.#language).map((price) => ({
        price,
        label: '',
        unit: '',
      }));
      this.entries.push({
        kind: 'line',
        name: sentence.replace(/\s+/g, ' '),
        heading: this.#heading,
        quotes,
        details: '',
        origin: this.#origin,
      });
    }
  }

  /** What waited and got no price was a sentence of its own. */
  #release(): void {
    for (const line of this.#waiting) this.#sentence(line);
    this.#waiting = [];
  }

  #unpriced(line: string, text: string, cells: string[] | null): void {
    if (cells !== null && cells.length >= 2 && cells.some((cell) => columnKind(cell) !== 'other')) {
      this.#release();
      this.#titles = cells;
      this.#lenient ||= cells.some((cell) => columnKind(cell) === 'price');
      return;
    }
    if (this.#lastItem !== null && this.#waiting.length === 0 && looksLikeDescription(line)) {
      this.#lastItem.details = `${this.#lastItem.details} ${cleanDetails(text)}`.trim();
      return;
    }
    const unpricedItem = noPrice.exec(text);
    if (unpricedItem !== null) {
      this.#release();
      this.#add({ name: unpricedItem[1] ?? '', details: unpricedItem[2] ?? '', quotes: [] });
      return;
    }
    const isLabelled = /^[^:]{2,40}:\s*\S/.test(text);
    const isSentence = /[.!?]$/.test(text.trim()) || text.split(/\s+/).length > 12;
    if (isLabelled || isSentence || bullet.test(line)) {
      this.#release();
      this.#sentence(text);
    } else this.#waiting.push(text.trim());
  }

  #priced(text: string, cells: string[] | null, prices: readonly FoundPrice[]): void {
    const bare = prices.reduceRight(
      (left, { start, end }) => left.slice(0, start) + left.slice(end),
      text,
    );
    const words = bare
      .replace(unitPattern, '')
      .replace(/desde|from|a partir de|precio|valor|price/giu, '');
    if (!hasLetters(words) || (isVariantLabel(words) && this.#waiting.length > 0)) {
      this.#priceAlone(text, prices);
      return;
    }
    this.#headingFromWaiting(prices.length);
    if (isProse(text, prices)) {
      this.#sentence(text);
      return;
    }
    const titles =
      this.#titles !== null && this.#titles.length === cells?.length ? this.#titles : null;
    const row = cells === null ? null : itemOfRow(cells, titles, this.#language, this.#lenient);
    if (row !== null && (titles !== null || (cells?.length ?? 0) > 2 || prices.length === 1)) {
      this.#labelColumns(row);
      this.#add(row, row.heading === '' ? this.#heading : row.heading);
      return;
    }
    for (const draft of itemsOfLine(text, prices)) {
      this.#labelColumns(draft);
      this.#add(draft);
    }
  }

  /** Prices side by side take the last titles of the columns above them. */
  #labelColumns(draft: Draft): void {
    const count = draft.quotes.length;
    if (this.#titles === null || count < 2 || draft.quotes.some((quote) => quote.label !== ''))
      return;
    const titles = this.#titles.slice(-count);
    if (titles.length < count) return;
    for (const [index, quote] of draft.quotes.entries())
      quote.label = cleanName(titles[index] ?? '');
  }

  #priceAlone(text: string, prices: readonly FoundPrice[]): void {
    const quotes = prices.map((price) => ({
      price,
      label: '',
      unit: unitPattern.exec(text.slice(price.end))?.[1] ?? '',
    }));
    const waiting = this.#waiting;
    this.#waiting = [];
    const last = waiting.at(-1);
    const first = waiting.at(-2);
    if (last === undefined) {
      this.#lastItem?.quotes.push(...quotes);
      return;
    }
    const lastDescribes =
      first !== undefined && (looksLikeDescription(last) || last.split(/\s+/).length > 6);
    const before = waiting.slice(0, lastDescribes ? -2 : -1);
    for (const line of before.slice(0, -1)) this.#sentence(line);
    const heading = before.at(-1);
    if (heading !== undefined) this.#open(cleanName(heading));
    const rest = prices.length === 1 ? text.slice(prices[0]?.end ?? 0) : '';
    const more = hasLetters(rest) && quotes[0]?.unit === '' ? rest : '';
    this.#add({
      name: lastDescribes ? (first ?? '') : last,
      details: [lastDescribes ? last : '', more].join(' ').trim(),
      quotes,
    });
  }

  /** A line without a price above lines with prices titles them, or their columns. */
  #headingFromWaiting(columns: number): void {
    const last = this.#waiting.at(-1);
    if (last === undefined) return;
    for (const line of this.#waiting.slice(0, -1)) this.#sentence(line);
    this.#waiting = [];
    if (columns >= 2) {
      this.#titles = splitCells(last) ?? last.split(/\s+/);
      this.#lenient ||= columnKind(last) === 'price';
    } else if (looksLikeHeading(last)) this.#open(cleanName(last));
    else this.#sentence(last);
  }
}

/** Everything a text says, as things with prices and as sentences. */
export function readEntries(text: string, origin: Entry['origin'], language: Language): Entry[] {
  const reader = new EntryReader(origin, language);
  for (const line of commasToTabs(text.split('\n'))) reader.read(line);
  return reader.finish();
}
