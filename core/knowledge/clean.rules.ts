import { isPriced } from './line.rules.ts';

/**
 * The text of a document as people wrote it: without what a printer or a scanner added. Lines stay
 * lines (a row of a price list is one), paragraphs are parted by one empty line, pages by two breaks.
 */
export function cleanPages(pages: readonly string[]): string {
  const cleaned = dropRunningLines(pages.map(cleanCharacters).map(toLines));
  return joinHyphens(cleaned.map((lines) => lines.join('\n')).join('\n\n'))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Ligatures and look-alikes of a space become plain; what cannot be seen goes. */
function cleanCharacters(text: string): string {
  return (
    text
      .normalize('NFC')
      .replace(/\r\n?|\f|\u2028|\u2029/g, '\n')
      .replace(/[\ufb00-\ufb06]/g, (ligature) => ligature.normalize('NFKC'))
      .replace(/[\t\v\p{Zs}]/gu, ' ')
      // Soft hyphens, zero-width marks, direction marks, unmapped glyphs, lone surrogates.
      .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd\p{Co}\p{Cs}]/gu, '')
      // oxlint-disable-next-line eslint/no-control-regex
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '')
      // The dots that lead the eye to a price.
      .replace(/(?:[.·…_]\s?){4,}|…{2,}/g, ' ')
      .normalize('NFC')
  );
}

const toLines = (page: string) => page.split('\n').map((line) => line.replace(/ +/g, ' ').trim());

/** A word parted at the end of a line. Only lower case: `Coca-\nCola` and `3-\n4` keep theirs. */
const joinHyphens = (text: string) => text.replace(/(\p{Ll}{2})-\n(\p{Ll}{2})/gu, '$1$2');

const EDGE_LINES = 2;
const PAGES_MIN = 3;
const REPEAT_SHARE_MIN = 0.6;

/**
 * Headers and footers: lines at a page's edge that come back, page number aside, on most pages.
 * The first of each stays, since it may be the only place with the address; a line with a price always stays.
 */
function dropRunningLines(pages: readonly string[][]): string[][] {
  if (pages.length < PAGES_MIN) return [...pages];
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set(edgesOf(page).map(({ key }) => key))) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const seen = new Set<string>();
  return pages.map((page) => {
    const dropped = new Set<number>();
    for (const { key, index } of edgesOf(page)) {
      if ((counts.get(key) ?? 0) < pages.length * REPEAT_SHARE_MIN) continue;
      if (seen.has(key)) dropped.add(index);
      seen.add(key);
    }
    return page.filter((_, index) => !dropped.has(index));
  });
}

function edgesOf(page: readonly string[]): { key: string; index: number }[] {
  const filled = [...page.entries()].filter(([, line]) => line !== '');
  const edges = new Map([...filled.slice(0, EDGE_LINES), ...filled.slice(-EDGE_LINES)]);
  return [...edges]
    .filter(([, line]) => !isPriced(line))
    .map(([index, line]) => ({ index, key: line.toLowerCase().replace(/\b\d{1,4}\b/g, '#') }));
}
