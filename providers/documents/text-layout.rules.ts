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

/** What a reader sees as one stretch of a line, apart from the next by a gap. */
interface Cell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

interface Line {
  readonly cells: readonly Cell[];
  readonly y: number;
  readonly size: number;
}

/**
 * The text of a page in reading order, one line a row. Generators of PDFs write a table in any
 * order (all names, then all prices), and recognisers of images part it into blocks; so rows are put
 * together by where things stand. Columns that read on their own are read one after the other.
 */
export function layOutText(spans: readonly Span[]): string {
  const lines = toLines(spans.filter((span) => span.text.trim() !== '' && isPlaced(span)));
  return writeLines(inReadingOrder(lines));
}

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

/** Gaps in letters' heights: wider than a space, wider than any word space. */
const SPACE_GAP = 0.15;
const CELL_GAP = 1.5;

function toLine(group: readonly Span[]): Line {
  const size = Math.max(...group.map((span) => span.size));
  const cells: Cell[] = [];
  for (const span of group.toSorted((a, b) => a.x - b.x)) {
    const last = cells.at(-1);
    const gap = last ? (span.x - last.right) / size : Infinity;
    if (last === undefined || gap > CELL_GAP) {
      cells.push({ text: span.text, left: span.x, right: span.x + span.width });
    } else {
      const text = last.text + (gap > SPACE_GAP ? ' ' : '') + span.text;
      cells[cells.length - 1] = {
        text,
        left: last.left,
        right: Math.max(last.right, span.x + span.width),
      };
    }
  }
  return { cells, y: Math.min(...group.map((span) => span.y)), size };
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
  for (const line of lines) {
    for (const [index, cell] of line.cells.entries()) {
      const next = line.cells[index + 1];
      if (next && candidates.size < CANDIDATES_MAX) {
        candidates.add(Math.round((cell.right + next.left) / 2));
      }
    }
  }
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
  if (both < ROWS_MIN) return false;
  return (
    (share(left, isPricedRow) >= OWN_SHARE_MIN && share(right, isPricedRow) >= OWN_SHARE_MIN) ||
    (share(left, isProse) >= OWN_SHARE_MIN && share(right, isProse) >= OWN_SHARE_MIN)
  );
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
  let text = '';
  let before: Line | undefined;
  for (const line of lines) {
    if (before) text += isApart(before, line) ? '\n\n' : '\n';
    text += textOf(line).replace(/\s+/g, ' ');
    before = line;
  }
  return text;
}

/** Far below the line before, or back at the top: another column. */
function isApart(before: Line, line: Line): boolean {
  const gap = line.y - before.y;
  return gap <= 0 || gap > PARAGRAPH_GAP * Math.max(before.size, line.size);
}
