import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport, type ClientOptions, type Transport } from './transport.ts';
import { abortedBy, systemRuntime } from './runtime.ts';

/** One request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (response: ServerResponse, seen: Seen) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** A real HTTP server that gives its answers in order; the last one stands for all that follow. */
export async function startTestServer(...answers: readonly Answer[]): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one: Seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(one);
    await answer?.(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };
}

/** The answer that never comes: the socket is dropped. */
export const hangUp: Answer = (response) => {
  response.destroy();
};

/** A transport whose waits take no time and are written down. */
export function transportTo(
  server: TestServer,
  options: ClientOptions = {},
): { transport: Transport; sleeps: number[] } {
  const sleeps: number[] = [];
  let keys = 0;
  const transport = createTransport(
    { baseUrl: server.url, ...options },
    {
      ...systemRuntime(),
      random: () => 0,
      now: () => Date.parse('2026-11-23T12:00:00Z'),
      newKey: () => `key-${(keys += 1)}`,
      sleep: async (ms, signal) => {
        sleeps.push(ms);
        if (signal?.aborted) throw abortedBy(signal);
      },
    },
  );
  return { transport, sleeps };
}

/** Everything an iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
