/** What a line of a business's document is. */

const thousands = String.raw`\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,2})?`;
const currency = String.raw`(?:\$|€|US\$|S/\.?|Bs\.?|Q|₡|COP|USD|MXN|PEN|ARS|CLP|EUR|pesos?|soles|mil)`;
const price = new RegExp(
  [
    thousands,
    String.raw`${currency}\s*\d`,
    String.raw`\d\s*${currency}(?!\p{L})`,
    String.raw`\d+[.,]\d{2}(?!\d)`,
    String.raw`\d\s*k\s*$`,
  ].join('|'),
  'iu',
);

/** A number that ends the line and is no telephone's: "Pandebono 2500". */
const bareNumber = /(?<![\d:/-])\d{3,6}\s*$/;
const telephone = /\b(?:tel|cel|whats)|\b\d{3}[ -]\d{3}[ -]?\d{4}\b/i;

/** Longer than this it is a paragraph that mentions a price. */
const ROW_CHARS_MAX = 300;

/** Whether a line holds a price: it is then a row of a price list, and is never cut. */
export function isPriced(line: string): boolean {
  if (line.length > ROW_CHARS_MAX) return false;
  return price.test(line) || (bareNumber.test(line) && !telephone.test(line));
}

const priceLabels = /precio|valor|price|desde|from/giu;
const currencyNames = /COP|USD|MXN|PEN|ARS|CLP|EUR|pesos?|soles|mil/giu;

/** Whether a line is a price and nothing else: it belongs to the lines above it. */
export function isBarePrice(line: string): boolean {
  const words = line.replace(currencyNames, '').replace(priceLabels, '');
  return isPriced(line) && !/\p{L}{3}/u.test(words);
}

/** Cells parted by a mark, as in CSV and Markdown tables. */
export function isTableRow(line: string): boolean {
  return line.length <= ROW_CHARS_MAX && /[^;|]+[;|][^;|]/.test(line);
}

const HEADING_CHARS_MAX = 70;
const HEADING_WORDS_MAX = 9;

/**
 * Whether a line names the section below it: Markdown's `#`, all capitals, a closing colon, a table's
 * column names, or a short title right above a row. `next` is the next line with text.
 */
export function isHeading(line: string, next: string | undefined): boolean {
  if (next === undefined || line.length > HEADING_CHARS_MAX || !/\p{L}{2}/u.test(line))
    return false;
  if (isBarePrice(next)) return false;
  if (/^#{1,6}\s/.test(line) || isTableHead(line, next)) return true;
  if (isPriced(line) || isTableRow(line) || line.split(' ').length > HEADING_WORDS_MAX)
    return false;
  if (/^[-•*·–]\s/.test(line) || /[.,;!?…]$/.test(line)) return false;
  if (line.endsWith(':')) return true;
  if (!/\p{Ll}/u.test(line) && /\p{Lu}{3}/u.test(line)) return true;
  return /^\p{Lu}/u.test(line) && isPriced(next);
}

/** The names of a table's columns: no price in them (`iPhone 12` is none), figures below. */
function isTableHead(line: string, next: string): boolean {
  return isTableRow(line) && isTableRow(next) && /\d/.test(next) && !isFigureRow(line);
}

/** Whether any cell of a row is a price or a bare number. */
const isFigureRow = (line: string) =>
  line.split(/[;|]/).some((cell) => isPriced(cell) || /^[^\p{L}]*\d[^\p{L}]*$/u.test(cell));

/** A heading without its marks: `## Bebidas:` → `Bebidas`. */
export function headingText(line: string): string {
  return line.replace(/^#{1,6}\s*/, '').replace(/[:\s]+$/, '');
}
