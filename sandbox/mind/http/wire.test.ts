import { afterEach, describe, expect, test } from 'vitest';
import { startGroqSandbox } from '../../groq/index.ts';
import { startOpenAiSandbox } from '../../openai/index.ts';

const fast = { first_token_ms: 0, token_ms: 0 };
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Options = NonNullable<Parameters<typeof startGroqSandbox>[0]>;

async function openai(options: Options = {}) {
  const server = await startOpenAiSandbox({ pace: fast, ...options });
  closers.push(() => server.close());
  return { server, base: `${server.url}/v1` };
}

async function groq(options: Options = {}) {
  const server = await startGroqSandbox({ pace: fast, ...options });
  closers.push(() => server.close());
  return { server, base: `${server.url}/openai/v1` };
}

const post = (url: string, body: unknown, key = 'k') =>
  fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const user = [{ role: 'user', content: 'hola' }];
const tool = { type: 'function', function: { name: 'end_call', parameters: { type: 'object' } } };
const chat = (base: string, body: Record<string, unknown>) =>
  post(`${base}/chat/completions`, { model: 'gpt-6-luna', messages: user, ...body });
const groqChat = (base: string, body: Record<string, unknown>) =>
  post(`${base}/chat/completions`, { model: 'openai/gpt-oss-120b', messages: user, ...body });

/** The data of each event of a stream. */
async function eventsOf(response: Response): Promise<string[]> {
  return (await response.text())
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^(?:event: \w+\n)?data: /, ''));
}

interface Chunk {
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string;
      readonly reasoning?: string;
      readonly tool_calls?: readonly { readonly function: { readonly arguments: string } }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: object;
  readonly x_groq?: { readonly usage?: object };
}

const chunksOf = async (response: Response) =>
  (await eventsOf(response)).slice(0, -1).map((data) => JSON.parse(data) as Chunk);

describe('OpenAI on loopback', () => {
  test('streams role, tokens, finish, usage where it is asked for, and [DONE]', async () => {
    const { base } = await openai({ think: () => ({ text: 'Hola, señora' }) });
    const response = await chat(base, { stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await eventsOf(response);
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1).map((data) => JSON.parse(data) as Chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      'Hola, señora',
    );
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { total_tokens: expect.any(Number) },
    });
  });

  test('fragments the arguments of a tool call', async () => {
    const call = { name: 'end_call', arguments: '{"reason":"se despidió"}' };
    const { base } = await openai({ think: () => ({ toolCalls: [call] }) });
    const response = await chat(base, { stream: true, tools: [tool], reasoning_effort: 'none' });
    const pieces = (await chunksOf(response)).flatMap(
      (chunk) => chunk.choices[0]?.delta.tool_calls ?? [],
    );
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map((piece) => piece.function.arguments).join('')).toBe(call.arguments);
  });

  test('says the same whole as in a stream', async () => {
    const { base } = await openai({ think: () => ({ text: 'Hola' }) });
    expect(await (await chat(base, {})).json()).toMatchObject({
      object: 'chat.completion',
      choices: [
        { message: { role: 'assistant', content: 'Hola', refusal: null }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: expect.any(Number) },
    });
  });

  test.each([
    ['a parameter nobody knows', { fancy: true }, /Unrecognized request argument supplied: fancy/],
    ['no messages', { messages: [] }, /messages/],
    ['messages of the wrong type', { messages: 'hola' }, /messages/],
    ['max_tokens of a model that reasons', { max_tokens: 5 }, /max_completion_tokens/],
    ['tools together with reasoning', { tools: [tool] }, /reasoning_effort/],
    [
      'a strict schema with an optional property',
      {
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'x',
            strict: true,
            schema: {
              type: 'object',
              properties: { a: { type: 'string' } },
              required: [],
              additionalProperties: false,
            },
          },
        },
      },
      /Missing 'a'/,
    ],
    [
      'a tool call without its answer',
      {
        messages: [
          ...user,
          {
            role: 'assistant',
            tool_calls: [{ id: 'a', type: 'function', function: { name: 'x', arguments: '{}' } }],
          },
          ...user,
        ],
      },
      /did not have response messages: a/,
    ],
  ])('refuses %s', async (_what, body, message) => {
    const { base } = await openai();
    const response = await chat(base, body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ type: 'invalid_request_error' });
    expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
    expect(error['message']).toMatch(message);
  });

  test('refuses what is no JSON, other paths, missing keys and models that are gone', async () => {
    const { base } = await openai();
    expect((await post(`${base}/chat/completions`, '{"model":')).status).toBe(400);
    expect((await post(`${base}/nothing`, {})).status).toBe(404);
    expect((await fetch(`${base}/models`)).status).toBe(401);
    const gone = await chat(base, { model: 'o1' });
    expect(gone.status).toBe(404);
    expect(await gone.json()).toMatchObject({ error: { code: 'model_not_found' } });
  });

  test('lists models and knows each', async () => {
    const { base } = await openai();
    const headers = { authorization: 'Bearer k' };
    const { data } = (await (await fetch(`${base}/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    expect(data.map((model) => model.id)).toContain('gpt-6-luna');
    expect((await fetch(`${base}/models/gpt-6-luna`, { headers })).status).toBe(200);
    expect((await fetch(`${base}/models/gpt-0`, { headers })).status).toBe(404);
  });

  test('an object that breaks its schema never leaves', async () => {
    const { base } = await openai({ think: () => ({ object: { a: 1 } }) });
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'x', strict: true, schema },
    };
    expect((await chat(base, { response_format })).status).toBe(500);
  });

  test('embeddings: base64 and plain numbers agree, dimensions hold, bad input is refused', async () => {
    const { base } = await openai();
    const embed = (body: Record<string, unknown>) =>
      post(`${base}/embeddings`, { model: 'text-embedding-3-small', input: 'torta', ...body });
    const plain = (await (await embed({ dimensions: 8 })).json()) as {
      data: { embedding: number[] }[];
    };
    const packed = (await (await embed({ dimensions: 8, encoding_format: 'base64' })).json()) as {
      data: { embedding: string }[];
    };
    const bytes = Buffer.from(packed.data[0]?.embedding ?? '', 'base64');
    const decoded = Array.from({ length: 8 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(decoded).toEqual(plain.data[0]?.embedding.map((value) => Math.fround(value)));
    for (const body of [
      { input: '' },
      { input: [] },
      { input: 5 },
      { dimensions: 9999 },
      { model: 'gpt-6-luna' },
    ]) {
      expect((await embed(body)).status).toBe(400);
    }
    expect((await embed({ input: 'torta '.repeat(9000) })).status).toBe(400);
  });
});

describe('Groq on loopback', () => {
  test('sends tool calls whole, reasoning beside the text, usage in x_groq', async () => {
    const call = { name: 'end_call', arguments: '{"reason":"fin"}' };
    const { base } = await groq({ think: () => ({ text: 'Adiós', toolCalls: [call] }) });
    const chunks = await chunksOf(await groqChat(base, { stream: true, tools: [tool] }));
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas.some((delta) => (delta?.reasoning ?? '') !== '')).toBe(true);
    expect(deltas.flatMap((delta) => delta?.tool_calls ?? [])).toMatchObject([{ function: call }]);
    expect(chunks.at(-1)?.x_groq?.usage).toMatchObject({ total_tokens: expect.any(Number) });
    expect(chunks.every((chunk) => chunk.usage === undefined)).toBe(true);
  });

  test.each([
    ['response_format with tools', { tools: [tool], response_format: { type: 'json_object' } }],
    ['an effort gpt-oss does not have', { reasoning_effort: 'none' }],
    ['several answers', { n: 2 }],
    ['a model that hears', { model: 'whisper-large-v3' }],
  ])('refuses %s', async (_what, body) => {
    const { base } = await groq();
    const response = await groqChat(base, body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(Object.keys(error)).toEqual(['message', 'type', 'code']);
  });

  test('models that were switched off are 404 model_not_found', async () => {
    const { base } = await groq();
    for (const model of ['llama-3.3-70b-versatile', 'qwen/qwen3-32b']) {
      const response = await groqChat(base, { model });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } });
    }
  });

  test('a faulty request has the vendor’s body; 429 says when to come back', async () => {
    const { server, base } = await groq();
    server.faults.set({ failure_probability: 1, failure_status: 429 });
    const response = await groqChat(base, {});
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('x-ratelimit-limit-tokens')).toBe('250000');
    expect(await response.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  test('pace and accidents are set from outside, and checked', async () => {
    const { server } = await groq();
    const put = (body: unknown) =>
      fetch(`${server.url}/__sandbox/chat`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect(await (await put({ token_ms: 7 })).json()).toMatchObject({ token_ms: 7 });
    expect(server.chat.settings.token_ms).toBe(7);
    expect((await put({ token_ms: -1 })).status).toBe(400);
    expect((await put({ tokens: 1 })).status).toBe(400);
  });
});
