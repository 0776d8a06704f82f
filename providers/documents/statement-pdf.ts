import PdfKit from 'pdfkit';
import type { StatementPage, StatementPrinter } from '@alo/core/ports';

/** Letter, in points: what offices print on from Mexico to Chile. */
const page = { width: 612, height: 792, margin: 54 };
const right = page.width - page.margin;
const ink = {
  text: '#1c2430',
  quiet: '#6b7585',
  line: '#d9dee6',
  accent: '#0b6e5b',
  tint: '#f2f6f5',
};
const regular = 'Helvetica';
const bold = 'Helvetica-Bold';
/** A month's 31 rows end above the footer. */
const rowHeight = 12.6;

type Doc = InstanceType<typeof PdfKit>;

/**
 * Prints statements with PDFKit, in the fonts that every reader has: nothing is embedded, so a
 * page is a few kilobytes. Their repertoire is Windows-1252; what is beyond it becomes a mark.
 */
export function createStatementPrinter(): StatementPrinter {
  return { print: (statement) => toBytes((doc) => draw(doc, statement), statement) };
}

function toBytes(render: (doc: Doc) => void, { title, subject, language }: StatementPage) {
  return new Promise<Uint8Array>((resolve, reject) => {
    const doc = new PdfKit({
      size: [page.width, page.height],
      margins: { top: page.margin, left: page.margin, right: page.margin, bottom: 0 },
      lang: language,
      info: { Title: `Aló · ${title} · ${subject}`, Author: 'Aló' },
    });
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    doc.on('error', reject);
    render(doc);
    doc.end();
  });
}

function draw(doc: Doc, statement: StatementPage): void {
  drawHead(doc, statement);
  const below = drawSum(doc, statement, drawFacts(doc, statement, 117));
  drawTable(doc, statement, below + 18);
  write(doc, statement.footer, {
    x: page.margin,
    y: page.height - 42,
    width: right - page.margin,
    size: 7,
    color: ink.quiet,
  });
}

function drawHead(doc: Doc, { title, subject, holder }: StatementPage): void {
  const width = (right - page.margin) / 2;
  doc.rect(0, 0, page.width, 6).fill(ink.accent);
  write(doc, 'aló', { x: page.margin, y: 36, width, size: 24, font: bold, color: ink.accent });
  write(doc, title, {
    x: page.margin + width,
    y: 36,
    width,
    size: 10,
    color: ink.quiet,
    align: 'right',
  });
  write(doc, subject, {
    x: page.margin + width,
    y: 49,
    width,
    size: 16,
    font: bold,
    align: 'right',
  });
  write(doc, holder, { x: page.margin, y: 82, width: right - page.margin, size: 13, font: bold });
  rule(doc, 105);
}

/** Side by side, label over value. Returns where the next block may begin. */
function drawFacts(doc: Doc, { facts }: StatementPage, y: number): number {
  const width = (right - page.margin) / Math.max(1, facts.length);
  facts.forEach(({ label, value }, index) => {
    const x = page.margin + index * width;
    write(doc, label, { x, y, width, size: 8, color: ink.quiet });
    write(doc, value, { x, y: y + 11, width, size: 10 });
  });
  return y + 36;
}

function drawSum(doc: Doc, { sum }: StatementPage, top: number): number {
  const line = 15.5;
  const height = sum.length * line + 17;
  doc.roundedRect(page.margin, top, right - page.margin, height, 4).fill(ink.tint);
  sum.forEach(({ label, value }, index) => {
    const result = index === sum.length - 1;
    const y = top + 10 + index * line + (result ? 2 : 0);
    const style = { size: result ? 11 : 10, font: result || index === 0 ? bold : regular };
    if (result) rule(doc, y - 5, page.margin + 14, right - 14);
    write(doc, label, { x: page.margin + 14, y, width: 300, ...style });
    write(doc, value, { x: right - 194, y, width: 180, align: 'right', ...style });
  });
  return top + height;
}

function drawTable(doc: Doc, { table }: StatementPage, top: number): void {
  write(doc, table.title, { x: page.margin, y: top, width: 300, size: 10, font: bold });
  const lefts = columnLefts(table.columns.length);
  const cells = (texts: readonly string[], y: number, color: string, font = regular) =>
    texts.forEach((text, column) => {
      const x = lefts[column] ?? right;
      const width = (lefts[column + 1] ?? right) - x;
      write(doc, text, {
        x,
        y,
        width,
        size: 8,
        color,
        font,
        align: column === 0 ? 'left' : 'right',
      });
    });
  cells(table.columns, top + 18, ink.quiet);
  rule(doc, top + 30);
  table.rows.forEach((row, index) => cells(row, top + 35 + index * rowHeight, ink.text));
  if (table.rows.length === 0) cells([table.empty], top + 35, ink.quiet);
}

/** Where columns begin: counts are narrow, amounts wide. */
function columnLefts(count: number): number[] {
  const weights = Array.from({ length: count }, (_, column) =>
    column === 1 || column === 2 ? 2 : 3,
  );
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let x = page.margin;
  return weights.map((weight) => {
    const left = x;
    x += ((right - page.margin) * weight) / whole;
    return left;
  });
}

function rule(doc: Doc, y: number, from = page.margin, to = right): void {
  doc.moveTo(from, y).lineTo(to, y).lineWidth(0.6).strokeColor(ink.line).stroke();
}

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly font?: string;
  readonly color?: string;
  readonly align?: 'left' | 'right';
}

/** One line: what does not fit ends in an ellipsis, so that nothing is written over. */
function write(doc: Doc, text: string, style: TextStyle): void {
  const { x, y, width, size, font = regular, color = ink.text, align = 'left' } = style;
  doc
    .font(font)
    .fontSize(size)
    .fillColor(color)
    .text(printable(text), x, y, {
      width,
      height: size * 1.3,
      align,
      ellipsis: true,
      lineBreak: true,
    });
}

/** Beyond Latin-1, what Windows-1252 has as well. */
const alsoPrintable = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

/** What the standard fonts can show: accents composed, blanks made usual, other letters a mark, signs left out. */
function printable(text: string): string {
  return [...text.normalize('NFC')]
    .map((char) => {
      if (/[\p{Zs}\p{Cc}]/u.test(char)) return ' ';
      if (char === '−') return '-';
      const code = char.codePointAt(0) ?? 0;
      if (code <= 0xff || alsoPrintable.includes(char)) return char;
      return /\p{L}/u.test(char) ? '?' : '';
    })
    .join('')
    .trim();
}
