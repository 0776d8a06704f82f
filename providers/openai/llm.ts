import { z } from 'zod';
import type OpenAI from 'openai';
import { limits, ProviderError } from '@alo/core/kernel';
import type { LlmMessage, LlmRequest, ObjectLlmProvider, ObjectRequest } from '@alo/core/ports';
import { toWireMessages, toWireTools } from '../kit/chat-completions-wire.ts';
import { streamChat } from '../kit/chat-completions.ts';
import { createClient, failure, withDeadline, type OpenAiOptions } from './client.ts';
import { strictJsonSchema } from './strict-schema.ts';

export const defaultOpenAiModel = 'gpt-6-luna';

export interface OpenAiLlmOptions extends OpenAiOptions {
  readonly model?: string | undefined;
}

// The families that reason take `reasoning_effort` and `max_completion_tokens` and no temperature.
// Other servers' models get only what every server knows.
const reasons = /^(?:gpt-[5-9]|o\d)/;
const canSkipReasoning = /^gpt-(?:5\.[1-9]|[6-9])/;

function modelParameters(model: string, { maxTokens, temperature }: Partial<LlmRequest>) {
  return {
    model,
    ...(canSkipReasoning.test(model) ? { reasoning_effort: 'none' as const } : {}),
    ...(maxTokens === undefined
      ? {}
      : reasons.test(model)
        ? { max_completion_tokens: maxTokens }
        : { max_tokens: maxTokens }),
    ...(temperature === undefined || reasons.test(model) ? {} : { temperature }),
  };
}

function streamBody(model: string, request: LlmRequest) {
  const tools = request.tools ?? [];
  return {
    ...modelParameters(model, request),
    messages: toWireMessages(request.messages),
    stream: true as const,
    stream_options: { include_usage: true },
    ...(tools.length === 0 ? {} : { tools: toWireTools(tools) }),
  };
}

/** The text of a whole answer; a refusal or an answer cut short is a broken protocol. */
function contentOf(completion: OpenAI.Chat.ChatCompletion): string {
  const choice = completion.choices[0];
  const fail = (why: string) => new ProviderError('openai', 'protocol', why);
  if (choice === undefined) throw fail('the answer has no choice');
  if (choice.message.refusal) throw fail('the model refused to answer');
  if (choice.finish_reason === 'length') throw fail('the answer was cut short');
  if (choice.finish_reason === 'content_filter') throw fail('the answer was filtered');
  return choice.message.content ?? '';
}

type Parsed<T> = { readonly value: T } | { readonly fault: string };

/** Servers without constrained decoding wrap JSON in a fence, or break the schema. */
function parseObject<S extends z.ZodType>(schema: S, text: string): Parsed<z.infer<S>> {
  const bare = /^\s*```(?:json)?\s*([\s\S]*?)\s*```\s*$/.exec(text)?.[1] ?? text;
  let json: unknown;
  try {
    json = JSON.parse(bare);
  } catch {
    return { fault: 'It is not JSON.' };
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? { value: parsed.data } : { fault: z.prettifyError(parsed.error) };
}

/**
 * An OpenAI-compatible model: streams text and tool calls, and answers with objects. It speaks
 * chat completions, which every compatible server has.
 * Source: openai 7.57; developers.openai.com/api/docs/guides/structured-outputs.
 */
export function createOpenAiLlm(options: OpenAiLlmOptions): ObjectLlmProvider {
  const { clock, model = defaultOpenAiModel } = options;
  const client = createClient(options);

  const ask = (
    request: ObjectRequest<z.ZodType>,
    schema: Record<string, unknown>,
    messages: readonly LlmMessage[],
    signal: AbortSignal,
  ) =>
    withDeadline(options, limits.llm.objectTimeoutMs, signal, (signal) =>
      client.chat.completions.create(
        {
          ...modelParameters(model, {}),
          messages: toWireMessages(messages),
          response_format: {
            type: 'json_schema',
            json_schema: { name: request.name, strict: true, schema },
          },
        },
        { signal },
      ),
    );

  return {
    name: 'openai',
    async *stream(request, signal) {
      yield* streamChat({
        provider: 'openai',
        open: (signal) => client.chat.completions.create(streamBody(model, request), { signal }),
        signal,
        clock,
        firstChunkTimeoutMs: limits.llm.chunkTimeoutMs,
        nextChunkTimeoutMs: limits.llm.chunkTimeoutMs,
        toError: (error) => failure(error, options),
      });
    },
    async object(request, signal) {
      const schema = strictJsonSchema(request.schema);
      const text = contentOf(await ask(request, schema, request.messages, signal));
      const first = parseObject(request.schema, text);
      if ('value' in first) return first.value;
      const repair: LlmMessage[] = [
        ...request.messages,
        { role: 'assistant', content: text },
        {
          role: 'user',
          content: `That answer breaks the schema:\n${first.fault}\nAnswer again with the corrected JSON object only.`,
        },
      ];
      const second = parseObject(
        request.schema,
        contentOf(await ask(request, schema, repair, signal)),
      );
      if ('value' in second) return second.value;
      throw new ProviderError(
        'openai',
        'protocol',
        `the answer breaks the schema: ${second.fault}`,
      );
    },
  };
}
