import { z } from 'zod';
import type { CallerLine } from './caller.ts';

/** Who picks up when a number is dialled, and what they say. */
export interface CallerScript {
  readonly lines: readonly CallerLine[];
  readonly behaviour: 'answer' | 'busy' | 'no_answer' | 'reject' | 'not_found';
  readonly pitchHz: number;
  /** The codec of the leg; Colombian routes can be A-law. */
  readonly codec: 'PCMU' | 'PCMA';
  /** How long it rings; undefined: as the stand-in is set. */
  readonly ringMs: number | undefined;
}

const lineText = z.string().trim().min(1).max(500);

const lineSchema = z.union([
  lineText.transform((say): CallerLine => ({ say })),
  z
    .strictObject({
      say: lineText,
      interrupt_after_ms: z.number().int().min(0).max(60_000).optional(),
    })
    .transform(({ say, interrupt_after_ms: interruptAfterMs }): CallerLine => ({
      say,
      ...(interruptAfterMs === undefined ? {} : { interruptAfterMs }),
    })),
]);

/** `PUT /__sandbox/callers/:number`. */
export const callerScriptSchema = z
  .strictObject({
    lines: z.array(lineSchema).max(100).default([]),
    behaviour: z.enum(['answer', 'busy', 'no_answer', 'reject', 'not_found']).default('answer'),
    pitch_hz: z.number().min(60).max(400).optional(),
    codec: z.enum(['PCMU', 'PCMA']).optional(),
    ring_ms: z.number().int().min(0).max(120_000).optional(),
  })
  .transform((body) => ({
    lines: body.lines,
    behaviour: body.behaviour,
    pitchHz: body.pitch_hz ?? 185,
    codec: body.codec,
    ringMs: body.ring_ms,
  }));

/** `*` is everybody who has no script of their own. */
export const callerNumberSchema = z.union([z.literal('*'), z.string().regex(/^\+[1-9]\d{6,14}$/)]);

const politeStranger: CallerLine[] = [
  { say: 'Hola, buenas. ¿A qué hora abren?' },
  { say: '¿Y qué precio tiene?' },
  { say: 'Listo, muchas gracias. Hasta luego.' },
];

export interface CallerBook {
  set(number: string, script: z.infer<typeof callerScriptSchema>): void;
  find(number: string): CallerScript;
}

export function createCallerBook(codec: 'PCMU' | 'PCMA'): CallerBook {
  const scripts = new Map<string, z.infer<typeof callerScriptSchema>>();
  const stranger = callerScriptSchema.parse({ lines: politeStranger });
  return {
    set: (number, script) => void scripts.set(number, script),
    find(number) {
      const script = scripts.get(number) ?? scripts.get('*') ?? stranger;
      return { ...script, codec: script.codec ?? codec };
    },
  };
}
