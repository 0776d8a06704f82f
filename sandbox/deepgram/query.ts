/** The query parameters of each endpoint: what the vendor takes, checked as the vendor checks it. */

import { z } from 'zod';
import { speechRatesHz } from '../speech/index.ts';
import { invalidQuery } from './refusal.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const repeated = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/u)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,3}(?:\.\d{1,6})?$/u)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const sampleRate = integer(8_000, 48_000).refine(
  (rate) => speechRatesHz.some((known) => known === rate),
  { error: `the sandbox hears and speaks at ${speechRatesHz.join(', ')} Hz` },
);
const encoding = z.enum(['linear16', 'mulaw', 'alaw']);

const languages = [
  'multi', 'es', 'es-419', 'en', 'en-US', 'en-GB', 'pt', 'pt-BR', 'fr', 'de', 'it', 'nl', 'hi', 'ru', 'ja',
]; // prettier-ignore

/** What streaming and prerecorded transcription share. */
const transcription = z.object({
  model: z
    .string()
    .regex(/^nova-[23](?:-[a-z]+)*$/u, 'No such model/language/tier combination found.'),
  language: z
    .string()
    .refine((value) => languages.includes(value), {
      error: 'No such model/language/tier combination found.',
    })
    .default('en'),
  smart_format: flag.default(false),
  punctuate: flag.default(false),
  numerals: flag.default(false),
  profanity_filter: flag.default(false),
  diarize: flag.default(false),
  multichannel: flag.default(false),
  keyterm: repeated.default([]),
  keywords: repeated.default([]),
});

const noKeywords = {
  check: (query: { model: string; keywords: string[] }) =>
    query.keywords.length === 0 || !query.model.startsWith('nova-3'),
  error: 'Keywords are not supported for Nova-3. Please use `keyterm` instead.',
};

const listenQuery = transcription
  .extend({
    encoding,
    sample_rate: sampleRate,
    channels: integer(1, 1).default(1),
    interim_results: flag.default(false),
    endpointing: z
      .union([flag.transform((on) => (on ? 10 : null)), integer(0, 60_000)])
      .default(10),
    utterance_end_ms: integer(1_000, 60_000).optional(),
    vad_events: flag.default(false),
    no_delay: flag.default(false),
  })
  .refine((query) => query.utterance_end_ms === undefined || query.interim_results, {
    error: 'utterance_end_ms requires interim_results=true',
  })
  .refine(noKeywords.check, { error: noKeywords.error });
export type ListenQuery = z.infer<typeof listenQuery>;

const prerecordedQuery = transcription
  .extend({
    encoding: encoding.optional(),
    sample_rate: sampleRate.optional(),
    channels: integer(1, 16).default(1),
    utterances: flag.default(false),
    paragraphs: flag.default(false),
    utt_split: decimal(0.1, 10).default(0.8),
  })
  .refine(noKeywords.check, { error: noKeywords.error });
export type PrerecordedQuery = z.infer<typeof prerecordedQuery>;

/** Flux: thresholds also arrive as numbers, in a Configure message. */
export const thresholdRanges = {
  eot_threshold: z.number().min(0.5).max(1),
  eager_eot_threshold: z.number().min(0.3).max(0.9),
  eot_timeout_ms: z.number().int().min(500).max(60_000),
};

const fluxQuery = z
  .object({
    model: z.enum(['flux-general-en', 'flux-general-multi']),
    encoding,
    sample_rate: sampleRate,
    eot_threshold: decimal(0.5, 1).default(0.7),
    eager_eot_threshold: decimal(0.3, 0.9).optional(),
    eot_timeout_ms: integer(500, 60_000).default(5_000),
    keyterm: repeated.default([]),
    language_hint: repeated.default([]),
  })
  .refine((query) => (query.eager_eot_threshold ?? 0) <= query.eot_threshold, {
    error: 'eager_eot_threshold must not exceed eot_threshold',
  })
  .refine((query) => query.language_hint.length === 0 || query.model === 'flux-general-multi', {
    error: 'language_hint is only supported by flux-general-multi',
  });
export type FluxQuery = z.infer<typeof fluxQuery>;

const speech = z.object({
  model: z.string().regex(/^aura-2-[a-z]+-(?:es|en)$/u, 'No such model found.'),
  encoding: encoding.default('linear16'),
  sample_rate: sampleRate.optional(),
  speed: decimal(0.7, 1.5).default(1),
});

const narrowG711 = {
  check: (query: { encoding: string; sample_rate?: number | undefined }) =>
    query.encoding === 'linear16' || [undefined, 8_000, 16_000].includes(query.sample_rate),
  error: 'mulaw and alaw are available at 8000 and 16000 Hz',
};

const withRate = <T extends z.infer<typeof speech>>(query: T) => ({
  ...query,
  sample_rate: query.sample_rate ?? (query.encoding === 'linear16' ? 24_000 : 8_000),
});

const speakQuery = speech
  .extend({ container: z.literal('none').optional() })
  .refine(narrowG711.check, { error: narrowG711.error })
  .transform(withRate);
export type SpeakQuery = z.infer<typeof speakQuery>;

const speakRestQuery = speech
  .extend({
    // The vendor's default is MP3, which the stand-in cannot make: say what you want.
    encoding,
    container: z.enum(['none', 'wav']).default('wav'),
  })
  .refine(narrowG711.check, { error: narrowG711.error })
  .transform(withRate);

/** Repeated keys become arrays, as in the vendor's `keyterm=a&keyterm=b`. */
function collect(parameters: URLSearchParams): Record<string, string | string[]> {
  const collected: Record<string, string | string[]> = {};
  for (const key of new Set(parameters.keys())) {
    const values = parameters.getAll(key);
    collected[key] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return collected;
}

function parserOf<T extends z.ZodType>(schema: T): (url: URL) => z.infer<T> {
  return (url) => {
    const parsed = schema.safeParse(collect(url.searchParams));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
    throw invalidQuery(`Invalid query parameter. ${where}${issue?.message ?? ''}`);
  };
}

/** Each parses a request's address or throws a 400 `Refusal` that names the parameter. */
export const parseListen = parserOf(listenQuery);
export const parsePrerecorded = parserOf(prerecordedQuery);
export const parseFlux = parserOf(fluxQuery);
export const parseSpeak = parserOf(speakQuery);
export const parseSpeakRest = parserOf(speakRestQuery);
