import {
  parted,
  toCells,
  writeRows,
  type Cell,
  type Line,
  type Placed,
} from './table-layout.rules.ts';

/** A run of text where it stands on the page: origin at the top left, any unit. */
export interface Span {
  readonly text: string;
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly width: number;
  /** Height of the letters. */
  readonly size: number;
}

/**
 * The text of a page in reading order, one line a row. Generators of PDFs write a table in any
 * order (all names, then all prices), and recognisers of images part it into blocks; so rows are put
 * together by where things stand. Columns that read on their own are read one after the other.
 * `columnGap`: what two columns may have between them at the least, in letters' heights.
 */
export function layOutText(spans: readonly Span[], columnGap = COLUMN_GAP): string {
  const seen = spans.filter((span) => span.text.trim() !== '' && isPlaced(span));
  const lines = parted(toLines(seen), columnGap);
  return writeLines(inReadingOrder(lines));
}

/** A span of a PDF is a stretch of text or a word: more than any space, less than a table's padding. */
const COLUMN_GAP = 0.33;

function isPlaced({ x, y, width, size }: Span): boolean {
  return [x, y, width, size].every(Number.isFinite) && size > 0;
}

/** Spans whose baselines differ by less than half a letter share a line. */
function toLines(spans: readonly Span[]): Line[] {
  const groups: Span[][] = [];
  for (const span of spans.toSorted((a, b) => a.y - b.y)) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group && first && span.y - first.y < Math.min(span.size, first.size) / 2) group.push(span);
    else groups.push([span]);
  }
  return groups.map(toLine);
}

function toLine(group: readonly Span[]): Line {
  const size = Math.max(...group.map((span) => span.size));
  const placed = group
    .toSorted((a, b) => a.x - b.x)
    .map(({ text, x, width }): Placed => ({ text, left: x, right: x + width }));
  return { cells: toCells(placed, size), y: Math.min(...group.map((span) => span.y)), size };
}

/** Columns inside columns, at most this deep: three columns of a menu, and a title across. */
const DEPTH_MAX = 3;

function inReadingOrder(lines: readonly Line[], depth = 0): readonly Line[] {
  const gutter = depth < DEPTH_MAX ? findGutter(lines) : null;
  if (gutter === null) return lines;
  const ordered: Line[] = [];
  let band: Line[] = [];
  const flush = () => {
    for (const side of [0, 1] as const) {
      const column = band.flatMap((line) => split(line, gutter)[side] ?? []);
      ordered.push(...inReadingOrder(column, depth + 1));
    }
    band = [];
  };
  for (const line of lines) {
    if (crosses(line, gutter)) {
      flush();
      ordered.push(line);
    } else {
      band.push(line);
    }
  }
  flush();
  return ordered;
}

const CANDIDATES_MAX = 100;
const ROWS_MIN = 3;
/** Titles may run across the gutter; many lines that do mean there is none. */
const CROSSING_SHARE_MAX = 0.25;
const OWN_SHARE_MIN = 0.6;

/**
 * The x of an empty strip between two columns, or null. An empty strip alone is not enough (tables
 * have them between name and price): what stands on each side must read on its own.
 */
function findGutter(lines: readonly Line[]): number | null {
  const candidates = new Set<number>();
  const add = (x: number) => {
    if (candidates.size < CANDIDATES_MAX) candidates.add(Math.round(x));
  };
  for (const line of lines) {
    for (const [index, cell] of line.cells.entries()) {
      const next = line.cells[index + 1];
      if (next) add((cell.right + next.left) / 2);
    }
  }
  // Columns whose rows are not level share no line: the second begins where its lines do.
  for (const line of lines) add((line.cells[0]?.left ?? 0) - line.size / 2);
  let best: { x: number; crossings: number } | null = null;
  for (const x of candidates) {
    const crossings = lines.filter((line) => crosses(line, x)).length;
    if (crossings > lines.length * CROSSING_SHARE_MAX) continue;
    if (best !== null && crossings >= best.crossings) continue;
    if (isGutter(lines, x)) best = { x, crossings };
  }
  return best?.x ?? null;
}

function isGutter(lines: readonly Line[], x: number): boolean {
  const clear = lines.filter((line) => !crosses(line, x));
  const left = clear.flatMap((line) => split(line, x)[0] ?? []);
  const right = clear.flatMap((line) => split(line, x)[1] ?? []);
  const both = left.length + right.length - clear.length;
  if (both < ROWS_MIN && Math.min(left.length, besideCount(left, right)) < ROWS_MIN) return false;
  return (
    (share(left, isPricedRow) >= OWN_SHARE_MIN && share(right, isPricedRow) >= OWN_SHARE_MIN) ||
    (share(left, isProse) >= OWN_SHARE_MIN && share(right, isProse) >= OWN_SHARE_MIN)
  );
}

/** Lines on the right that stand at the height of the left column, between its first and its last. */
function besideCount(left: readonly Line[], right: readonly Line[]): number {
  const heights = left.map(({ y }) => y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  return right.filter(({ y, size }) => y > top - size && y < bottom + size).length;
}

const share = (lines: readonly Line[], test: (text: string) => boolean) =>
  lines.length === 0 ? 0 : lines.filter((line) => test(textOf(line))).length / lines.length;

const isPricedRow = (text: string) => /\p{L}{2}.*\d{2}|\$\s*\d.*\p{L}{2}/u.test(text);
const isProse = (text: string) => text.length >= 25 && text.split(/\s+/).length >= 4;

function crosses(line: Line, x: number): boolean {
  return line.cells.some((cell) => cell.left < x && x < cell.right);
}

function split(line: Line, x: number): readonly [Line | undefined, Line | undefined] {
  const side = (cells: readonly Cell[]) => (cells.length > 0 ? { ...line, cells } : undefined);
  return [
    side(line.cells.filter((cell) => cell.right <= x)),
    side(line.cells.filter((cell) => cell.right > x)),
  ];
}

const textOf = (line: Line) => line.cells.map((cell) => cell.text.trim()).join(' ');

/** A gap of this many letters' heights between baselines ends a paragraph. */
const PARAGRAPH_GAP = 2.2;

function writeLines(lines: readonly Line[]): string {
  const rows = writeRows(lines);
  return lines
    .map((line, index) => {
      const before = lines[index - 1];
      const gap = before === undefined ? '' : isApart(before, line) ? '\n\n' : '\n';
      return gap + (rows[index] ?? '');
    })
    .join('');
}

/** Far below the line before, or back at the top: another column. */
function isApart(before: Line, line: Line): boolean {
  const gap = line.y - before.y;
  return gap <= 0 || gap > PARAGRAPH_GAP * Math.max(before.size, line.size);
}
