import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '@alo/core/kernel';
import {
  createWebhookOutbox,
  registerWebhookControl,
  type WebhookOutbox,
} from './webhook-outbox.ts';
import { startSandboxServer, type SandboxServer } from './server.ts';

let receiver: Server;
let received: string[];
let answer: number;
let clock: VirtualClock;
let outbox: WebhookOutbox;
let control: SandboxServer;

beforeEach(async () => {
  received = [];
  answer = 200;
  receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => received.push(chunk.toString()));
    request.on('end', () => response.writeHead(answer).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  clock = createVirtualClock();
  outbox = createWebhookOutbox({
    url: () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    sign: (body) => ({ body, headers: {} }),
    pending: {},
    save: () => undefined,
    clock,
    random: () => 0.5,
  });
  control = await startSandboxServer('vendor', { clock }, (app) =>
    registerWebhookControl(app, outbox),
  );
});
afterEach(async () => {
  outbox.close();
  await control.close();
  await new Promise((resolve) => receiver.close(resolve));
});

const call = async (method: string, path: string, body?: object) => {
  const response = await fetch(`${control.url}/__sandbox/webhooks${path}`, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { data: object[] } };
};
const post = (...ids: string[]) => ids.forEach((id) => outbox.post(id, JSON.stringify({ id })));

describe('while it is paused', () => {
  beforeEach(() => call('PUT', '', { webhook_paused: true }));

  it('delivers what it is told to, in that order, and again', async () => {
    post('a', 'b', 'c');
    const { body } = await call('POST', '/deliver', { ids: ['c', 'a', 'c'] });
    expect(body.data).toEqual([
      { id: 'c', status: 200 },
      { id: 'a', status: 200 },
      { id: 'c', status: 200 },
    ]);
    expect(received.map((text) => JSON.parse(text).id)).toEqual(['c', 'a', 'c']);
    expect((await call('GET', '')).body.data).toEqual([
      { id: 'a', delivered: true, content: { id: 'a' } },
      { id: 'b', delivered: false, content: { id: 'b' } },
      { id: 'c', delivered: true, content: { id: 'c' } },
    ]);
  });

  it('forgets what is dropped, and delivers the rest once it goes on', async () => {
    post('a', 'b');
    await call('DELETE', '/a');
    await call('PUT', '', { webhook_paused: false });
    await outbox.settled();
    expect(received).toEqual(['{"id":"b"}']);
  });

  it('says what the receiver answered, and does not know what was never posted', async () => {
    answer = 401;
    post('a');
    const { body } = await call('POST', '/deliver', { ids: ['a', 'z'] });
    expect(body.data).toEqual([
      { id: 'a', status: 401 },
      { id: 'z', status: 404 },
    ]);
  });
});

describe('chances', () => {
  it('have events lost', async () => {
    await call('PUT', '', { webhook_drop_probability: 1 });
    post('a');
    await outbox.settled();
    expect(received).toEqual([]);
    await call('POST', '/deliver', { ids: ['a'] });
    expect(received).toEqual(['{"id":"a"}']);
  });

  it('have them come late', async () => {
    await call('PUT', '', { webhook_delay_ms: 60_000 });
    post('a');
    await clock.advance(59_000);
    expect(received).toEqual([]);
    await clock.advance(1_000);
    await outbox.settled();
    expect(received).toEqual(['{"id":"a"}']);
  });

  it.each([
    [{ webhook_drop_probability: 2 }],
    [{ webhook_delay_ms: -1 }],
    [{ webhook_paused: 'yes' }],
    [{ unknown: 1 }],
  ])('refuse %j', async (settings) => {
    expect((await call('PUT', '', settings)).status).toBe(400);
  });
});
