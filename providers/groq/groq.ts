import Groq from 'groq-sdk';
import { limits, ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { LlmProvider, LlmRequest } from '@alo/core/ports';
import { toProviderError } from '../kit/chat-completions-errors.ts';
import { toWireMessages, toWireTools } from '../kit/chat-completions-wire.ts';
import { streamChat } from '../kit/chat-completions.ts';
import { readEvents } from '../kit/event-stream.ts';
import { createStreamFetch } from '../kit/stream-fetch.ts';

export const defaultGroqModel = 'openai/gpt-oss-120b';

/** What gpt-oss may think before it speaks; it counts against the same limit as the answer. */
const REASONING_TOKENS_MAX = 1024;

export interface GroqOptions {
  readonly apiKey: Secret;
  /** Without `/openai/v1`, which the SDK adds; one that has it is taken as well. */
  readonly baseUrl?: string | undefined;
  readonly model?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const isGptOss = (model: string) => model.startsWith('openai/gpt-oss');

function toBody(model: string, request: LlmRequest) {
  const reasoning = isGptOss(model);
  const { maxTokens, temperature, tools = [] } = request;
  return {
    model,
    messages: toWireMessages(request.messages),
    stream: true as const,
    // gpt-oss always reasons and refuses `none`; for a voice, as little as it can.
    ...(reasoning ? { reasoning_effort: 'low' as const } : {}),
    ...(tools.length === 0 ? {} : { tools: toWireTools(tools) }),
    ...(maxTokens === undefined
      ? {}
      : { max_completion_tokens: maxTokens + (reasoning ? REASONING_TOKENS_MAX : 0) }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}

/**
 * Groq's chat completions, streamed: the voice of a call. Retries nothing (a caller is waiting;
 * whoever called falls over to another provider).
 * Source: groq-sdk 1.6; console.groq.com/docs/{models,reasoning,tool-use,errors}.
 */
export function createGroqLlm(options: GroqOptions): LlmProvider {
  const { apiKey, clock, log, model = defaultGroqModel } = options;
  const { fetch, warm } = createStreamFetch();
  const client = new Groq({
    apiKey: apiKey.reveal(),
    fetch,
    ...(options.baseUrl === undefined
      ? {}
      : { baseURL: options.baseUrl.replace(/\/+$/, '').replace(/\/openai\/v1$/, '') }),
    maxRetries: 0,
    logLevel: 'off',
  });
  /** The SDK asks; its own reader of the answer takes more time a token than all the rest of us. */
  async function open(request: LlmRequest, signal: AbortSignal) {
    const answer = await client.chat.completions
      .create(toBody(model, request), { signal })
      .asResponse();
    const { body, headers } = answer;
    if (!body) throw new ProviderError('groq', 'protocol', 'the answer has no body');
    return readEvents(
      body,
      (failure) => new Groq.APIError(undefined, Object(failure), '', headers),
    );
  }

  return {
    name: 'groq',
    warm: () => void warm(client.baseURL),
    stream: (request, signal) =>
      streamChat({
        provider: 'groq',
        open: (signal) => open(request, signal),
        signal,
        clock,
        firstChunkTimeoutMs: limits.llm.voiceChunkTimeoutMs,
        nextChunkTimeoutMs: limits.llm.voiceChunkTimeoutMs,
        toError(error) {
          const known = toProviderError('groq', error, Groq, apiKey);
          log.warn(
            { kind: known.kind, status: known.status, vendor_request_id: known.requestId },
            'groq failed',
          );
          return known;
        },
      }),
  };
}
