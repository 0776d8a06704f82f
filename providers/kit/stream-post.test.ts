import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createStreamPost } from './stream-post.ts';

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
const never = () => new AbortController().signal;

async function textOf(answer: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const part of answer as AsyncIterable<Uint8Array>)
    text += decoder.decode(part, { stream: true });
  return text;
}

describe('a post whose answer streams', () => {
  test('hands over what comes as it comes, with method, headers and body as given', async () => {
    let seen = '';
    const goOn = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      seen = `${request.method} ${request.headers['x-key']} ${request.headers['content-length']}`;
      events(response).write('data: 1\n\n');
      void goOn.promise.then(() => response.end('data: 2\n\n'));
    });
    const answer = await createStreamPost(url, { 'x-key': 'k' }).post('{}', never());
    expect(seen).toBe('POST k 2');
    expect(answer.statusCode).toBe(200);
    const reader = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    expect(String((await reader.next()).value)).toBe('data: 1\n\n');
    goOn.resolve();
    expect(String((await reader.next()).value)).toBe('data: 2\n\n');
    expect((await reader.next()).done).toBe(true);
  });

  test('any other answer is handed over as well', async () => {
    const { url } = await serve((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('{"error":"no"}'),
    );
    const answer = await createStreamPost(url, {}).post('{}', never());
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('7');
    expect(await textOf(answer)).toBe('{"error":"no"}');
  });

  test('a connection that was warmed, or has served, serves again', async () => {
    const methods = new Map<Socket, string>();
    const { url } = await serve((request, response) => {
      const { socket, method = '' } = request;
      methods.set(socket, `${methods.get(socket) ?? ''} ${method}`);
      if (method === 'HEAD') response.writeHead(200, { 'content-length': 7 }).end();
      else events(response).end('data: x\n\n');
    });
    const { post, warm } = createStreamPost(url, {});
    await warm();
    await warm();
    const answer = await post('{}', never());
    const ended = once(answer, 'close');
    await textOf(answer);
    await ended;
    await textOf(await post('{}', never()));
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
    const { post } = createStreamPost(url, {});
    await textOf(await post('{}', never()));
    await expect(post('{}', never())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(asked).toBe(3);
    expect(await textOf(await post('{}', never()))).toBe('data: x\n\n');
  });

  test('an abort ends the request before the answer and the stream in the middle of it', async () => {
    const closed: Promise<unknown>[] = [];
    const { url } = await serve((request, response) => {
      closed.push(once(request.socket, 'close'));
      if (closed.length === 2) events(response).write('data: 1\n\n');
    });
    const { post } = createStreamPost(url, {});
    const first = new AbortController();
    const waiting = post('{}', first.signal);
    await expect.poll(() => closed.length).toBe(1);
    first.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    const second = new AbortController();
    const reading = textOf(await post('{}', second.signal));
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
      const answer = await createStreamPost(url, {}).post('{}', leave.signal);
      for await (const _ of answer) break;
      leave.abort();
      await expect(closed.promise).resolves.toBeUndefined();
    }
  });

  test('nobody there is an error, and warming nobody is none', async () => {
    const { post, warm } = createStreamPost('http://127.0.0.1:9/', {});
    await warm();
    await expect(post('{}', never())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
