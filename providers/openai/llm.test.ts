import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createLog, ProviderError, Secret, systemClock } from '@alo/core/kernel';
import type { LlmDelta, LlmMessage } from '@alo/core/ports';
import { startOpenAiSandbox } from '@alo/sandbox/openai';
import { createOpenAiLlm } from './index.ts';

const log = createLog({ level: 'silent' });
const fast = { first_token_ms: 0, token_ms: 0 };
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type SandboxOptions = NonNullable<Parameters<typeof startOpenAiSandbox>[0]>;

async function sandbox(options: SandboxOptions = {}) {
  const server = await startOpenAiSandbox({ pace: fast, ...options });
  closers.push(() => server.close());
  return server;
}

const llmAt = (url: string, more: { key?: string; model?: string } = {}) =>
  createOpenAiLlm({
    apiKey: new Secret(more.key ?? 'sk-test'),
    baseUrl: `${url}/v1`,
    model: more.model,
    clock: systemClock,
    log,
  });

const user = (content: string): LlmMessage[] => [{ role: 'user', content }];
const never = () => new AbortController().signal;

async function collect(stream: AsyncIterable<LlmDelta>): Promise<LlmDelta[]> {
  const deltas: LlmDelta[] = [];
  for await (const delta of stream) deltas.push(delta);
  return deltas;
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await promise.then(
    () => expect.unreachable('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

/** A compatible server that answers with these contents in turn, and keeps what it was asked. */
async function scripted(contents: readonly string[]) {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      bodies.push(JSON.parse(body));
      const message = { role: 'assistant', content: contents[bodies.length - 1] ?? '' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const shop = z.object({
  name: z.string().min(2).max(40),
  goal: z.enum(['sales', 'support']).nullable(),
  services: z.array(z.object({ name: z.string(), price: z.int().nullable() })),
});
const request = { name: 'shop', schema: shop, messages: user('La Espiga vende pan') };
const good = { name: 'La Espiga', goal: null, services: [{ name: 'pan', price: 500 }] };

describe('objects of an OpenAI-compatible model', () => {
  test('come back validated, and the schema on the wire is strict', async () => {
    let schema: unknown;
    const server = await sandbox({
      think: (asked) => {
        schema = asked.schema;
        return { object: good };
      },
    });
    expect(await llmAt(server.url).object(request, never())).toEqual(good);
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['name', 'goal', 'services'],
      additionalProperties: false,
      properties: { services: { items: { additionalProperties: false } } },
    });
    expect(JSON.stringify(schema)).not.toMatch(/minLength|maximum/);
  });

  test('the sandbox interviewer fills any schema', async () => {
    const server = await sandbox();
    const schema = shop.extend({ name: z.string() });
    const object = await llmAt(server.url).object({ ...request, schema }, never());
    expect(schema.safeParse(object).success).toBe(true);
  });

  test('one that breaks the schema is repaired once, with the reason', async () => {
    const server = await scripted([
      JSON.stringify({ ...good, goal: 'other' }),
      `\`\`\`json\n${JSON.stringify(good)}\n\`\`\``,
    ]);
    expect(await llmAt(server.url).object(request, never())).toEqual(good);
    expect(server.bodies).toHaveLength(2);
    const repair = server.bodies[1]?.['messages'] as { role: string; content: string }[];
    expect(repair.at(-1)?.content).toContain('goal');
  });

  test('one that breaks it twice is protocol, and nothing more is asked', async () => {
    const server = await scripted(['no soy JSON', '{"name":1}', JSON.stringify(good)]);
    const error = await failureOf(llmAt(server.url).object(request, never()));
    expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    expect(server.bodies).toHaveLength(2);
  });

  test('a refusal and an answer cut short are protocol', async () => {
    const refusing = await sandbox({ think: () => ({ refusal: 'No puedo.' }) });
    expect((await failureOf(llmAt(refusing.url).object(request, never()))).kind).toBe('protocol');
    const body = { message: { content: '{"na' }, finish_reason: 'length' };
    const server = createServer((incoming, response) => {
      incoming.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [body] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await failureOf(llmAt(url).object(request, never()));
    expect(error.message).toContain('cut short');
  });

  test('a schema with an optional property is our own mistake and is never sent', async () => {
    const server = await scripted([]);
    const loose = z.object({ name: z.string().optional() });
    await expect(llmAt(server.url).object({ ...request, schema: loose }, never())).rejects.toThrow(
      /required: name/,
    );
    expect(server.bodies).toHaveLength(0);
  });

  test('an abort throws its own reason', async () => {
    const server = await sandbox({ pace: { first_token_ms: 60_000 } });
    const aborted = new AbortController();
    const pending = llmAt(server.url).object(request, aborted.signal);
    aborted.abort('hangup');
    await expect(pending).rejects.toBe('hangup');
  });
});

describe('parameters', () => {
  test('gpt-6 reasons not at all; other servers get only what all of them know', async () => {
    const server = await scripted([JSON.stringify(good), JSON.stringify(good)]);
    await llmAt(server.url).object(request, never());
    await llmAt(server.url, { model: 'llama3.2' }).object(request, never());
    expect(server.bodies[0]).toMatchObject({ model: 'gpt-6-luna', reasoning_effort: 'none' });
    expect(Object.keys(server.bodies[1] ?? {}).toSorted()).toEqual([
      'messages',
      'model',
      'response_format',
    ]);
  });

  test('max tokens are named as the model wants them', async () => {
    const server = await sandbox({ think: () => ({ text: 'uno dos tres cuatro' }) });
    for (const model of ['gpt-6-luna', 'gpt-4o-mini']) {
      const stream = llmAt(server.url, { model }).stream(
        { messages: user('cuente'), maxTokens: 2, temperature: 0.2 },
        never(),
      );
      expect((await collect(stream)).at(-1)).toMatchObject({ finishReason: 'length' });
    }
  });
});

describe('streams of an OpenAI-compatible model', () => {
  const tools = [
    { name: 'search_knowledge', description: 'Searches', parameters: { type: 'object' } },
    { name: 'end_call', description: 'Ends', parameters: { type: 'object' } },
  ];

  test('fragmented tool calls arrive whole, in order, with usage', async () => {
    const calls = [
      { name: 'search_knowledge', arguments: '{"query":"torta de piña y ñame"}' },
      { name: 'end_call', arguments: '{"reason":"fin"}' },
    ];
    const server = await sandbox({ think: () => ({ text: 'Ya miro.', toolCalls: calls }) });
    const deltas = await collect(
      llmAt(server.url).stream({ messages: user('hola'), tools }, never()),
    );
    expect(deltas.filter((delta) => delta.type === 'tool_call').map((delta) => delta.call)).toEqual(
      calls.map((call) => ({ ...call, id: expect.any(String) })),
    );
    expect(deltas.at(-1)).toMatchObject({ finishReason: 'tool_calls', usage: {} });
  });

  test('tool messages that answer no call are refused as the vendor does', async () => {
    const server = await sandbox();
    const messages: LlmMessage[] = [
      ...user('hola'),
      { role: 'tool', toolCallId: 'call_x', content: '{}' },
    ];
    const error = await failureOf(collect(llmAt(server.url).stream({ messages }, never())));
    expect(error).toMatchObject({ kind: 'invalid_request', status: 400 });
  });

  test.each([
    ['sk-invalid', 'gpt-6-luna', 'auth', 401],
    ['sk-test', 'gpt-4-turbo', 'not_found', 404],
  ])('key %s, model %s: %s', async (key, model, kind, status) => {
    const server = await sandbox();
    const error = await failureOf(
      collect(llmAt(server.url, { key, model }).stream({ messages: user('x') }, never())),
    );
    expect(error).toMatchObject({ kind, status, retryable: false });
  });

  test('an exhausted quota is not worth a retry', async () => {
    const server = createServer((incoming, response) => {
      incoming.resume();
      response.writeHead(429, { 'content-type': 'application/json', 'x-should-retry': 'false' });
      response.end('{"error":{"message":"quota","type":"x","code":"insufficient_quota"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const error = await failureOf(collect(llmAt(url).stream({ messages: user('x') }, never())));
    expect(error).toMatchObject({ kind: 'rate_limit', retryable: false });
  });
});
