import { createHash } from 'node:crypto';
import type { Language } from '@alo/core/kernel';
import { z } from 'zod';
import { turnPacks } from './turn-pack.ts';

const overlaps = ['backchannel', 'interruption', 'unclear'] as const;
const pauses = ['dictation', 'hesitation', 'incomplete', 'complete'] as const;
const texts = z.array(z.string());

/** How cases are written: by what is right, and by what the agent had asked. */
const caseFileSchema = z.strictObject({
  overlap: z.partialRecord(z.enum(overlaps), texts).optional(),
  patience: z
    .array(
      z.strictObject({
        kind: z.string(),
        asked: z.string().optional(),
        dictation: texts.optional(),
        hesitation: texts.optional(),
        incomplete: texts.optional(),
        complete: texts.optional(),
      }),
    )
    .optional(),
});

/** Words a caller says, and what they mean. */
export interface TurnCase {
  readonly language: Language;
  readonly kind: string;
  readonly text: string;
  readonly asked?: string;
  readonly right: string;
  /** The rules were not written against it. */
  readonly heldOut: boolean;
}

export interface Miss extends TurnCase {
  readonly got: string;
}

export interface KindScore {
  readonly kind: string;
  readonly tuned: Tally;
  readonly heldOut: Tally;
}

export interface Tally {
  readonly right: number;
  readonly of: number;
}

/** The cases of one file, parsed from YAML. Throws ZodError on another shape. */
export function readCases(language: Language, file: unknown): TurnCase[] {
  const { overlap = {}, patience = [] } = caseFileSchema.parse(file);
  const cases: TurnCase[] = [];
  for (const right of overlaps) {
    for (const text of overlap[right] ?? []) cases.push(caseOf(language, right, text, right));
  }
  for (const group of patience) {
    for (const right of pauses) {
      for (const text of group[right] ?? []) {
        cases.push(caseOf(language, group.kind, text, right, group.asked));
      }
    }
  }
  return cases;
}

function caseOf(
  language: Language,
  kind: string,
  text: string,
  right: string,
  asked?: string,
): TurnCase {
  const hash = createHash('sha256')
    .update(JSON.stringify([language, text, asked ?? null]))
    .digest();
  const heldOut = hash.readUInt16BE(0) % 3 === 0;
  return { language, kind, text, right, heldOut, ...(asked === undefined ? {} : { asked }) };
}

/** Asks the turn packs about each case. */
export function score(cases: readonly TurnCase[]): {
  readonly kinds: readonly KindScore[];
  readonly misses: readonly Miss[];
} {
  const judged = cases.map((item) => ({ ...item, got: ask(item) }));
  const kinds = [...new Set(cases.map((item) => item.kind))].map((kind): KindScore => {
    const tally = (heldOut: boolean): Tally => {
      const of = judged.filter((item) => item.kind === kind && item.heldOut === heldOut);
      return { right: of.filter((item) => item.got === item.right).length, of: of.length };
    };
    return { kind, tuned: tally(false), heldOut: tally(true) };
  });
  return { kinds, misses: judged.filter((item) => item.got !== item.right) };
}

/** Adds up. */
export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, tally) => ({ right: sum.right + tally.right, of: sum.of + tally.of }),
    { right: 0, of: 0 },
  );
}

function ask(item: TurnCase): string {
  const pack = turnPacks[item.language];
  if ((overlaps as readonly string[]).includes(item.kind)) return pack.overlap(item.text);
  return pack.patience({
    text: item.text,
    ...(item.asked === undefined ? {} : { asked: pack.asked(item.asked) }),
  }).reason;
}
