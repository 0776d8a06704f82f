import type { IncomingMessage } from 'node:http';
import Groq from 'groq-sdk';
import { jsonOf, limits, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { LlmProvider, LlmRequest } from '@alo/core/ports';
import { toProviderError } from '../kit/chat-completions-errors.ts';
import { toWireMessages, toWireTools } from '../kit/chat-completions-wire.ts';
import { streamChat } from '../kit/chat-completions.ts';
import { readEvents } from '../kit/event-stream.ts';
import { createStreamPost, type StreamPost } from '../kit/stream-post.ts';

export const defaultGroqModel = 'openai/gpt-oss-120b';

/** What gpt-oss may think before it speaks; it counts against the same limit as the answer. */
const REASONING_TOKENS_MAX = 1024;
/** Of an answer that tells what went wrong. */
const REFUSAL_BYTES_MAX = 65_536;

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
  const client = new Groq({
    apiKey: apiKey.reveal(),
    ...(options.baseUrl === undefined
      ? {}
      : { baseURL: options.baseUrl.replace(/\/+$/, '').replace(/\/openai\/v1$/, '') }),
    maxRetries: 0,
    logLevel: 'off',
  });
  // The SDK says once what a request looks like: to have it make each, and read the answer, takes longer
  // than all the rest of a turn.
  let post: Promise<StreamPost> | undefined;
  const connection = () => (post ??= connectionOf(client));

  async function open(request: LlmRequest, signal: AbortSignal) {
    const body = JSON.stringify(toBody(model, request));
    const answer = await (await connection()).post(body, signal);
    if (answer.statusCode !== 200) throw await refusalOf(answer);
    return readEvents(answer, (said) => apiError(undefined, said, answer));
  }

  return {
    name: 'groq',
    warm: () => void connection().then((made) => made.warm()),
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

async function connectionOf(client: Groq): Promise<StreamPost> {
  const { req, url } = await client.buildRequest({
    method: 'post',
    path: '/openai/v1/chat/completions',
    body: {},
    stream: true,
  });
  return createStreamPost(url, Object.fromEntries(req.headers));
}

/** What an answer that is none says, as the SDK would throw it. */
async function refusalOf(answer: IncomingMessage): Promise<Error> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > REFUSAL_BYTES_MAX) break;
  }
  // Something before the vendor may have answered, with a page of its own: the SDK's error tells of it as text.
  const text = Buffer.concat(parts).toString();
  return apiError(answer.statusCode, jsonOf(text), answer, text);
}

function apiError(
  status: number | undefined,
  said: unknown,
  { headersDistinct }: IncomingMessage,
  text = '',
): Error {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return new Groq.APIError(status, Object(said), text, headers);
}
