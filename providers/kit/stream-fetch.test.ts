import { once, type EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createStreamFetch } from './stream-fetch.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => handle(request, response));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const events = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const post = { method: 'POST', body: '{}' } as const;

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of response.body as AsyncIterable<Uint8Array>)
    text += decoder.decode(part, { stream: true });
  return text;
}

describe('a fetch for event streams', () => {
  test('hands over what comes as it comes, with method, headers and body as given', async () => {
    let seen = '';
    const goOn = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      seen = `${request.method} ${request.headers['x-key']} ${request.headers['content-length']}`;
      events(response).write('data: 1\n\n');
      void goOn.promise.then(() => response.end('data: 2\n\n'));
    });
    const { fetch } = createStreamFetch();
    const response = await fetch(url, { ...post, headers: { 'x-key': 'k' } });
    expect(seen).toBe('POST k 2');
    expect(response).toMatchObject({ ok: true, status: 200 });
    const reader = (response.body as unknown as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    expect(String((await reader.next()).value)).toBe('data: 1\n\n');
    goOn.resolve();
    expect(String((await reader.next()).value)).toBe('data: 2\n\n');
    expect((await reader.next()).done).toBe(true);
  });

  test('any other answer is an ordinary response', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('{"error":"no"}'),
    );
    const response = await createStreamFetch().fetch(url, post);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toEqual({ error: 'no' });
  });

  test('a connection that was warmed, or has served, serves again', async () => {
    const methods = new Map<Socket, string>();
    const { url } = await serve((request, response) => {
      const { socket, method = '' } = request;
      methods.set(socket, `${methods.get(socket) ?? ''} ${method}`);
      if (method === 'HEAD') response.writeHead(200, { 'content-length': 7 }).end();
      else events(response).end('data: x\n\n');
    });
    const { fetch, warm } = createStreamFetch();
    await warm(url);
    await warm(`${url}models`);
    const answer = await fetch(url, post);
    const ended = once(answer.body as unknown as EventEmitter, 'close');
    await textOf(answer);
    await ended;
    await textOf(await fetch(url, post));
    expect([...methods.values()]).toEqual([' HEAD POST POST']);
  });

  test('asks once more when the server had closed the idle connection, and no more than once', async () => {
    let asked = 0;
    const { url } = await serve((request, response) => {
      asked += 1;
      // The second and third request are dropped as they come.
      if (asked === 2 || asked === 3) request.socket.resetAndDestroy();
      else events(response).end('data: x\n\n');
    });
    const { fetch } = createStreamFetch();
    await textOf(await fetch(url, post));
    await expect(fetch(url, post)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(asked).toBe(3);
    expect(await textOf(await fetch(url, post))).toBe('data: x\n\n');
  });

  test('an abort ends the request before the answer and the stream in the middle of it', async () => {
    const closed: Promise<unknown>[] = [];
    const { url } = await serve((request, response) => {
      closed.push(once(request.socket, 'close'));
      if (closed.length === 2) events(response).write('data: 1\n\n');
    });
    const { fetch } = createStreamFetch();
    const first = new AbortController();
    const waiting = fetch(url, { ...post, signal: first.signal });
    await expect.poll(() => closed.length).toBe(1);
    first.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const second = new AbortController();
    const reading = textOf(await fetch(url, { ...post, signal: second.signal }));
    second.abort();
    await expect(reading).rejects.toThrow(/abort/);
    await Promise.all(closed);
  });

  test('a reader that leaves in the middle closes the connection, whatever had come of it', async () => {
    for (const rest of ['data: 2\n\n', '']) {
      const closed = Promise.withResolvers<void>();
      const { url } = await serve((request, response) => {
        request.socket.once('close', () => closed.resolve());
        events(response).write('data: 1\n\n');
        if (rest !== '') response.end(rest);
      });
      const leave = new AbortController();
      const response = await createStreamFetch().fetch(url, { ...post, signal: leave.signal });
      for await (const _ of response.body as AsyncIterable<Uint8Array>) break;
      leave.abort();
      await expect(closed.promise).resolves.toBeUndefined();
    }
  });

  test('nobody there is an error, and warming nobody is none', async () => {
    const { fetch, warm } = createStreamFetch();
    await warm('http://127.0.0.1:9/');
    await expect(fetch('http://127.0.0.1:9/', post)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
