import { z } from 'zod';
import type { LlmDelta, LlmMessage, LlmTool } from '@alo/core/ports';

/** A message as every server of chat completions takes it. */
export type WireMessage =
  | { role: 'system' | 'user'; content: string }
  | {
      role: 'assistant';
      content: string | null;
      tool_calls?: {
        id: string;
        type: 'function';
        function: { name: string; arguments: string };
      }[];
    }
  | { role: 'tool'; tool_call_id: string; content: string };

export function toWireMessages(messages: readonly LlmMessage[]): WireMessage[] {
  return messages.map((message): WireMessage => {
    if (message.role === 'tool') {
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    }
    if (message.role !== 'assistant') return { role: message.role, content: message.content };
    const calls = message.toolCalls ?? [];
    if (calls.length === 0) return { role: 'assistant', content: message.content };
    return {
      role: 'assistant',
      content: message.content === '' ? null : message.content,
      tool_calls: calls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments },
      })),
    };
  });
}

export function toWireTools(tools: readonly LlmTool[]) {
  return tools.map((tool) => ({
    type: 'function' as const,
    function: {
      name: tool.name,
      description: tool.description,
      parameters: { ...tool.parameters },
    },
  }));
}

const usageSchema = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() });

/** What we read of a chunk. Reasoning (`delta.reasoning`, `reasoning_content`) is not in it. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().int().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usageSchema.nullish(),
  x_groq: z.object({ usage: usageSchema.nullish() }).nullish(),
});
type Chunk = z.infer<typeof chunkSchema>;
type Choice = NonNullable<Chunk['choices']>[number];
type Fragment = NonNullable<NonNullable<Choice['delta']>['tool_calls']>[number];

type FinishReason = Extract<LlmDelta, { type: 'done' }>['finishReason'];

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  tool_calls: 'tool_calls',
  function_call: 'tool_calls',
  length: 'length',
};

interface OpenCall {
  readonly index: number;
  readonly id: string;
  name: string;
  arguments: string;
}

/** Turns one stream's chunks into deltas: text at once, tool calls when they are complete. */
export interface ChunkReader {
  /** Throws ZodError on a chunk that is none. */
  read(chunk: unknown): LlmDelta[];
  /** What is left once the stream is over; null if it broke off before the model finished. */
  end(): LlmDelta[] | null;
}

export function createChunkReader(): ChunkReader {
  const calls: OpenCall[] = [];
  let finish: string | null = null;
  let usage: z.infer<typeof usageSchema> | null = null;

  // OpenAI sends arguments in pieces, keyed by index; Groq whole. Some servers give every call the
  // index 0, or none, and only the id tells them apart.
  const take = (fragment: Fragment) => {
    const index = fragment.index ?? Math.max(0, calls.length - 1);
    const last = calls.findLast((call) => call.index === index);
    const opens = fragment.id != null && fragment.id !== '' && fragment.id !== last?.id;
    const name = fragment.function?.name ?? '';
    const piece = fragment.function?.arguments ?? '';
    if (last === undefined || opens) {
      calls.push({ index, id: fragment.id || `call_${calls.length}`, name, arguments: piece });
      return;
    }
    if (name !== '') last.name = name;
    last.arguments += piece;
  };

  return {
    read(raw) {
      const chunk = chunkSchema.parse(raw);
      usage = chunk.usage ?? chunk.x_groq?.usage ?? usage;
      const choice = chunk.choices?.[0];
      if (choice === undefined) return [];
      for (const fragment of choice.delta?.tool_calls ?? []) take(fragment);
      finish = choice.finish_reason ?? finish;
      const text = choice.delta?.content ?? '';
      return text === '' ? [] : [{ type: 'text', text }];
    },
    end() {
      if (finish === null) return null;
      // A call that was cut by the length limit has half its arguments: nobody may run it.
      const whole = finish === 'length' ? [] : calls;
      return [
        ...whole.map((call): LlmDelta => ({
          type: 'tool_call',
          call: { id: call.id, name: call.name, arguments: call.arguments || '{}' },
        })),
        {
          type: 'done',
          finishReason:
            whole.length > 0 && finish === 'stop'
              ? 'tool_calls'
              : (finishReasons[finish] ?? 'other'),
          ...(usage === null
            ? {}
            : {
                usage: {
                  inputTokens: usage.prompt_tokens,
                  outputTokens: usage.completion_tokens,
                },
              }),
        },
      ];
    },
  };
}
