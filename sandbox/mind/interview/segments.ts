import { fieldOf, speaksOfHandoff, type Field } from './cues.ts';
import { isHoursFragment } from './hours.ts';
import { clearPricesIn } from './money.ts';
import { fold, sourceOf } from './text.ts';

/** A stretch of a sentence about one field. */
export interface Segment {
  readonly field: Field;
  readonly text: string;
}

/** Which fields may take a stretch of a sentence away from the field in question. */
const mayInterrupt: Partial<Record<Field, readonly Field[]>> = {
  handoff: ['business_name', 'greeting', 'languages'],
  never_say: ['business_name', 'greeting', 'handoff'],
  goal: ['business_name', 'greeting', 'opening_hours', 'never_say'],
  tone: [
    'business_name',
    'greeting',
    'opening_hours',
    'services',
    'handoff',
    'never_say',
    'languages',
  ],
  business_description: [
    'business_name',
    'opening_hours',
    'services',
    'goal',
    'tone',
    'greeting',
    'never_say',
    'handoff',
    'languages',
    'facts',
  ],
};

interface Piece {
  readonly start: number;
  readonly end: number;
  /** What joined it to the piece before: `y` binds tighter than a comma. */
  readonly tight: boolean;
}

function piecesOf(sentence: string): Piece[] {
  const folded = fold(sentence.normalize('NFC'));
  const pieces: Piece[] = [];
  let start = 0;
  let tight = false;
  for (const match of folded.matchAll(/[,;]\s+|\s+(?:y|e|pero|ademas|tambien|and)\s+/g)) {
    pieces.push({ start, end: match.index, tight });
    start = match.index;
    tight = !/^[,;]/.test(match[0]);
  }
  pieces.push({ start, end: sentence.length, tight });
  return pieces;
}

/**
 * Cuts a sentence where it turns from one field to another. What gives nothing away is about what
 * was asked; or, where nothing was, a fact.
 */
export function segmentsOf(sentence: string, expected: Field | null): Segment[] {
  const whole = fieldOf(sentence, expected);
  // A condition ("si piden más de 20 mil unidades…") is part of what it is the condition of.
  if (expected !== 'handoff' && whole === 'handoff' && speaksOfHandoff(fold(sentence))) {
    return [{ field: 'handoff', text: sentence }];
  }
  if (whole === 'greeting') return [{ field: 'greeting', text: sentence }];
  const pieces = piecesOf(sentence);
  const labels = pieces.map(({ start, end }) => fieldOf(sentence.slice(start, end), expected));
  const settled = inherit(sentence, pieces, labels, expected);
  return join(
    sentence,
    pieces,
    settled.map((field) => field ?? expected ?? 'facts'),
  );
}

/** Gives every piece a field: its own, or that of the neighbour it hangs on. */
function inherit(
  sentence: string,
  pieces: readonly Piece[],
  labels: readonly (Field | null)[],
  expected: Field | null,
): (Field | null)[] {
  const allowed = expected === null ? undefined : mayInterrupt[expected];
  const own = labels.map((label) =>
    label !== null && allowed !== undefined && label !== expected && !allowed.includes(label)
      ? null
      : label,
  );
  const hasHours = own.includes('opening_hours') || expected === 'opening_hours';
  const textOf = ({ start, end }: Piece) =>
    sentence.slice(start, end).replace(/^[,;\s]+(?:y\s+)?|^\s*y\s+/, '');
  const settled = own.map((label, index) => {
    const piece = pieces[index];
    if (label !== null || !piece || !hasHours) return label;
    return isHoursFragment(textOf(piece)) ? 'opening_hours' : null;
  });
  for (const [index, label] of settled.entries()) {
    // "domicilios en Bucaramanga y Girón a 8.000": what a delivery costs is part of the fact.
    const afterFact = index > 0 && settled[index - 1] === 'facts';
    if (label === 'services' && afterFact && expected !== 'services') settled[index] = 'facts';
    if (label !== null) continue;
    const next = settled[index + 1] ?? null;
    const binds = pieces[index + 1]?.tight === true;
    const before = index > 0 ? (settled[index - 1] ?? null) : null;
    // "el corte y la barba valen 35 mil": the first half waits for the second.
    if (binds && next === 'services' && before !== 'facts') settled[index] = 'services';
    else if (before !== null && !opensAnew(textOf(pieces[index] as Piece), before)) {
      settled[index] = before;
    } else if (next === 'services' && expected !== 'business_name') settled[index] = 'services';
  }
  return settled;
}

/** A name takes no more than itself: what follows it is something else. */
function opensAnew(text: string, before: Field): boolean {
  return before === 'business_name' && clearPricesIn(sourceOf(text)).length === 0;
}

function join(sentence: string, pieces: readonly Piece[], labels: readonly Field[]): Segment[] {
  const segments: { field: Field; start: number; end: number }[] = [];
  for (const [index, { start, end }] of pieces.entries()) {
    const field = labels[index] ?? 'facts';
    const last = segments.at(-1);
    if (last && last.field === field) last.end = end;
    else segments.push({ field, start, end });
  }
  return segments.map(({ field, start, end }) => ({
    field,
    text: sentence
      .slice(start, end)
      .replace(/^[,;\s]+/, '')
      .replace(/^(?:y|pero|además|también|and)\s+(?=\S)/i, '')
      .trim(),
  }));
}
