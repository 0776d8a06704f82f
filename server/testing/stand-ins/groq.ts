import { piecesOf, sendEvents, type ChatRequest } from './chat.ts';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

export interface GroqStandIn extends StandInServer {
  readonly requests: readonly ChatRequest[];
}

/** What it answers to one thing said. */
export interface GroqReply {
  readonly text?: string;
  readonly tool?: { readonly name: string; readonly arguments: object };
}

interface Options {
  readonly apiKey: string;
  readonly models?: readonly string[];
  /** Decides by the conversation so far, whose last message is the caller's or a tool's. */
  readonly mind: (request: ChatRequest) => GroqReply;
}

const refuse = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', code } },
});

/** `POST /openai/v1/chat/completions`, streamed. */
export async function startGroqStandIn(options: Options): Promise<GroqStandIn> {
  const { models = ['openai/gpt-oss-120b', 'openai/gpt-oss-20b'] } = options;
  const requests: ChatRequest[] = [];

  const complete = (body: ChatRequest): Answer => {
    if (!models.includes(body.model))
      return refuse(404, 'model_not_found', `The model \`${body.model}\` does not exist.`);
    const unsupported = ['n', 'logprobs', 'logit_bias', 'frequency_penalty', 'presence_penalty'];
    const odd = unsupported.find((name) => name in body);
    if (odd) return refuse(400, 'invalid_parameter', `${odd} is not supported`);
    if (body.tools && body.response_format)
      return refuse(400, 'invalid_parameter', 'json mode cannot be combined with tools');
    if (!['low', 'medium', 'high', undefined].includes(body.reasoning_effort))
      return refuse(400, 'invalid_parameter', 'reasoning_effort must be low, medium or high');
    requests.push(body);
    return {
      headers: { 'content-type': 'text/event-stream', 'x-ratelimit-remaining-tokens': '7990' },
      stream: (response) => sendEvents(response, chunksOf(body.model, options.mind(body))),
    };
  };

  const server = await serve(({ method, path, headers, json }: Incoming) => {
    if (headers.authorization !== `Bearer ${options.apiKey}`)
      return refuse(401, 'invalid_api_key', 'Invalid API Key');
    if (method === 'POST' && path === '/openai/v1/chat/completions')
      return complete(json() as unknown as ChatRequest);
    if (path === '/openai/v1/models')
      return { body: { object: 'list', data: models.map((id) => ({ id, object: 'model' })) } };
    return refuse(404, 'unknown_url', `Unknown request URL: ${method} ${path}`);
  });
  return { ...server, requests };
}

/** Thinks aloud where nobody may hear it, then speaks, then calls the tool in one piece. */
function chunksOf(model: string, { text = '', tool }: GroqReply): unknown[] {
  const chunk = (delta: object, finish: string | null = null, x_groq?: object) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    system_fingerprint: 'fp',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(x_groq ? { x_groq } : {}),
  });
  const call = tool && {
    index: 0,
    id: 'fc_7f3a',
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(tool.arguments) },
  };
  const usage = { queue_time: 0.01, prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
  return [
    chunk({ role: 'assistant', content: '' }, null, { id: 'req_01' }),
    chunk({ reasoning: 'PIENSO en ', channel: 'analysis' }),
    chunk({ reasoning: 'la pregunta.' }),
    ...piecesOf(text).map((content) => chunk({ content })),
    ...(call ? [chunk({ tool_calls: [call] })] : []),
    chunk({}, call ? 'tool_calls' : 'stop', { id: 'req_01', usage }),
  ];
}
