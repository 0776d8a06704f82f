/** A stretch of text between two edges. */
export interface Placed {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

/** What a reader sees as one stretch of a line, apart from the next by a gap. */
export interface Cell extends Placed {
  /** What it was put together from, left to right. */
  readonly pieces: readonly Placed[];
}

export interface Line {
  readonly cells: readonly Cell[];
  readonly y: number;
  readonly size: number;
}

/** Gaps in letters' heights: wider than none, wider than any word space. */
const SPACE_GAP = 0.15;
const CELL_GAP = 1.5;

/** Puts pieces together to cells, where only a wide gap parts two. */
export function toCells(pieces: readonly Placed[], size: number): Cell[] {
  const cells: Cell[] = [];
  for (const piece of pieces) {
    const last = cells.at(-1);
    if (last === undefined || piece.left - last.right > CELL_GAP * size) cells.push(cellOf(piece));
    else cells[cells.length - 1] = extend(last, piece, size);
  }
  return cells;
}

const cellOf = (piece: Placed): Cell => ({ ...piece, pieces: [piece] });

function extend(cell: Cell, piece: Placed, size: number): Cell {
  const space = piece.left - cell.right > SPACE_GAP * size ? ' ' : '';
  return {
    text: cell.text + space + piece.text,
    left: cell.left,
    right: Math.max(cell.right, piece.right),
    pieces: [...cell.pieces, piece],
  };
}

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** Empty strips between the pieces of a line that could be those between two columns. */
function gapsOf({ cells, size }: Line, columnGap: number): Gap[] {
  const pieces = cells.flatMap((cell) => cell.pieces);
  return pieces.flatMap((piece, index): Gap[] => {
    const next = pieces[index + 1];
    const isWide = next !== undefined && next.left - piece.right >= columnGap * size;
    return isWide ? [{ from: piece.right, to: next.left }] : [];
  });
}

/** How many lines above or below must have the same strip empty. */
const NEIGHBOURS_MIN = 2;
/** How much of the strip they must share. */
const STRIP_SHARE = 0.8;

/**
 * Parts cells at narrow gaps as well, where the lines around have the same strip empty: the longest
 * name of a column comes close to the next one. `columnGap`, in letters' heights, is more than what
 * may stand between two pieces of one cell.
 */
export function parted(lines: readonly Line[], columnGap: number): Line[] {
  const gaps = lines.map((line) => gapsOf(line, columnGap));
  const isColumn = (index: number, gap: Gap, size: number) => {
    const share = STRIP_SHARE * columnGap * size;
    const sharing = [index - 2, index - 1, index + 1, index + 2].filter((other) =>
      gaps[other]?.some(({ from, to }) => Math.min(to, gap.to) - Math.max(from, gap.from) >= share),
    );
    return sharing.length >= NEIGHBOURS_MIN;
  };
  return lines.map((line, index) => {
    const columns = (gaps[index] ?? []).filter((gap) => isColumn(index, gap, line.size));
    const cells = line.cells.flatMap((cell) => partAt(cell, columns, line.size));
    return { ...line, cells: withSigns(cells.filter(isNoLeader), line.size) };
  });
}

/** The dots that lead the eye to a price are no cell. */
const isNoLeader = ({ text }: Placed) => !/^[\s.·…_]+$/u.test(text);

const sign = /^(?:\$|US\$|S\/\.?|Bs\.?|Q|₡|€|COP|USD|MXN|PEN|ARS|CLP|EUR)$/u;

/** A sign of money that stands in a column of its own belongs to the figure behind it. */
function withSigns(cells: readonly Cell[], size: number): Cell[] {
  const joined: Cell[] = [];
  for (const cell of cells) {
    const last = joined.at(-1);
    if (last === undefined || !sign.test(last.text.trim())) joined.push(cell);
    else
      joined[joined.length - 1] = cell.pieces.reduce<Cell>(
        (all, each) => extend(all, each, size),
        last,
      );
  }
  return joined;
}

function partAt(cell: Cell, gaps: readonly Gap[], size: number): Cell[] {
  const cells: Cell[] = [];
  for (const piece of cell.pieces) {
    const last = cells.at(-1);
    const begins = last === undefined || gaps.some(({ to }) => to === piece.left);
    if (begins) cells.push(cellOf(piece));
    else cells[cells.length - 1] = extend(last, piece, size);
  }
  return cells;
}

/** From three columns on, which figure is whose can be told only by the bars between them. */
const COLUMNS_MIN = 3;
const ROWS_MIN = 3;
/** What stands where a row has nothing in a column. */
const NOTHING = '-';

const textOf = (cell: Placed) => cell.text.replace(/\s+/g, ' ').trim();
const isFigure = ({ text }: Placed) => /^\D{0,8}\d[\d.,'’ ]*\D{0,6}$/u.test(text.trim());

/** Lines as text: `Hawaiana | 18.000 | 38.000` in a table of several columns, plain otherwise. */
export function writeRows(lines: readonly Line[]): string[] {
  const written: string[] = [];
  for (let from = 0; from < lines.length;) {
    let to = from + 1;
    const isRow = (at: number) => (lines[at]?.cells.length ?? 0) >= 2;
    while (isRow(from) && isRow(to)) to += 1;
    const run = lines.slice(from, to);
    const columns = columnsOf(run);
    written.push(
      ...run.map(({ cells }) =>
        columns === null ? cells.map(textOf).join(' ') : placedIn(columns, cells).join(' | '),
      ),
    );
    from = to;
  }
  return written;
}

/** The cells of the row that shows what columns a run of rows has; null where it is no such table. */
function columnsOf(rows: readonly Line[]): readonly Cell[] | null {
  const wide = rows.filter(({ cells }) => cells.length >= COLUMNS_MIN);
  const figured = wide.filter(({ cells }) => cells.some(isFigure));
  if (wide.length < ROWS_MIN || wide.length * 2 < rows.length || figured.length < 2) return null;
  const countOf = (count: number) => wide.filter(({ cells }) => cells.length === count).length;
  return wide.reduce((best, row) =>
    countOf(row.cells.length) > countOf(best.cells.length) ? row : best,
  ).cells;
}

/** The texts of a row under the columns of a table; as they are where they do not fall into those. */
function placedIn(columns: readonly Cell[], cells: readonly Cell[]): string[] {
  const texts = cells.map(textOf);
  if (cells.length >= columns.length) return texts;
  const placed = columns.map(() => NOTHING);
  for (const [index, cell] of cells.entries()) {
    const column = nearest(cell, columns);
    if (placed[column] !== NOTHING) return texts;
    placed[column] = texts[index] ?? '';
  }
  return placed;
}

function nearest(cell: Placed, columns: readonly Placed[]): number {
  const distances = columns.map(
    ({ left, right }) => Math.max(cell.left, left) - Math.min(cell.right, right),
  );
  return distances.indexOf(Math.min(...distances));
}
