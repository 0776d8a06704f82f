import { z } from 'zod';
import type { PartialAgentConfig } from '@alo/core/agents';
import type { Currency } from '@alo/core/kernel';
import {
  extractionMessages,
  extractionSchema,
  type Extraction,
} from '../../../core/interviews/extraction.ts';
import { applyExtraction } from '../../../core/interviews/patch.ts';
import { questionAbout, type Topic } from '../../../core/interviews/topics.ts';
import type { ChatMessage } from '../types.ts';
import { interviewObject } from './index.ts';

const schema = z.toJSONSchema(extractionSchema) as Parameters<typeof interviewObject>[0];

export interface Told {
  readonly config?: PartialAgentConfig;
  readonly currency?: Currency;
}

/** What the mind makes of one answer, asked exactly as the interview asks a model. */
export function extract(topic: Topic, answer: string, told: Told = {}): Extraction {
  const messages = extractionMessages({
    language: 'es',
    topic,
    question: questionAbout(topic, 'es'),
    config: told.config ?? {},
    currency: told.currency ?? 'COP',
    answer,
  }) as ChatMessage[];
  return extractionSchema.parse(interviewObject(schema, messages));
}

/** The configuration after a whole interview. */
export function configure(
  answers: readonly (readonly [topic: Topic, answer: string])[],
  currency: Currency = 'COP',
): PartialAgentConfig {
  let config: PartialAgentConfig = {};
  for (const [topic, answer] of answers) {
    config = applyExtraction(config, extract(topic, answer, { config, currency }), currency).config;
  }
  return config;
}
