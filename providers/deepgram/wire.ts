/** The vendor's messages, parsed into what we use of them. Pure; fixtures in the test beside. */

import { z } from 'zod';
import { jsonOf } from '@alo/core/kernel';
import { protocolError } from './errors.ts';

const novaSchemas = {
  Results: z.object({
    type: z.literal('Results'),
    is_final: z.boolean().default(false),
    speech_final: z.boolean().default(false),
    start: z.number().optional(),
    channel: z.object({ alternatives: z.array(z.object({ transcript: z.string() })) }),
    metadata: z.object({ request_id: z.string() }).partial().default({}),
  }),
  SpeechStarted: z.object({ type: z.literal('SpeechStarted') }),
  UtteranceEnd: z.object({ type: z.literal('UtteranceEnd') }),
};

export type NovaMessage =
  | {
      readonly type: 'results';
      readonly text: string;
      readonly isFinal: boolean;
      readonly speechFinal: boolean;
      /** Where the stretch begins, in seconds of audio: its interim and final results share it. */
      readonly startS?: number | undefined;
      readonly requestId: string | undefined;
    }
  | { readonly type: 'speech_started' }
  | { readonly type: 'utterance_end' }
  /** Not the vendor's: what an `UtteranceEnd` was still waiting for has not come. */
  | { readonly type: 'overdue' };

const fluxSchemas = {
  Connected: z.object({ type: z.literal('Connected'), request_id: z.string() }),
  TurnInfo: z.object({
    type: z.literal('TurnInfo'),
    event: z.string(),
    turn_index: z.number().int(),
    transcript: z.string(),
  }),
  ConfigureFailure: z.object({ type: z.literal('ConfigureFailure') }),
  Error: z.object({ type: z.literal('Error'), code: z.string(), description: z.string() }),
};

export type FluxMessage =
  | { readonly type: 'connected'; readonly requestId: string }
  | {
      readonly type: 'turn';
      readonly event: string;
      readonly turnIndex: number;
      readonly text: string;
    }
  | { readonly type: 'configure_failure' }
  | { readonly type: 'error'; readonly code: string; readonly description: string };

const speakSchemas = {
  Metadata: z.object({ type: z.literal('Metadata'), request_id: z.string() }),
  Flushed: z.object({ type: z.literal('Flushed') }),
  Cleared: z.object({ type: z.literal('Cleared') }),
  Warning: z.object({
    type: z.literal('Warning'),
    description: z.string().default(''),
    code: z.string().default(''),
  }),
};

export type SpeakMessage =
  | { readonly type: 'metadata'; readonly requestId: string }
  | { readonly type: 'flushed' }
  | { readonly type: 'cleared' }
  | { readonly type: 'warning'; readonly code: string; readonly description: string };

const isTyped = (message: unknown): message is { readonly type: string } =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  typeof message.type === 'string';

/**
 * Finds the schema of a message's type. A type we have no use for gives null, so that the vendor may add some; what is
 * no message at all, or lacks what its type promises, is a `protocol` error.
 */
function parse<T extends Record<string, z.ZodType>>(
  schemas: T,
  text: unknown,
): z.infer<T[keyof T]> | null {
  const message = typeof text === 'string' ? jsonOf(text) : undefined;
  if (!isTyped(message)) throw protocolError('a message is not JSON with a type');
  const name = message.type;
  const schema = Object.hasOwn(schemas, name) ? schemas[name as keyof T] : undefined;
  if (!schema) return null;
  const parsed = schema.safeParse(message);
  if (!parsed.success) throw protocolError(`a ${name} message is malformed`, parsed.error);
  return parsed.data as z.infer<T[keyof T]>;
}

/** A message of `/v1/listen`, or null for one we have no use for. */
export function parseNova(text: unknown): NovaMessage | null {
  const parsed = parse(novaSchemas, text);
  switch (parsed?.type) {
    case undefined:
      return null;
    case 'SpeechStarted':
      return { type: 'speech_started' };
    case 'UtteranceEnd':
      return { type: 'utterance_end' };
    case 'Results':
      return {
        type: 'results',
        text: parsed.channel.alternatives[0]?.transcript.trim() ?? '',
        isFinal: parsed.is_final,
        speechFinal: parsed.speech_final,
        startS: parsed.start,
        requestId: parsed.metadata.request_id,
      };
  }
}

/** A message of `/v2/listen`, or null for one we have no use for. */
export function parseFlux(text: unknown): FluxMessage | null {
  const parsed = parse(fluxSchemas, text);
  switch (parsed?.type) {
    case undefined:
      return null;
    case 'Connected':
      return { type: 'connected', requestId: parsed.request_id };
    case 'TurnInfo':
      return {
        type: 'turn',
        event: parsed.event,
        turnIndex: parsed.turn_index,
        text: parsed.transcript.trim(),
      };
    case 'ConfigureFailure':
      return { type: 'configure_failure' };
    case 'Error':
      return { type: 'error', code: parsed.code, description: parsed.description };
  }
}

/** A JSON message of `/v1/speak`, or null for one we have no use for. */
export function parseSpeak(text: unknown): SpeakMessage | null {
  const parsed = parse(speakSchemas, text);
  switch (parsed?.type) {
    case undefined:
      return null;
    case 'Metadata':
      return { type: 'metadata', requestId: parsed.request_id };
    case 'Flushed':
      return { type: 'flushed' };
    case 'Cleared':
      return { type: 'cleared' };
    case 'Warning':
      return { type: 'warning', code: parsed.code, description: parsed.description };
  }
}
