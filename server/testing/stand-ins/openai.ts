import { createHash } from 'node:crypto';
import { piecesOf, sendEvents, type ChatRequest, type JsonSchema } from './chat.ts';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

export interface OpenAiStandIn extends StandInServer {
  readonly requests: readonly ChatRequest[];
}

interface Options {
  readonly apiKey: string;
  /** By what the owner said: the fields that can be read from it. */
  readonly interview?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What it says where text is wanted. */
  readonly text?: string;
  readonly models?: readonly string[];
  /** As servers without constrained decoding write JSON. */
  readonly fenced?: boolean;
}

const refuse = (status: number, code: string, message: string, param?: string): Answer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: param ?? null, code } },
});

/** `POST /v1/chat/completions`, `POST /v1/embeddings`, `GET /v1/models`. */
export async function startOpenAiStandIn(options: Options): Promise<OpenAiStandIn> {
  const { models = ['gpt-6-luna', 'text-embedding-3-small'] } = options;
  const requests: ChatRequest[] = [];

  const chat = (body: ChatRequest): Answer => {
    if (!models.includes(body.model)) return refuse(404, 'model_not_found', 'no such model');
    requests.push(body);
    const schema = body.response_format?.json_schema?.schema;
    const heard = body.messages.findLast((message) => message.role === 'user')?.content ?? '';
    const known = options.interview?.[heard] ?? {};
    const json = schema && JSON.stringify(fill(schema, known));
    const content = json === undefined ? (options.text ?? '¿Y qué más?') : fence(json);
    return body.stream ? stream(body.model, content) : { body: whole(body.model, content) };
  };
  const fence = (json: string) => (options.fenced ? `\`\`\`json\n${json}\n\`\`\`` : json);

  const server = await serve((request: Incoming) => {
    const { method, path, headers } = request;
    if (headers.authorization !== `Bearer ${options.apiKey}`)
      return refuse(401, 'invalid_api_key', 'Incorrect API key provided');
    switch (`${method} ${path}`) {
      case 'POST /v1/chat/completions':
        return chat(request.json() as unknown as ChatRequest);
      case 'POST /v1/embeddings':
        return embeddings(request.json());
      case 'GET /v1/models':
        return { body: { object: 'list', data: models.map((id) => ({ id, object: 'model' })) } };
      default:
        return refuse(404, 'unknown_url', `Unknown request URL: ${method} ${path}`);
    }
  });
  return { ...server, requests };
}

/** A value of the schema's shape: what is known, and nothing where nothing is. */
function fill(schema: JsonSchema, known: unknown): unknown {
  const types = [schema.type ?? []].flat();
  const nullable = types.includes('null') || schema.anyOf?.some((each) => each.type === 'null');
  if (known === undefined || known === null) {
    if (nullable) return null;
    if (schema.enum) return schema.enum[0];
    if (types.includes('boolean')) return false;
    if (types.includes('array')) return [];
    if (types.includes('number') || types.includes('integer')) return 0;
    if (types.includes('string')) return '';
  }
  const inner = schema.anyOf?.find((each) => each.type !== 'null') ?? schema;
  if (inner.items && Array.isArray(known)) {
    const { items } = inner;
    return known.map((each) => fill(items, each));
  }
  if (!inner.properties) return known;
  const values = (known ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(inner.properties).map(([name, each]) => [name, fill(each, values[name])]),
  );
}

const whole = (model: string, content: string) => ({
  id: 'chatcmpl-2',
  object: 'chat.completion',
  created: 1,
  model,
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
});

function stream(model: string, content: string): Answer {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-3',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason }],
    usage: null,
  });
  const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
  const events = [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...piecesOf(content).map((piece) => chunk({ content: piece })),
    chunk({}, 'stop'),
    { ...chunk({}), choices: [], usage },
  ];
  return {
    headers: { 'content-type': 'text/event-stream' },
    stream: (response) => sendEvents(response, events),
  };
}

function embeddings(body: Record<string, unknown>): Answer {
  const inputs = [body['input']].flat().map(String);
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : 1_536;
  const encode = (vector: Float32Array) =>
    body['encoding_format'] === 'base64'
      ? Buffer.from(vector.buffer).toString('base64')
      : [...vector];
  return {
    body: {
      object: 'list',
      model: body['model'],
      data: inputs.map((text, index) => ({
        object: 'embedding',
        index,
        embedding: encode(vectorOf(text, dimensions)),
      })),
      usage: { prompt_tokens: inputs.length, total_tokens: inputs.length },
    },
  };
}

/** Words as directions: texts that share words lie close. */
function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []) {
    const at = createHash('md5').update(word.slice(0, 6)).digest().readUInt32LE(0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
