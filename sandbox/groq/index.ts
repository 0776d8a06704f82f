import type { ChatBody } from '../mind/http/chat-body.ts';
import type { ChatDialect, WireError } from '../mind/http/dialect.ts';
import {
  startChatSandbox,
  type ChatSandbox,
  type ChatSandboxOptions,
} from '../mind/http/server.ts';

/** Served on 23 Nov 2026; the Llama models and `qwen/qwen3-32b` were switched off that summer. */
const models = [
  'openai/gpt-oss-120b',
  'openai/gpt-oss-20b',
  'qwen/qwen3.6-27b',
  'qwen/qwen3.8-27b',
  'whisper-large-v3',
  'whisper-large-v3-turbo',
];

const isGptOss = (model: string) => model.startsWith('openai/gpt-oss');

const refusal = (message: string, code: string | null = null): WireError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  code,
});

/** Source: console.groq.com/docs/{reasoning,structured-outputs}; langchain-ai/langchain#34155. */
function refuse(body: ChatBody): WireError | null {
  if (body.model.startsWith('whisper')) {
    return refusal(`The model \`${body.model}\` does not support chat completions.`);
  }
  const effort = body.reasoning_effort;
  if (effort != null && isGptOss(body.model) && !['low', 'medium', 'high'].includes(effort)) {
    return refusal('`reasoning_effort` must be one of `low`, `medium`, or `high`');
  }
  if ((body.n ?? 1) > 1) return refusal("'n' : number must be at most 1");
  if (body.frequency_penalty != null || body.presence_penalty != null) {
    return refusal('penalties are not supported with this model');
  }
  const format = body.response_format?.type ?? 'text';
  if (format !== 'text' && (body.tools ?? []).length > 0) {
    return refusal('json mode cannot be combined with tool/function calling');
  }
  return null;
}

const dialect: ChatDialect = {
  name: 'groq',
  prefix: '/openai/v1',
  models,
  refuse,
  reasons: (body) => isGptOss(body.model),
  errorsNameParam: false,
  fragmentsArguments: false,
  groqEnvelope: true,
  requestIdPrefix: 'req_01sandbox',
  rateHeaders: {
    'x-ratelimit-limit-requests': '500000',
    'x-ratelimit-remaining-requests': '499999',
    'x-ratelimit-reset-requests': '172.8ms',
    'x-ratelimit-limit-tokens': '250000',
    'x-ratelimit-remaining-tokens': '249000',
    'x-ratelimit-reset-tokens': '240ms',
  },
};

/**
 * Groq on loopback: `POST /openai/v1/chat/completions` (whole and streamed) and
 * `GET /openai/v1/models`. The SDK's base URL is `url` itself: it adds the path.
 */
export function startGroqSandbox(options: ChatSandboxOptions = {}): Promise<ChatSandbox> {
  return startChatSandbox(dialect, options);
}
