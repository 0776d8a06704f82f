import { headingText, isBarePrice, isHeading, isPriced, isTableRow } from './line.rules.ts';

export interface Chunk {
  /** The section it continues; null where it carries its own heading or there is none. */
  readonly heading: string | null;
  /** A stretch of the document, some of it perhaps repeated from the chunk before. */
  readonly body: string;
}

export interface ChunkSizes {
  readonly chunkChars: number;
  readonly overlapChars: number;
}

/** What is stored, embedded and read to the caller. */
export function chunkContent({ heading, body }: Chunk): string {
  return heading === null ? body : `${heading}\n${body}`;
}

/** The smallest piece that is not cut: a row with its price, a sentence, a heading with what follows. */
interface Unit {
  readonly text: string;
  readonly kind: 'row' | 'prose';
  /** Set on a unit that opens a section. */
  readonly opens: string | null;
  /** What stands between it and the unit before: a line break, an empty line, a space. */
  readonly gap: string;
}

/**
 * Packs units greedily. A section starts a chunk of its own once the one before is worth it; a
 * section that goes on in the next chunk is named there again. Prose overlaps by whole sentences, so
 * that a thought is found from both sides; rows do not: each is whole by itself, and twins would crowd the results.
 */
export function chunkText(text: string, sizes: ChunkSizes): Chunk[] {
  const chunks: Chunk[] = [];
  let section: string | null = null;
  let heading: string | null = null;
  let units: Unit[] = [];
  const flush = () => {
    if (units.length > 0) chunks.push({ heading, body: join(units) });
  };
  for (const unit of toUnits(text, sizes.chunkChars)) {
    const length = lengthOf(units) + unit.gap.length + unit.text.length + (heading?.length ?? 0);
    const isFull = units.length > 0 && length > sizes.chunkChars;
    if (unit.opens !== null && (isFull || lengthOf(units) >= sizes.chunkChars / 3)) {
      flush();
      units = [unit];
      heading = null;
    } else if (isFull) {
      flush();
      heading = unit.opens === null ? section : null;
      const room = sizes.chunkChars - unit.text.length - (heading?.length ?? 0);
      units = [...tailOf(units, Math.min(sizes.overlapChars, room)), unit];
    } else {
      units.push(unit);
    }
    section = unit.opens ?? section;
  }
  flush();
  return chunks;
}

const lengthOf = (units: readonly Unit[]) =>
  units.reduce((sum, unit) => sum + unit.gap.length + unit.text.length, 0);

const join = (units: readonly Unit[]) =>
  units.map((unit, index) => (index === 0 ? '' : unit.gap) + unit.text).join('');

/** The last sentences of a chunk that fit into the overlap. */
function tailOf(units: readonly Unit[], chars: number): Unit[] {
  const tail: Unit[] = [];
  for (const unit of units.toReversed()) {
    if (unit.kind !== 'prose' || unit.opens !== null) break;
    if (lengthOf([...tail, unit]) > chars) break;
    tail.unshift(unit);
  }
  return tail;
}

interface Block {
  readonly lines: readonly string[];
  readonly kind: 'row' | 'prose';
  readonly opens: string | null;
  readonly gap: string;
}

function toUnits(text: string, charsMax: number): Unit[] {
  return toBlocks(text.split('\n')).flatMap((block): Unit[] => {
    const whole = block.lines.join('\n');
    if (block.kind === 'row' || whole.length <= charsMax) return [{ ...block, text: whole }];
    return splitProse(whole, charsMax).map((piece, index) => ({
      text: piece.text,
      kind: block.kind,
      opens: index === 0 ? block.opens : null,
      gap: index === 0 ? block.gap : piece.gap,
    }));
  });
}

const HEADING_LINES_MAX = 3;

/**
 * Lines → what belongs together: headings with the line under them, a bare price with the name and
 * description above it.
 */
function toBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let headings: string[] = [];
  let gap = '';
  const add = (kind: Block['kind'], ...rest: string[]) => {
    const opens = headings.length > 0 ? headings.map(headingText).join(' – ') : null;
    blocks.push({ lines: [...headings, ...rest], kind, opens, gap });
    headings = [];
    gap = '\n';
  };
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') {
      if (headings.length === 0 && gap !== '') gap = '\n\n';
    } else if (isHeading(line, nextFilled(lines, index))) {
      if (headings.length === HEADING_LINES_MAX) add('prose');
      headings.push(line);
    } else if (headings.length === 0 && gap === '\n' && isBarePrice(line)) {
      blocks.push(takeItem(blocks, line));
    } else {
      add(isPriced(line) || isTableRow(line) ? 'row' : 'prose', line);
    }
  }
  if (headings.length > 0) add('prose');
  return blocks;
}

function nextFilled(lines: readonly string[], index: number): string | undefined {
  // An empty line or two may stand between a heading and its section.
  return lines.slice(index + 1, index + 4).find((line) => line.trim() !== '');
}

const ITEM_LINES_MAX = 3;
const ITEM_CHARS_MAX = 300;

/** Takes the name and description that stand right above a bare price off the blocks, into one row. */
function takeItem(blocks: Block[], price: string): Block {
  const lines = [price];
  let first: Block | undefined;
  for (let before = blocks.at(-1); before?.kind === 'prose'; before = blocks.at(-1)) {
    const length = before.lines.join('\n').length;
    if (lines.length >= ITEM_LINES_MAX || length > ITEM_CHARS_MAX) break;
    lines.unshift(...before.lines);
    first = before;
    blocks.pop();
    if (before.opens !== null || before.gap !== '\n') break;
  }
  return { lines, kind: 'row', opens: first?.opens ?? null, gap: first?.gap ?? '\n' };
}

interface Piece {
  readonly text: string;
  readonly gap: string;
}

/** Cuts prose at sentence ends; a sentence that is too long at spaces; a word that is too long anywhere. */
function splitProse(text: string, charsMax: number): Piece[] {
  return text
    .split(/(?<=[.!?…:;])\s+/u)
    .flatMap((sentence) =>
      sentence.length <= charsMax ? [sentence] : splitWords(sentence, charsMax),
    )
    .flatMap((piece) => splitCharacters(piece, charsMax));
}

function splitWords(sentence: string, charsMax: number): string[] {
  const pieces: string[] = [];
  for (const word of sentence.split(/\s+/)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= charsMax) {
      pieces[pieces.length - 1] = `${last} ${word}`;
    } else {
      pieces.push(word);
    }
  }
  return pieces;
}

function splitCharacters(text: string, charsMax: number): Piece[] {
  const pieces: Piece[] = [];
  for (const character of text) {
    const last = pieces.at(-1);
    if (last !== undefined && last.text.length + character.length <= charsMax) {
      pieces[pieces.length - 1] = { ...last, text: last.text + character };
    } else {
      // The first piece follows another sentence, the others their own word.
      pieces.push({ text: character, gap: pieces.length === 0 ? ' ' : '' });
    }
  }
  return pieces;
}
