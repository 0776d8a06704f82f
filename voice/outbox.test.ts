import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createOutbox } from './outbox.ts';

it('sends in one packet, in order, what is said in one turn, and at once what comes later', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ server: http });
  const connected = once(sockets, 'connection');
  const caller = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const [socket, request] = await connected;
  let packets = 0;
  const line = {
    cork: () => request.socket.cork(),
    uncork() {
      packets += 1;
      request.socket.uncork();
    },
  };
  const { send } = createOutbox(socket, line);
  const heard: string[] = [];
  const all = Promise.withResolvers<void>();
  caller.on('message', (data) => {
    if (heard.push(String(data)) === 4) all.resolve();
  });
  for (const text of ['uno', 'dos', 'tres']) send(text);
  await new Promise((resolve) => setImmediate(resolve));
  send('cuatro');
  await all.promise;
  expect(heard).toEqual(['uno', 'dos', 'tres', 'cuatro']);
  expect(packets).toBe(2);

  const closed = once(socket, 'close');
  caller.close();
  await closed;
  expect(() => send('nadie')).not.toThrow();
  http.close();
});

it('sends nothing to a peer that is far behind, and goes on when it has caught up', () => {
  const sent: string[] = [];
  const socket = {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (wire: string) => void sent.push(wire),
  } as const satisfies Record<string, unknown>;
  const slow = { ...socket } as { bufferedAmount: number } & typeof socket;
  const outbox = createOutbox(slow as never, { cork: () => undefined, uncork: () => undefined });
  outbox.send('uno');
  slow.bufferedAmount = 100_000 as 0;
  outbox.send('dos');
  expect(outbox.full).toBe(true);
  slow.bufferedAmount = 0;
  outbox.send('tres');
  expect(sent).toEqual(['uno', 'tres']);
});
