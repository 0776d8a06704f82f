import type { Language } from '@alo/core/kernel';
import { columnKind, commasToTabs, isVariantLabel, splitCells } from './cells.ts';
import { bullet, cleanDetails, cleanName, hasLetters, unitPattern, type Entry } from './entry.ts';
import { findPrices, type FoundPrice } from './money.ts';
import {
  isNamedPrice,
  isProse,
  looksLikeDescription,
  looksLikeHeading,
  noPrice,
  sentencesOf,
  tableMarks,
} from './prose.ts';
import { sentence } from './speech.ts';
import { itemOfRow, itemsOfLine, settle, splitShout, type Draft } from './rows.ts';

/** `Domicilio $5.000. Recibimos Nequi.`, but not `Torta: $45.000. De cuatro capas.` */
const isSeveralSentences = (text: string, prices: readonly FoundPrice[]): boolean =>
  !isNamedPrice(text, prices) && !tableMarks.test(text) && sentencesOf(text).length > 1;

const nameLabel =
  /^(?:producto|servicio|nombre|art[ií]culo|[ií]tem|product|service|name|item)\s*:\s*(\S.*)$/iu;

/** Between a name and its price: what it is made of, how big it is. */
const describesThing = (line: string): boolean =>
  looksLikeDescription(line) || /[,.]|\d\s?(?:cm|mm|mts?|kg|gr?|ml|x)(?!\p{L})/u.test(line);

/** Titles of columns: one says so, or there are several and none is a figure or a remark. */
function areTitles(cells: readonly string[]): boolean {
  if (cells.length < 2) return false;
  if (cells.some((cell) => columnKind(cell) !== 'other')) return true;
  const isTitle = (cell: string) =>
    /^\p{L}/u.test(cell) &&
    cell.split(/\s+/).length <= 4 &&
    !/consult|seg[uú]n|cotiz|agotad|convenir/iu.test(cell);
  return cells.length >= 3 && cells.every(isTitle);
}

const hasLowerCase = (text: string) => /\p{Ll}/u.test(text);

/** `Habitaciones` → `habitación`: a heading as the name of one of its things. */
function singular(heading: string): string {
  const noun = heading.toLowerCase();
  if (noun.endsWith('ciones')) return noun.replace(/ciones$/, 'ción');
  return noun.replace(/([rlndz])es$/, '$1').replace(/([aeiou])s$/, '$1');
}

/** `Doble` under `HABITACIONES` is a `habitación Doble`; a name of its own stays. */
function nameUnder(heading: string, name: string): string {
  const noun = (heading.split(/[,(:]/)[0] ?? '').trim();
  const needsNoun = /^\p{L}+$/u.test(noun) && isVariantLabel(name) && !/\d/.test(name);
  return needsNoun ? `${singular(noun)} ${name.toLowerCase()}` : name;
}

/** Reads lines one after another; remembers the heading, the columns and what waits for a price. */
class EntryReader {
  readonly entries: Entry[] = [];
  readonly #origin: Entry['origin'];
  readonly #language: Language;
  #heading = '';
  #titles: string[] | null = null;
  #waiting: string[] = [];
  #lastItem: Entry | null = null;
  #lenient: boolean;
  /** Between `Producto: …` and the next heading, labelled lines tell about that product. */
  #inRecord = false;

  constructor(origin: Entry['origin'], language: Language, lenient: boolean) {
    this.#origin = origin;
    this.#language = language;
    this.#lenient = lenient;
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
    if (prices.length === 0) this.#unpriced(line, text, cells);
    else if (cells !== null && cells.length === this.#titles?.length) {
      this.#row(cells, this.#titles, () => this.#priced(text, cells, prices));
    } else if (cells === null && isSeveralSentences(text, prices)) {
      this.#pricedSentences(text);
    } else this.#priced(text, cells, prices);
  }

  /** A row under titles; \`otherwise\` where it turns out to be none. */
  #row(cells: readonly string[], titles: readonly string[], otherwise: () => void): void {
    const row = itemOfRow(cells, titles, this.#language, this.#lenient);
    if (row === null) {
      otherwise();
      return;
    }
    this.#release();
    this.#add(row, row.heading === '' ? this.#heading : row.heading);
  }

  /** A line may go on after its prices: `Domicilio $5.000. Recibimos Nequi.` */
  #pricedSentences(text: string): void {
    for (const part of sentencesOf(text)) {
      const prices = findPrices(part, this.#language, this.#lenient);
      if (prices.length > 0) this.#priced(part, null, prices);
      else this.#sentence(part);
    }
  }

  finish(): Entry[] {
    this.#release();
    return this.entries;
  }

  #open(heading: string): void {
    this.#heading = heading;
    this.#titles = null;
    this.#lastItem = null;
    this.#inRecord = false;
    this.#lenient ||= /precio|tarifa|valor|price|carta|men[uú]/iu.test(heading);
  }

  #add(draft: Draft, heading = this.#heading): void {
    const { name, quotes, details } = settle(draft);
    if (!hasLetters(name)) return;
    const { title, name: own } = splitShout(name);
    const bare = nameUnder(title === '' ? heading : title, own);
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
    for (const line of this.#waiting) {
      if (looksLikeHeading(line) && !hasLowerCase(line)) this.#open(cleanName(line));
      else this.#sentence(line);
    }
    this.#waiting = [];
  }

  #unpriced(line: string, text: string, cells: string[] | null): void {
    if (cells !== null && areTitles(cells)) {
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
    // `Producto: Silla` above `Precio: $250.000`.
    const labelledName = nameLabel.exec(text)?.[1];
    if (labelledName !== undefined) {
      this.#release();
      this.#waiting.push(labelledName.trim());
      this.#inRecord = true;
      return;
    }
    const isLabelled = /^[^:]{2,40}:\s*\S/.test(text);
    if (this.#inRecord && isLabelled && this.#lastItem !== null && this.#waiting.length === 0) {
      this.#lastItem.details = `${this.#lastItem.details} ${sentence(text)}`.trim();
      return;
    }
    const isSentence = /[.!?]$/.test(text.trim()) || text.split(/\s+/).length > 12;
    if (isLabelled || isSentence || bullet.test(line)) {
      this.#release();
      this.#sentence(text);
    } else this.#waiting.push(text.trim());
  }

  #priced(text: string, cells: string[] | null, prices: readonly FoundPrice[]): void {
    const words =
      `${text.slice(0, prices[0]?.start ?? 0)} ${text.slice(prices.at(-1)?.end ?? 0).replace(unitPattern, '')}`.replace(
        /desde|from|a partir de|precio|valor|price/giu,
        '',
      );
    if (!hasLetters(words)) {
      this.#priceAlone(text, prices, '');
      return;
    }
    const above = this.#waiting.at(-1) ?? '';
    if (isVariantLabel(words) && hasLowerCase(above) && !isNamedPrice(text, prices)) {
      this.#priceAlone(text, prices, cleanName(words));
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
    const drafts = itemsOfLine(text, prices);
    // "Servicios: corte $20.000, barba $15.000": the label titles them all.
    const [first] = drafts;
    const titled = drafts.length > 1 ? /^([^:]{3,40}):\s+(.+)$/u.exec(first?.name ?? '') : null;
    if (first !== undefined && titled !== null) {
      first.name = titled[2] ?? '';
    }
    const heading = titled === null ? this.#heading : cleanName(titled[1] ?? '');
    for (const draft of drafts) {
      // "Domicilio: Norte $10.000, Chía $20.000": the price of taking it to Chía.
      if (titled !== null && isOneThing(heading)) draft.name = `${heading}, ${draft.name.trim()}`;
      this.#labelColumns(draft);
      this.#add(draft, heading);
    }
  }

  /** Prices side by side take the last titles of the columns above them. */
  #labelColumns(draft: Draft): void {
    const count = draft.quotes.length;
    if (count < 2 || draft.quotes.some((quote) => quote.label !== '')) return;
    // Titles of another number than the prices, with the name's or without, tell of other columns.
    const known = this.#titles ?? [];
    const last = known.slice(-count);
    const fits = known.length === count || known.length === count + 1 || last.every(isVariantLabel);
    const titles = fits ? last : strokesOf(this.#heading, count);
    if (titles.length < count) return;
    for (const [index, quote] of draft.quotes.entries())
      quote.label = cleanName(titles[index] ?? '');
  }

  #priceAlone(text: string, prices: readonly FoundPrice[], label: string): void {
    const quotes = prices.map((price) => ({
      price,
      label,
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
      first !== undefined && (describesThing(last) || last.split(/\s+/).length > 6);
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

/** `Lavado general`, as opposed to `Servicios`, `Para dama`. */
const isOneThing = (heading: string): boolean =>
  !/^\p{L}+s(?!\p{L})/iu.test(heading) &&
  !/^(?:para|en|men[uú]|carta|lista)(?!\p{L})/iu.test(heading);

/** `PIZZAS (P/M/G)`: what the prices side by side under it are for. */
function strokesOf(heading: string, count: number): string[] {
  const last = /(?:^|[\s(,])([^\s(,/]+(?:\s?\/\s?[^\s),/]+)+)\)?\s*$/u.exec(heading)?.[1] ?? '';
  const parts = last.split('/').map((part) => part.trim());
  return parts.length === count ? parts : [];
}

/** A list of names and small plain numbers (`Pastor 22`), with no other price in it. */
function isPlainNumbers(text: string): boolean {
  const figured = text.split('\n').filter((line) => /\d/.test(line));
  const plain = figured.filter((line) => /\p{L}.*[\s.:-]\d{2,3}(?:\.\d{2})?$/u.test(line));
  const isList = plain.length >= 3 || (plain.length >= 2 && plain.length === figured.length);
  return isList && !/[$€]|\d[.,]\d{3}\b|\d{5}/.test(text);
}

/** Everything a text says, as things with prices and as sentences. */
export function readEntries(text: string, origin: Entry['origin'], language: Language): Entry[] {
  const reader = new EntryReader(origin, language, isPlainNumbers(text));
  for (const line of commasToTabs(text.split('\n'))) reader.read(line);
  return reader.finish();
}
