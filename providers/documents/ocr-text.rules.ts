import { layOutText, type Span } from './text-layout.rules.ts';

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface SeenWord {
  readonly text: string;
  /** 0 to 100. */
  readonly confidence: number;
  readonly bbox: Box;
}

/** A line as the recogniser saw it: words in order, boxes in pixels. */
export interface SeenLine {
  readonly words: readonly SeenWord[];
  readonly bbox: Box;
  readonly baseline: Box;
}

/** Below the first a word is a guess; below the second, on average, so is the whole picture. */
const WORD_CONFIDENCE_MIN = 40;
const PICTURE_CONFIDENCE_MIN = 60;
/** The boxes of words are tight, and so are those of lines: spaces look wide. */
const COLUMN_GAP = 0.9;

/**
 * The text of a picture, rows on one line; empty if all there is are guesses (the grain of wood,
 * the crumbs on a table).
 */
export function textOfPicture(seen: readonly SeenLine[]): string {
  const lines = seen
    .map((line) => ({
      ...line,
      words: line.words.filter((word) => word.confidence >= WORD_CONFIDENCE_MIN),
    }))
    .filter((line) => line.words.length > 0);
  if (meanConfidence(lines) < PICTURE_CONFIDENCE_MIN) return '';
  return layOutText(spansOf(lines), COLUMN_GAP);
}

/** Each letter counts: a stain is seen as one letter, a word is not. */
function meanConfidence(lines: readonly SeenLine[]): number {
  let letters = 0;
  let sum = 0;
  for (const word of lines.flatMap((line) => line.words)) {
    letters += word.text.length;
    sum += word.text.length * word.confidence;
  }
  return letters === 0 ? 0 : sum / letters;
}

/** Words where they would stand if the picture were turned upright. */
function spansOf(lines: readonly SeenLine[]): Span[] {
  const turn = turnOf(lines);
  return lines.flatMap((line) =>
    line.words.map(({ text, bbox }) => {
      const width = turn === 'none' ? bbox.x1 - bbox.x0 : bbox.y1 - bbox.y0;
      switch (turn) {
        case 'none': {
          const y = (line.baseline.y0 + line.baseline.y1) / 2;
          return { text, x: bbox.x0, y, width, size: line.bbox.y1 - line.bbox.y0 };
        }
        case 'right':
          return { text, x: bbox.y0, y: -line.bbox.x0, width, size: line.bbox.x1 - line.bbox.x0 };
        case 'left':
          return { text, x: -bbox.y1, y: line.bbox.x1, width, size: line.bbox.x1 - line.bbox.x0 };
      }
    }),
  );
}

/** Which way the picture lies: on its right side lines run down the picture, on its left side up. */
function turnOf(lines: readonly SeenLine[]): 'none' | 'right' | 'left' {
  let across = 0;
  let down = 0;
  let up = 0;
  for (const { words } of lines) {
    const first = words[0]?.bbox;
    const last = words.at(-1)?.bbox;
    if (!first || !last || first === last) continue;
    if (Math.abs(last.x0 - first.x0) >= Math.abs(last.y0 - first.y0)) across += 1;
    else if (last.y0 > first.y0) down += 1;
    else up += 1;
  }
  if (across >= down + up) return 'none';
  return down >= up ? 'right' : 'left';
}
