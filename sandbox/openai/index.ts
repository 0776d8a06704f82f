import type { ChatDialect, WireError } from '../mind/http/dialect.ts';
import type { ChatBody } from '../mind/http/chat-body.ts';
import {
  startChatSandbox,
  type ChatSandbox,
  type ChatSandboxOptions,
} from '../mind/http/server.ts';
import { strictSchemaFault } from '../mind/json-schema.ts';
import { registerEmbeddings } from './embeddings.ts';

/** Served on 23 Nov 2026; `gpt-4-turbo`, `gpt-4.1-nano` and `o1` were switched off in October. */
const models = [
  'gpt-6-luna',
  'gpt-6-sol',
  'gpt-6-astra',
  'gpt-6.1-sol',
  'gpt-6.1-terra',
  'gpt-5.5',
  'gpt-5.4',
  'gpt-5.4-mini',
  'gpt-5.4-nano',
  'gpt-5',
  'gpt-5-mini',
  'gpt-5-nano',
  'gpt-4.1',
  'gpt-4.1-mini',
  'gpt-4o',
  'gpt-4o-mini',
  'text-embedding-3-small',
  'text-embedding-3-large',
];

const reasoningFamily = /^gpt-[5-9]/;

const refusal = (message: string, param: string, code: string | null = null): WireError => ({
  status: 400,
  message,
  type: 'invalid_request_error',
  code,
  param,
});

function refuse(body: ChatBody): WireError | null {
  if (body.model.startsWith('text-embedding')) {
    return { ...refusal('This is not a chat model.', 'model'), status: 404 };
  }
  if (reasoningFamily.test(body.model)) {
    if (body.max_tokens != null) {
      return refusal(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        'max_tokens',
        'unsupported_parameter',
      );
    }
    const withTools = (body.tools ?? []).length > 0;
    if (body.model.startsWith('gpt-6') && withTools && body.reasoning_effort !== 'none') {
      return refusal(
        `Function tools with reasoning_effort are not supported for ${body.model} in /v1/chat/completions. Please use /v1/responses instead.`,
        'reasoning_effort',
      );
    }
  } else if (body.reasoning_effort != null) {
    return refusal(
      'Unrecognized request argument supplied: reasoning_effort',
      'reasoning_effort',
      'unsupported_parameter',
    );
  }
  const format = body.response_format;
  if (format?.type !== 'json_schema' || format.json_schema.strict !== true) return null;
  const fault = strictSchemaFault(format.json_schema.schema);
  if (fault === null) return null;
  const name = format.json_schema.name;
  return refusal(`Invalid schema for response_format '${name}': ${fault}`, 'response_format');
}

const dialect: ChatDialect = {
  name: 'openai',
  prefix: '/v1',
  models,
  refuse,
  // OpenAI reasons out of sight in chat completions.
  reasons: () => false,
  errorsNameParam: true,
  fragmentsArguments: true,
  groqEnvelope: false,
  requestIdPrefix: 'req_',
  rateHeaders: {
    'openai-processing-ms': '12',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9999',
    'x-ratelimit-reset-requests': '6ms',
    'x-ratelimit-limit-tokens': '2000000',
    'x-ratelimit-remaining-tokens': '1999000',
    'x-ratelimit-reset-tokens': '30ms',
  },
};

/**
 * OpenAI on loopback: `POST /v1/chat/completions` (whole and streamed, structured outputs),
 * `POST /v1/embeddings`, `GET /v1/models`. The SDK's base URL is `${url}/v1`.
 */
export function startOpenAiSandbox(options: ChatSandboxOptions = {}): Promise<ChatSandbox> {
  return startChatSandbox(dialect, options, (app) => registerEmbeddings(app, dialect));
}
