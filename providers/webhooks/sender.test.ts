import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { limits, systemClock } from '@alo/core/kernel';
import { isPublicAddress } from './address.rules.ts';
import type { Resolve } from './guarded-agent.ts';
import { createWebhookSender, type ClosableWebhookSender } from './sender.ts';

const never = new AbortController().signal;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** A receiver on this machine; its port. */
async function receiver(listener: RequestListener): Promise<number> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  });
  return (server.address() as AddressInfo).port;
}

function sender(options: Partial<Parameters<typeof createWebhookSender>[0]> = {}) {
  const made: ClosableWebhookSender = createWebhookSender({
    clock: systemClock,
    allowLoopback: true,
    ...options,
  });
  open.push(made);
  return made;
}

const body = '{"type":"call.ended","data":{"a":"ñ"}}';
const to = (url: string, headers = {}) => ({ url, headers, body });
const local = (port: number, path = '/') => to(`http://127.0.0.1:${port}${path}`);

describe('a post', () => {
  it('arrives as it was signed, byte for byte, with its headers', async () => {
    const seen = Promise.withResolvers<{ headers: object; body: string; method?: string }>();
    const port = await receiver(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', headers } = request;
      seen.resolve({ method, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(202, { 'retry-after': '7' }).end('gracias');
    });
    const headers = { 'content-type': 'application/json', 'webhook-id': 'evt_1' };
    const result = await sender().post(to(`http://localhost:${port}/h?x=1`, headers), never);
    expect(result).toEqual({
      type: 'answered',
      status: 202,
      excerpt: 'gracias',
      retryAfterMs: 7_000,
    });
    expect(await seen.promise).toMatchObject({
      method: 'POST',
      body,
      headers: { ...headers, 'user-agent': 'Alo-Webhooks/1.0' },
    });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    let visits = 0;
    const port = await receiver((_, response) => {
      visits += 1;
      response.writeHead(status, { location: '/elsewhere' }).end();
    });
    expect(await sender().post(local(port), never)).toMatchObject({ type: 'answered', status });
    expect(visits).toBe(1);
  });

  it('keeps the beginning of an answer, as text a database takes, however long it is', async () => {
    const port = await receiver((_, response) => {
      response.writeHead(500);
      response.write('\u0000\u001b[31mroto\ud83d ñ');
      const more = () => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    const result = await sender().post(local(port), never);
    if (result.type !== 'answered') throw new Error('unanswered');
    expect(result.status).toBe(500);
    expect(result.excerpt).toHaveLength(limits.webhooks.responseCharsMax);
    // oxlint-disable-next-line eslint/no-control-regex
    expect(result.excerpt).not.toMatch(/[\u0000-\u0008\u001b]/);
    expect(result.excerpt.isWellFormed()).toBe(true);
  });

  it('counts as answered when the body never ends', async () => {
    const port = await receiver((_, response) => {
      response.writeHead(200).write('voy');
    });
    const result = await sender({ totalTimeoutMs: 300 }).post(local(port), never);
    expect(result).toMatchObject({ type: 'answered', status: 200, excerpt: 'voy' });
  });

  it.each([
    ['a number', '120', 120_000],
    ['a date', new Date(Date.now() + 3_600_000).toUTCString(), 3_600_000],
    ['a date that is over', 'Mon, 01 Jan 2024 00:00:00 GMT', 0],
    ['nonsense', 'soon', undefined],
    ['a negative', '-5', undefined],
  ])('reads Retry-After: %s', async (_what, header, expected) => {
    const port = await receiver((_request, response) =>
      response.writeHead(429, { 'retry-after': header }).end(),
    );
    const result = await sender().post(local(port), never);
    if (result.type !== 'answered') throw new Error('unanswered');
    if (expected === undefined) expect(result.retryAfterMs).toBeUndefined();
    else expect(Math.abs((result.retryAfterMs ?? NaN) - expected)).toBeLessThan(5_000);
  });
});

describe('a failure of the other side is a result:', () => {
  it('nobody listens', async () => {
    const port = await receiver(() => undefined);
    await open.splice(0)[0]?.close();
    expect(await sender().post(local(port), never)).toEqual({
      type: 'unanswered',
      error: 'connection_failed',
    });
  });

  it('the answer does not come in time', async () => {
    const port = await receiver(() => undefined);
    const result = await sender({ totalTimeoutMs: 100 }).post(local(port), never);
    expect(result).toEqual({ type: 'unanswered', error: 'timeout' });
  });

  it('the socket is dropped', async () => {
    const port = await receiver((request) => request.socket.destroy());
    const result = await sender().post(local(port), never);
    expect(result).toEqual({ type: 'unanswered', error: 'connection_failed' });
  });

  it.each([
    ['something that is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
  ])('%s', async (_what, answer) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ close: () => server.close() });
    const { port } = server.address() as AddressInfo;
    expect(await sender().post(local(port), never)).toEqual({
      type: 'unanswered',
      error: 'protocol_error',
    });
  });

  it('no TLS where it was promised', async () => {
    const port = await receiver(() => undefined);
    const result = await sender().post(to(`https://127.0.0.1:${port}/`), never);
    expect(result).toEqual({ type: 'unanswered', error: 'tls_failed' });
  });

  it('a name that leads nowhere', async () => {
    const nowhere: Resolve = () =>
      Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    for (const resolve of [nowhere, async () => []]) {
      const result = await sender({ resolve }).post(to('https://nowhere.test/'), never);
      expect(result).toEqual({ type: 'unanswered', error: 'dns_failed' });
    }
  });
});

describe('the guard', () => {
  const resolveTo =
    (...addresses: string[]): Resolve =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const blocked = { type: 'unanswered', error: 'blocked_address' };

  it.each([
    ['loopback', ['127.0.0.1']],
    ['loopback, IPv6', ['::1']],
    ['a private network', ['10.1.2.3']],
    ['metadata', ['169.254.169.254']],
    ['mapped IPv4', ['::ffff:169.254.169.254']],
    ['NAT64', ['64:ff9b::a00:1']],
    ['a carrier network', ['100.64.0.1']],
    ['one bad among good', ['93.184.215.14', '192.168.0.1']],
    ['nonsense', ['not-an-address']],
  ])('refuses a name that leads to %s, allowed loopback or not', async (_what, addresses) => {
    for (const allowLoopback of [false, true]) {
      const guarded = sender({ allowLoopback, resolve: resolveTo(...addresses) });
      expect(await guarded.post(to('https://hooks.test/'), never)).toEqual(blocked);
    }
  });

  it.each(['https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'http://localhost:1/'])(
    'refuses %s where loopback is not allowed, without a connection',
    async (url) => {
      expect(await sender({ allowLoopback: false }).post(to(url), never)).toEqual(blocked);
    },
  );

  it('connects to what it has checked: a name that changes in between (rebinding) gains nothing', async () => {
    let visits = 0;
    const port = await receiver((_, response) => {
      visits += 1;
      response.end();
    });
    // 127.0.0.1 stands for a public address here, and everything else is as it is.
    const isPublic = (address: string) => address === '127.0.0.1' || isPublicAddress(address);
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['169.254.169.254']];
    let lookups = 0;
    const resolve: Resolve = (name) => resolveTo(...(answers[lookups++] ?? []))(name);
    const guarded = sender({ allowLoopback: false, isPublic, resolve });
    // A port that listens in clear: what is looked at is where the connection went, not what it said.
    const post = to(`https://rebind.test:${port}/`);
    expect(await guarded.post(post, never)).toEqual({ type: 'unanswered', error: 'tls_failed' });
    expect(lookups).toBe(1);
    expect(await guarded.post(post, never)).toEqual(blocked);
    expect(await guarded.post(post, never)).toEqual(blocked);
    expect([lookups, visits]).toEqual([3, 0]);
  });

  it('looks the name up for every post: no connection outlives its check', async () => {
    const port = await receiver((_, response) => response.end());
    let lookups = 0;
    const resolve: Resolve = async () => {
      lookups += 1;
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const guarded = sender({ resolve });
    for (let n = 0; n < 3; n++)
      expect(await guarded.post(to(`http://localhost:${port}/`), never)).toMatchObject({
        status: 200,
      });
    expect(lookups).toBe(3);
  });
});
