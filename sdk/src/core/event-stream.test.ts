import { afterEach, describe, expect, test } from 'vitest';
import { AbortedError, ApiError, ConnectionError, UnexpectedResponseError } from './errors.ts';
import { followEvents, streamOf } from './event-stream.ts';
import {
  collect,
  hangUp,
  json,
  startTestServer,
  transportTo,
  type Answer,
  type TestServer,
} from './testing.ts';

interface TestEvent {
  readonly type: string;
  readonly n: number;
}

let server: TestServer | undefined;
afterEach(() => server?.close());

function events(text: string, after: 'end' | 'drop' | 'stay' = 'end'): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    // The drop must come after the text has left, or the socket takes it along.
    await new Promise<void>((resolve) => response.write(text, () => resolve()));
    if (after === 'end') response.end();
    if (after === 'drop') setImmediate(() => response.destroy());
  };
}

const event = (n: number, type = 'tick') => `id: ${n}\nevent: ${type}\ndata: {"n":${n}}\n\n`;

async function given(...answers: Answer[]) {
  server = await startTestServer(...answers);
  return transportTo(server).transport;
}

const isLast = (one: TestEvent) => one.type === 'end';

describe('streamOf', () => {
  test('gives typed events, and asks for a stream', async () => {
    const transport = await given(events(`: open\n\n${event(1)}data: {"type":"own","n":2}\n\n`));
    expect(await collect(streamOf<TestEvent>(transport, 'POST', '/v1/x', { body: {} }))).toEqual([
      { type: 'tick', n: 1 },
      { type: 'own', n: 2 },
    ]);
    expect(server?.seen[0]?.headers.accept).toBe('text/event-stream');
  });

  test('throws what the server says went wrong in the middle', async () => {
    const problem = '{"type":"error","code":"provider_error","detail":"El servicio falló."}';
    const transport = await given(events(`${event(1)}event: error\ndata: ${problem}\n\n`));
    const seen: TestEvent[] = [];
    const failure = (async () => {
      for await (const one of streamOf<TestEvent>(transport, 'GET', '/')) seen.push(one);
    })();
    await expect(failure).rejects.toThrow(ApiError);
    await expect(failure).rejects.toMatchObject({
      code: 'provider_error',
      message: 'El servicio falló.',
    });
    expect(seen).toHaveLength(1);
  });

  test('throws ConnectionError where the stream breaks', async () => {
    const transport = await given(events(event(1), 'drop'));
    await expect(collect(streamOf(transport, 'GET', '/'))).rejects.toThrow(ConnectionError);
  });

  test.each([
    ['JSON where events were asked for', json(200, { data: [] })],
    ['an event that is not JSON', events('data: hola\n\n')],
    ['an event that is not an object', events('data: 7\n\n')],
  ])('refuses %s', async (_name, answer) => {
    const transport = await given(answer);
    await expect(collect(streamOf(transport, 'GET', '/'))).rejects.toThrow(UnexpectedResponseError);
  });

  test("ends with the caller's signal while it waits for the next event", async () => {
    const abort = new AbortController();
    const transport = await given(events(event(1), 'stay'));
    const failure = (async () => {
      for await (const _one of streamOf(transport, 'GET', '/', { signal: abort.signal })) {
        abort.abort();
      }
    })();
    await expect(failure).rejects.toThrow(AbortedError);
  });
});

describe('followEvents', () => {
  test('goes on after the last event seen when the connection drops', async () => {
    const transport = await given(
      events(event(1) + event(2), 'drop'),
      hangUp,
      events(event(3) + event(4, 'end'), 'stay'),
    );
    const seen = await collect(followEvents<TestEvent>(transport, '/', {}, { isLast }));
    expect(seen.map((one) => one.n)).toEqual([1, 2, 3, 4]);
    expect(server?.seen.map((one) => one.headers['last-event-id'])).toEqual([undefined, '2', '2']);
  });

  test('loses an event cut in two, and gets it again', async () => {
    const transport = await given(
      events(`${event(1)}id: 2\nevent: tick\nda`, 'end'),
      events(event(2) + event(3, 'end')),
    );
    const seen = await collect(followEvents<TestEvent>(transport, '/', {}, { isLast }));
    expect(seen.map((one) => one.n)).toEqual([1, 2, 3]);
  });

  test('ends by itself where the server ends the stream again and again', async () => {
    const transport = await given(events(event(1)), events(''));
    const seen = await collect(followEvents<TestEvent>(transport, '/', {}, { isLast }));
    expect(seen).toHaveLength(1);
    expect(server?.seen.length).toBe(3);
  });

  test('gives up on connections that keep dropping', async () => {
    const transport = await given(events(event(1), 'drop'), hangUp);
    await expect(
      collect(followEvents<TestEvent>(transport, '/', { maxRetries: 1 }, { isLast })),
    ).rejects.toThrow(ConnectionError);
  });

  test('does not hide an error of the API', async () => {
    const transport = await given(json(404, { code: 'not_found' }));
    await expect(
      collect(followEvents<TestEvent>(transport, '/', {}, { isLast })),
    ).rejects.toMatchObject({ status: 404 });
  });
});
