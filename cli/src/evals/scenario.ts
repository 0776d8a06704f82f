import { z } from 'zod';
import type { Language } from '../lib/language.ts';
import { callerSchema, readYaml } from '../tour/files.ts';

// Everything in a file is read as text: numbers are made of it here.
const text = z.string().trim().min(1);
const millis = z.coerce.number().int().positive();
/** Said so, or in one of several ways. */
const fact = text.transform((said) => [said]).or(z.array(text).min(1));

// A misspelt expectation must not pass for one that holds: unknown keys are refused.
const scenarioSchema = z.strictObject({
  name: text,
  ...callerSchema.shape,
  expect: z
    .strictObject({
      /** What the agent must have said, by the end of the call. */
      facts: z.array(fact).default([]),
      never: z.array(text).default([]),
      /** Tools that must have been called. */
      tools: z.array(text).default([]),
    })
    .default({ facts: [], never: [], tools: [] }),
  /** From the caller's last sound to the agent's first. */
  latency: z.strictObject({ p50_ms: millis.optional(), p95_ms: millis.optional() }).default({}),
});

/** One call, and what must come of it. */
export type Scenario = z.output<typeof scenarioSchema>;

export function readScenario(path: string, lang: Language): Promise<Scenario> {
  return readYaml(path, scenarioSchema, lang);
}
