/** A cell that is text, which may be anybody's, or a figure that we wrote ourselves. */
export type CsvCell = string | { readonly figure: string };

/** What spreadsheets take for the beginning of a formula, also behind blanks and in full width. */
const formula = /^[\s\p{Cc}]*[=+\-@＝＋－＠]/u;

/**
 * One record (RFC 4180), its line break included. Text that a spreadsheet would run as a formula gets
 * an apostrophe in front, which it hides (OWASP, CSV injection); figures keep their minus.
 */
export function csvRecord(cells: readonly CsvCell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

function csvField(cell: CsvCell): string {
  const text = typeof cell === 'string' ? (formula.test(cell) ? `'${cell}` : cell) : cell.figure;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
