import type { Language } from '@alo/core/kernel';
import { columnKind, isVariantLabel, sizeLabels, trailingVariant } from './cells.ts';
import { cleanDetails, cleanName, hasLetters, unitPattern } from './entry.ts';
import { findPrices, type FoundPrice, type Price } from './money.ts';

const connective = /^\s*(?:la|las|los|el|un|una|para|por|x|de|con|c\/u|each|per|for|si|cuando)\b/iu;

/** `P 22.000 M 34.000 G 46.000` */
const sizeLetter = /^[\s:(,/-]*(?:[pmgsl]|x[lg])[\s:).-]*$/iu;

/** `8.500 / grande 10.500`: a size behind a stroke is no unit of the price before it. */
const sizeBehindStroke =
  /^\s*[/–—-]\s*(?:peque[nñ][oa]|median[oa]|grande|personal|familiar|entera|medi[oa]|doble|jumbo)s?\s*$/iu;

interface Piece {
  readonly text: string;
  readonly price: FoundPrice | null;
}

function piecesOf(line: string, prices: readonly FoundPrice[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const price of prices) {
    const text = line.slice(at, price.start);
    if (hasLetters(text) || /[½\d]/.test(text) || sizeLetter.test(text))
      pieces.push({ text, price: null });
    pieces.push({ text: line.slice(price.start, price.end), price });
    at = price.end;
  }
  const rest = line.slice(at);
  if (/[\p{L}\d]/u.test(rest)) pieces.push({ text: rest, price: null });
  return pieces;
}

export interface Draft {
  name: string;
  details: string;
  readonly quotes: { price: Price; label: string; unit: string }[];
}

/** `TARIFAS 2026 Corte de dama` → the shouted title apart from the name. */
export function splitShout(text: string): { title: string; name: string } {
  const match = /^((?:[\p{Lu}\d&.,/-]{2,}\s+){2,}|\p{Lu}{5,}\s+)(?=\p{Lu}\p{Ll})/u.exec(text);
  return match === null
    ? { title: '', name: text }
    : { title: (match[1] ?? '').trim(), name: text.slice((match[1] ?? '').length) };
}

/** The things and prices of one line that is no table row. */
export function itemsOfLine(line: string, prices: readonly FoundPrice[]): Draft[] {
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
    const isLast = index === pieces.length - 1;
    if (!isLast && sizeBehindStroke.test(rest)) rest = rest.replace(/[/–—-]/u, ' ');
    if (last !== undefined && !priceFirst) {
      const unit = unitPattern.exec(rest);
      if (unit !== null && !/^\s*(?:el|la|al|un|una|a)\s/iu.test(unit[0])) {
        last.unit = (unit[1] ?? '').trim();
        rest = rest.slice(unit[0].length);
      }
    }
    if (!hasLetters(rest) && !/\d/.test(rest) && !sizeLetter.test(rest)) continue;
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

export function settle(draft: Draft): Draft {
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
  const labels = sizeLabels(draft.quotes.map((quote) => quote.label));
  const quotes = draft.quotes.map((quote, index) => ({ ...quote, label: labels[index] ?? '' }));
  return { ...draft, ...alternatives(name, quotes), details: cleanDetails(draft.details) };
}

/** `Jugo en agua / en leche 7.000 / 9.000`: as many names as prices are variants of one thing. */
function alternatives(name: string, quotes: Draft['quotes']): Pick<Draft, 'name' | 'quotes'> {
  const parts = name.split(/\s+\/\s+/);
  if (parts.length < 2 || parts.length !== quotes.length) return { name, quotes };
  if (quotes.some((quote) => quote.label !== '')) return { name, quotes };
  const [first = '', second = ''] = parts;
  const link = second.split(' ')[0] ?? '';
  const at = first.lastIndexOf(` ${link} `);
  const labels = [at < 0 ? '' : first.slice(at + 1), ...parts.slice(1)];
  return {
    name: at < 0 ? first : first.slice(0, at),
    quotes: quotes.map((quote, index) => ({ ...quote, label: labels[index] ?? '' })),
  };
}

/** A column title that is part of what its cells name: `Plan` above `Básico`. */
const isKindOfThing =
  /^(?:planes|plan|paquete|combo|tour|curso|habitaci[oó]n|membres[ií]a|package|room|course)$/iu;

/** One row of a table whose columns have titles, or none. */
export function itemOfRow(
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
  const nameTitle = titles?.[nameAt] ?? '';
  const name = cells[nameAt] ?? '';
  const draft: Draft & { heading: string } = {
    name:
      isKindOfThing.test(nameTitle) && !name.includes(nameTitle) ? `${nameTitle} ${name}` : name,
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
      const label = priceColumns > 1 || kinds[index] !== 'price' ? cleanName(title) : '';
      draft.quotes.push({ price, label, unit });
    }
    if (prices.length > 0 || /^[-–—]?$|^und?\.?$/iu.test(cell)) continue;
    if (kinds[index] === 'category') draft.heading = cleanName(cell);
    else {
      const said =
        kinds[index] === 'other' && title !== '' ? `${title.toLowerCase()}: ${cell}` : cell;
      draft.details = `${draft.details}${draft.details === '' ? '' : ', '}${said}`;
    }
  }
  return draft;
}
