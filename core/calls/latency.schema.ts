import { z } from 'zod';
import { timeSchema } from '../kernel/index.ts';
import { turnCauseSchema } from './calls.schema.ts';

/** From the caller's last sound to the agent's first one; past this, people notice. */
export const targetLatencyMs = 800;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90m`, `24h`, `7d` → milliseconds, up to 90 days. */
const spanSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhd]$/)
  .transform((span) => Number(span.slice(0, -1)) * unitMs[span.slice(-1) as keyof typeof unitMs])
  .pipe(z.number().max(90 * unitMs.d));

export const latencyQuerySchema = z.object({
  since: spanSchema.prefault('7d').meta({ description: 'How far back: `90m`, `24h`, `7d`' }),
});

const waits = z.object({ p50: z.int(), p95: z.int(), p99: z.int() });
const share = z.number().min(0).max(1);

export const latencyReportSchema = z
  .object({
    since: timeSchema,
    until: timeSchema,
    calls: z.int().meta({ description: 'Calls with a turn that answers the caller' }),
    turns: z.int().meta({ description: 'Turns that answer the caller' }),
    target_ms: z.int(),
    voice_to_voice_ms: waits.nullable().meta({
      description: "From the caller's last sound to the agent's first; null if there are no turns",
    }),
    over_target: z.object({ turns: z.int(), share }),
    speculated: z.int().meta({ description: 'Answers begun before the turn was over' }),
    failed: z.int().meta({ description: 'Answers that a failing provider delayed' }),
    causes: z.array(
      z.object({
        cause: turnCauseSchema.nullable().meta({ description: 'Null: not known' }),
        turns: z.int().meta({ description: 'Turns whose longest part this was' }),
        p50: z.int(),
        p95: z.int(),
        over_target: z.int().meta({ description: 'How many of them were over the target' }),
        share: share.meta({ description: 'over_target, of all turns' }),
      }),
    ),
  })
  .meta({ id: 'CallLatency', description: 'How long callers waited, and for what' });
export type LatencyReportWire = z.infer<typeof latencyReportSchema>;
