/** PDFs made by hand, for tests: the least that the format asks for. */

export interface PdfText {
  readonly text: string;
  readonly x: number;
  /** From the top. */
  readonly y: number;
  readonly size?: number;
  /** Written from the bottom of the sheet to its top. */
  readonly turned?: boolean;
}

export interface PdfJpeg {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface PdfPageContent {
  readonly texts?: readonly PdfText[];
  /** Drawn across the page, at the bottom. */
  readonly picture?: PdfJpeg;
  /** Clockwise, as shown. */
  readonly rotate?: 0 | 90 | 180 | 270;
}

const WIDTH = 595;
const HEIGHT = 842;

/** Rows of cells in columns, from the top of the page: what a price list looks like. */
export function tablePage(rows: readonly (readonly string[])[], columnsAt = [50, 400]) {
  const texts = rows.flatMap((cells, row) =>
    cells.map((text, column) => ({ text, x: columnsAt[column] ?? 50, y: 60 + row * 18 })),
  );
  return { texts } satisfies PdfPageContent;
}

/** A PDF 1.4 file of A4 pages in Helvetica. Texts are drawn in the order given. */
export function makePdf(pages: readonly PdfPageContent[]): Uint8Array {
  const objects: Buffer[] = [];
  const add = (body: string | Buffer) => objects.push(Buffer.from(body));
  const kids = pages.map((_, index) => `${4 + index * 3} 0 R`).join(' ');
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  for (const [index, page] of pages.entries()) {
    const own = 4 + index * 3;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Rotate ${page.rotate ?? 0} ` +
        `/Contents ${own + 1} 0 R /Resources << /Font << /F 3 0 R >> /XObject << /I ${own + 2} 0 R >> >> >>`,
    );
    add(stream('', Buffer.from(pageOperators(page), 'latin1')));
    add(page.picture ? pictureObject(page.picture) : 'null');
  }
  return assemble(objects);
}

function pageOperators({ texts = [], picture }: PdfPageContent): string {
  const lines: string[] = [];
  if (picture) {
    const height = (WIDTH * picture.height) / picture.width;
    lines.push(`q ${WIDTH} 0 0 ${height.toFixed(3)} 0 0 cm /I Do Q`);
  }
  for (const { text, x, y, size = 12, turned = false } of texts) {
    const escaped = text.replace(/[\\()]/g, (character) => `\\${character}`);
    lines.push(
      `BT /F ${size} Tf ${turned ? '0 1 -1 0' : '1 0 0 1'} ${x} ${HEIGHT - y} Tm (${escaped}) Tj ET`,
    );
  }
  return lines.join('\n');
}

const pictureObject = ({ jpeg, width, height }: PdfJpeg) =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ` +
      '/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode',
    jpeg,
  );

function stream(entries: string, data: Uint8Array): Buffer {
  const head = `<< ${entries} /Length ${data.length} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head), data, Buffer.from('\nendstream')]);
}

function assemble(objects: readonly Buffer[]): Uint8Array {
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  const push = (part: Buffer) => {
    parts.push(part);
    at += part.length;
  };
  for (const [index, body] of objects.entries()) {
    offsets.push(at);
    push(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}` +
        `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
