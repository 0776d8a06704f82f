import type { MindReply } from '../types.ts';
import type { ChatBody } from './chat-body.ts';
import type { ChatDialect } from './dialect.ts';
import { countTokens, tokenize } from './tokens.ts';

/** What the mind said, plus what a model does besides answering. */
export interface ChatReply extends MindReply {
  /** Thoughts; the vendor sends them beside the text. */
  readonly reasoning?: string;
  /** The model declines: OpenAI's `refusal`. */
  readonly refusal?: string;
}

export interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** One finished completion, before it is written whole or as a stream. */
export interface Completion {
  readonly id: string;
  readonly requestId: string;
  readonly created: number;
  readonly model: string;
  /** The text in tokens. */
  readonly tokens: readonly string[];
  readonly reasoning: string | undefined;
  readonly refusal: string | null;
  readonly toolCalls: readonly WireToolCall[];
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: {
    readonly prompt_tokens: number;
    readonly completion_tokens: number;
    readonly total_tokens: number;
  };
}

export interface CompletionIds {
  readonly id: string;
  readonly requestId: string;
  readonly createdAt: Date;
  newCallId(): string;
}

function usageOf(body: ChatBody, tokens: readonly string[], reply: ChatReply) {
  const calls = (reply.toolCalls ?? []).map((call) => call.name + call.arguments).join('');
  const prompt = countTokens(JSON.stringify(body.messages) + JSON.stringify(body.tools ?? []));
  const completion = tokens.length + countTokens(calls) + countTokens(reply.reasoning ?? '');
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

export function complete(body: ChatBody, reply: ChatReply, ids: CompletionIds): Completion {
  const text = reply.object === undefined ? (reply.text ?? '') : JSON.stringify(reply.object);
  const all = reply.refusal === undefined ? tokenize(text) : [];
  const room = body.max_completion_tokens ?? body.max_tokens ?? Infinity;
  const left = Math.max(0, room - countTokens(reply.reasoning ?? ''));
  const tokens = all.slice(0, left);
  const cut = tokens.length < all.length;
  const toolCalls = cut ? [] : (reply.toolCalls ?? []);
  return {
    id: ids.id,
    requestId: ids.requestId,
    created: Math.floor(ids.createdAt.getTime() / 1000),
    model: body.model,
    tokens,
    reasoning: reply.reasoning,
    refusal: reply.refusal ?? null,
    toolCalls: toolCalls.map((call) => ({
      id: ids.newCallId(),
      type: 'function',
      function: { name: call.name, arguments: call.arguments },
    })),
    finishReason: cut ? 'length' : toolCalls.length > 0 ? 'tool_calls' : 'stop',
    usage: usageOf(body, tokens, reply),
  };
}

const groqUsage = (usage: Completion['usage']) => ({
  queue_time: 0.001,
  prompt_time: 0.001,
  completion_time: 0.01,
  total_time: 0.011,
  ...usage,
});

/** The body of an answer that is not streamed. */
export function wholeAnswer(done: Completion, dialect: ChatDialect): Record<string, unknown> {
  return {
    id: done.id,
    object: 'chat.completion',
    created: done.created,
    model: done.model,
    system_fingerprint: 'fp_sandbox',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: done.tokens.length === 0 ? null : done.tokens.join(''),
          ...(dialect.groqEnvelope ? {} : { refusal: done.refusal }),
          ...(done.reasoning === undefined ? {} : { reasoning: done.reasoning }),
          ...(done.toolCalls.length === 0 ? {} : { tool_calls: done.toolCalls }),
        },
        logprobs: null,
        finish_reason: done.finishReason,
      },
    ],
    usage: dialect.groqEnvelope ? groqUsage(done.usage) : done.usage,
    ...(dialect.groqEnvelope ? { x_groq: { id: done.requestId } } : {}),
  };
}

type Delta = Record<string, unknown>;

function toolCallDeltas(done: Completion, dialect: ChatDialect): Delta[] {
  return done.toolCalls.flatMap((call, index): Delta[] => {
    if (!dialect.fragmentsArguments) return [{ tool_calls: [{ index, ...call }] }];
    const head = { ...call, function: { name: call.function.name, arguments: '' } };
    return [
      { tool_calls: [{ index, ...head }] },
      ...tokenize(call.function.arguments).map((piece) => ({
        tool_calls: [{ index, function: { arguments: piece } }],
      })),
    ];
  });
}

/** One event of a stream; `paced` events wait a token's time before they leave. */
export interface StreamItem {
  readonly data: Record<string, unknown>;
  readonly paced: boolean;
}

/** The chunks of a streamed answer, in order, without the closing `[DONE]`. */
export function streamItems(
  done: Completion,
  dialect: ChatDialect,
  includeUsage: boolean,
): StreamItem[] {
  const envelope = (choices: unknown[], more: Record<string, unknown> = {}) => ({
    id: done.id,
    object: 'chat.completion.chunk',
    created: done.created,
    model: done.model,
    system_fingerprint: 'fp_sandbox',
    choices,
    ...more,
  });
  const chunk = (delta: Delta, more?: Record<string, unknown>, finish: string | null = null) =>
    envelope([{ index: 0, delta, logprobs: null, finish_reason: finish }], more);
  const groqId = dialect.groqEnvelope ? { x_groq: { id: done.requestId } } : {};
  const groqEnd = dialect.groqEnvelope
    ? { x_groq: { id: done.requestId, usage: groqUsage(done.usage) } }
    : {};
  const deltas: Delta[] = [
    ...(done.reasoning === undefined ? [] : [{ reasoning: done.reasoning, channel: 'analysis' }]),
    ...(done.refusal === null ? [] : [{ refusal: done.refusal }]),
    ...done.tokens.map((content) => ({ content })),
    ...toolCallDeltas(done, dialect),
  ];
  return [
    { data: chunk({ role: 'assistant', content: '' }, groqId), paced: false },
    ...deltas.map((delta) => ({ data: chunk(delta), paced: true })),
    { data: chunk({}, groqEnd, done.finishReason), paced: false },
    ...(includeUsage ? [{ data: envelope([], { usage: done.usage }), paced: false }] : []),
  ];
}
