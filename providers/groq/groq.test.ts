import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Groq from 'groq-sdk';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createLog,
  createVirtualClock,
  ProviderError,
  Secret,
  systemClock,
} from '@alo/core/kernel';
import type { LlmDelta, LlmRequest } from '@alo/core/ports';
import { startGroqSandbox } from '@alo/sandbox/groq';
import { createGroqLlm } from './index.ts';

const log = createLog({ level: 'silent' });
const fast = { first_token_ms: 0, token_ms: 0 };
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function sandbox(options: Parameters<typeof startGroqSandbox>[0] = {}) {
  const server = await startGroqSandbox({ pace: fast, ...options });
  closers.push(() => server.close());
  return server;
}

const llmAt = (baseUrl: string, more: { key?: string; model?: string } = {}) =>
  createGroqLlm({
    apiKey: new Secret(more.key ?? 'gsk_test'),
    baseUrl,
    model: more.model,
    clock: systemClock,
    log,
  });

const ask = (content: string): LlmRequest => ({ messages: [{ role: 'user', content }] });

async function collect(stream: AsyncIterable<LlmDelta>): Promise<LlmDelta[]> {
  const deltas: LlmDelta[] = [];
  for await (const delta of stream) deltas.push(delta);
  return deltas;
}

const textOf = (deltas: readonly LlmDelta[]) =>
  deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('');

async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await promise.then(
    () => expect.unreachable('it did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

/** A server of our own for what no well-behaved vendor does. */
async function rawServer(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = () => new AbortController().signal;

test('the SDK itself reads what the stand-in streams, and throws what it refuses', async () => {
  const server = await sandbox({ think: () => ({ text: 'Con mucho gusto.' }) });
  const client = (apiKey: string) =>
    new Groq({ apiKey, baseURL: server.url, maxRetries: 0, logLevel: 'off' });
  const asked = {
    model: 'openai/gpt-oss-120b',
    messages: [{ role: 'user', content: 'hola' }],
    stream: true,
  } as const;
  let text = '';
  for await (const chunk of await client('gsk_test').chat.completions.create({
    ...asked,
    messages: [...asked.messages],
  }))
    text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('Con mucho gusto.');
  const refused = client('gsk_invalid_key').chat.completions.create({
    ...asked,
    messages: [...asked.messages],
  });
  await expect(refused).rejects.toBeInstanceOf(Groq.AuthenticationError);
});

describe('Groq, asked as its SDK asks', () => {
  test('text arrives token by token, whole in spite of cut packets, without reasoning', async () => {
    const said = 'Señora, el ñandú de 45.000 pesos está aquí: ¡qué alegría! 🎂';
    const server = await sandbox({ think: () => ({ text: said, reasoning: 'secreto' }) });
    const deltas = await collect(llmAt(server.url).stream(ask('hola'), never()));
    expect(textOf(deltas)).toBe(said);
    expect(deltas.filter((delta) => delta.type === 'text').length).toBeGreaterThan(5);
    expect(deltas.at(-1)).toMatchObject({
      type: 'done',
      finishReason: 'stop',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
    expect(JSON.stringify(deltas)).not.toContain('secreto');
  });

  test('a tool call and its text both arrive, the call complete', async () => {
    const server = await sandbox({
      think: () => ({
        text: 'Adiós.',
        toolCalls: [{ name: 'end_call', arguments: '{"reason":"fin"}' }],
      }),
    });
    const tools = [
      { name: 'end_call', description: 'Ends the call', parameters: { type: 'object' } },
    ];
    const deltas = await collect(llmAt(server.url).stream({ ...ask('chao'), tools }, never()));
    expect(textOf(deltas)).toBe('Adiós.');
    expect(deltas.slice(-2)).toEqual([
      {
        type: 'tool_call',
        call: { id: expect.any(String), name: 'end_call', arguments: '{"reason":"fin"}' },
      },
      expect.objectContaining({ type: 'done', finishReason: 'tool_calls' }),
    ]);
  });

  test('the mind searches before it answers and speaks from what was found', async () => {
    const server = await sandbox();
    const llm = llmAt(server.url);
    const tools = [
      { name: 'search_knowledge', description: 'Searches', parameters: { type: 'object' } },
      { name: 'end_call', description: 'Ends', parameters: { type: 'object' } },
    ];
    const messages: LlmRequest['messages'] = [
      { role: 'system', content: 'Usted es el agente telefónico de Vidrios Ríos.' },
      { role: 'user', content: '¿Cuánto vale el espejo redondo?' },
    ];
    const first = await collect(llm.stream({ messages, tools }, never()));
    const call = first.find((delta) => delta.type === 'tool_call')?.call;
    expect(call?.name).toBe('search_knowledge');
    if (call === undefined) return;
    const results = { results: [{ text: 'Espejo redondo 60 cm .... $120.000', source: 'a.pdf' }] };
    const second = await collect(
      llm.stream(
        {
          messages: [
            ...messages,
            { role: 'assistant', content: '', toolCalls: [call] },
            { role: 'tool', toolCallId: call.id, content: JSON.stringify(results) },
          ],
          tools,
        },
        never(),
      ),
    );
    expect(textOf(second)).toContain('120.000 pesos');
  });

  test('a base URL may end in a slash or in /openai/v1', async () => {
    const server = await sandbox({ think: () => ({ text: 'ok' }) });
    for (const base of [`${server.url}/`, `${server.url}/openai/v1`, `${server.url}/openai/v1/`]) {
      expect(textOf(await collect(llmAt(base).stream(ask('x'), never())))).toBe('ok');
    }
  });

  test('the length limit ends the text and drops half a tool call', async () => {
    const server = await sandbox({
      think: () => ({
        text: 'uno dos tres cuatro cinco seis',
        reasoning: '',
        toolCalls: [{ name: 'end_call', arguments: '{}' }],
      }),
    });
    const llm = llmAt(server.url, { model: 'qwen/qwen3.8-27b' });
    const deltas = await collect(llm.stream({ ...ask('cuente'), maxTokens: 3 }, never()));
    expect(textOf(deltas)).toBe('uno dos tres');
    expect(deltas.at(-1)).toMatchObject({ type: 'done', finishReason: 'length' });
    expect(deltas.some((delta) => delta.type === 'tool_call')).toBe(false);
  });

  test('refused credentials are auth, and the key is in no part of the error', async () => {
    const server = await sandbox();
    const error = await failureOf(
      collect(llmAt(server.url, { key: 'gsk_invalid_key' }).stream(ask('x'), never())),
    );
    expect(error).toMatchObject({ kind: 'auth', status: 401, retryable: false, provider: 'groq' });
    expect(error.requestId).toMatch(/^req_/);
    expect(JSON.stringify(error) + error.message + String(error.stack)).not.toContain(
      'gsk_invalid',
    );
  });

  test('a model that was switched off is not_found', async () => {
    const server = await sandbox();
    const llm = llmAt(server.url, { model: 'llama-3.3-70b-versatile' });
    const error = await failureOf(collect(llm.stream(ask('x'), never())));
    expect(error).toMatchObject({ kind: 'not_found', status: 404, retryable: false });
    expect(error.message).toContain('llama-3.3-70b-versatile');
  });

  test.each([
    [429, 'rate_limit'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ])('status %i is %s, retryable, and asked once only', async (status, kind) => {
    const server = await sandbox();
    server.faults.set({ failure_probability: 1, failure_status: status });
    const error = await failureOf(collect(llmAt(server.url).stream(ask('x'), never())));
    expect(error).toMatchObject({ kind, status, retryable: true });
  });

  test('a page of something in between is unavailable, however long it goes on', async () => {
    const url = await rawServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      const page = '<h1>Bad gateway</h1>'.repeat(1_000);
      const more = () => response.write(page, (error) => error ?? more());
      more();
    });
    const error = await failureOf(collect(llmAt(url).stream(ask('x'), never())));
    expect(error).toMatchObject({ kind: 'unavailable', status: 502, retryable: true });
  });

  test('an error event in mid-stream is a ProviderError after the text that came', async () => {
    const server = await sandbox({ think: () => ({ text: 'Esto se va a cortar por la mitad.' }) });
    server.chat.set({ stream_error_probability: 1 });
    const heard: string[] = [];
    const error = await failureOf(
      (async () => {
        for await (const delta of llmAt(server.url).stream(ask('x'), never())) {
          if (delta.type === 'text') heard.push(delta.text);
        }
      })(),
    );
    expect(heard.join('')).toContain('Esto');
    expect(error).toMatchObject({ kind: 'unavailable', retryable: true });
  });

  test('a connection that drops in mid-stream is connection', async () => {
    const server = await sandbox({ think: () => ({ text: 'Esto se va a caer por la mitad.' }) });
    server.faults.set({ disconnect_probability: 1 });
    const error = await failureOf(collect(llmAt(server.url).stream(ask('x'), never())));
    expect(error).toMatchObject({ kind: 'connection', retryable: true });
  });

  test('a stream that ends without a finish reason is connection, not a finished answer', async () => {
    const url = await rawServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"choices":[{"index":0,"delta":{"content":"Ho"}}]}\n\n');
    });
    const error = await failureOf(collect(llmAt(url).stream(ask('x'), never())));
    expect(error.kind).toBe('connection');
  });

  test('what is no JSON, or no chunk, is protocol', async () => {
    for (const data of ['{"choices":', '{"choices":"no"}']) {
      const url = await rawServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${data}\n\ndata: [DONE]\n\n`);
      });
      const error = await failureOf(collect(llmAt(url).stream(ask('x'), never())));
      expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    }
  });

  test('a server that is not there is connection', async () => {
    const error = await failureOf(collect(llmAt('http://127.0.0.1:1').stream(ask('x'), never())));
    expect(error).toMatchObject({ kind: 'connection', retryable: true });
  });

  test('an abort wakes a stalled read at once, with its own reason, and closes the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await rawServer((_request, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Ho"}}]}\n\n');
    });
    const turn = new AbortController();
    const iterator = llmAt(url).stream(ask('x'), turn.signal)[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: { type: 'text', text: 'Ho' } });
    const pending = iterator.next();
    turn.abort('barge_in');
    await expect(pending).rejects.toBe('barge_in');
    await closed.promise;
  });

  test('a reader that leaves in the middle closes the connection', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await rawServer((_request, response) => {
      response.on('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Ho"}}]}\n\n');
    });
    for await (const delta of llmAt(url).stream(ask('x'), never())) {
      expect(delta.type).toBe('text');
      break;
    }
    await closed.promise;
  });

  test('a signal that has aborted already sends nothing', async () => {
    let requests = 0;
    const url = await rawServer((_request, response) => {
      requests += 1;
      response.end();
    });
    const stream = llmAt(url).stream(ask('x'), AbortSignal.abort('hangup'));
    await expect(collect(stream)).rejects.toBe('hangup');
    expect(requests).toBe(0);
  });

  test('a stalled stream ends as timeout, on the injected clock', async () => {
    const started = Promise.withResolvers<void>();
    const url = await rawServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Ho"}}]}\n\n', () =>
        started.resolve(),
      );
    });
    const clock = createVirtualClock();
    const llm = createGroqLlm({ apiKey: new Secret('k'), baseUrl: url, clock, log });
    const iterator = llm.stream(ask('x'), never())[Symbol.asyncIterator]();
    await iterator.next();
    await started.promise;
    const outcome = failureOf(iterator.next());
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({ kind: 'timeout', retryable: true });
    expect(clock.pendingTimers).toBe(0);
  });
});
