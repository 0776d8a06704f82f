import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createChannel, createVirtualClock } from '@alo/core/kernel';
import { sendEvents, type ServerEvent } from './sse.ts';

/** Machines that test are busy. */
const patiently = { timeout: 15_000 };

test('a stream that has nothing to say says that it is there, and stops when the listener leaves', async () => {
  const clock = createVirtualClock();
  const channel = createChannel<ServerEvent>();
  const gone = Promise.withResolvers<void>();
  const app = Fastify({ forceCloseConnections: true });
  app.decorateRequest('principal', null);
  app.get('/', (request, reply) =>
    sendEvents(
      request,
      reply,
      (signal) => {
        signal.addEventListener('abort', () => {
          gone.resolve();
          channel.end();
        });
        return channel;
      },
      { heartbeat: { clock, everyMs: 15_000 } },
    ),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const leave = new AbortController();
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
  const response = await fetch(url, { signal: leave.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async (until: string) => {
    while (!text.endsWith(until)) text += (await reader?.read())?.value ?? '';
    const all = text;
    text = '';
    return all;
  };

  expect(await read('\n\n')).toBe(': open\n\n');
  await expect.poll(() => clock.pendingTimers, patiently).toBe(1);
  await clock.advance(14_999);
  channel.push({ type: 'a', id: 'evt_1', body: { id: 'evt_1', n: 1 } });
  expect(await read('\n\n')).toBe('id: evt_1\nevent: a\ndata: {"id":"evt_1","n":1}\n\n');
  // Saying something was a sign of life: the pause begins anew.
  await expect.poll(() => clock.pendingTimers, patiently).toBe(1);
  await clock.advance(14_999);
  await clock.advance(1);
  expect(await read('\n\n')).toBe(': still here\n\n');
  channel.push({ type: 'b' });
  expect(await read('\n\n')).toBe('event: b\ndata: {"type":"b"}\n\n');

  leave.abort();
  await gone.promise;
  await expect.poll(() => clock.pendingTimers, patiently).toBe(0);
  await app.close();
});
