import { connect, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '@alo/core/kernel';
import { createTestApi, type TestApi } from './testing.ts';

let api: TestApi;
let port: number;
beforeAll(async () => {
  api = await createTestApi();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
});
afterAll(() => api.close());

/** Sends `chunks` as they are and returns everything that comes back until the other side hangs up. */
function talk(...chunks: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket: Socket = connect(port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.on('data', (data) => (said += data.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(said) : reject(error),
    );
    socket.on('close', () => resolve(said));
  });
}

const post = (headers: string, body: string) =>
  `POST /v1/auth/sign_in HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`;

describe('a socket that misbehaves', () => {
  it('with headers beyond the bound is told so and hung up on', async () => {
    const answer = await talk(
      `GET /health HTTP/1.1\r\nHost: a\r\nX-Big: ${'x'.repeat(limits.http.headersBytesMax)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('with a body declared too large is refused before the body is read', async () => {
    const answer = await talk(post(`Content-Length: ${limits.http.bodyBytesMax + 1}`, ''));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('payload_too_large');
  });

  it('with an endless chunked body is refused at the bound', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await talk(
      post('Transfer-Encoding: chunked', ''),
      ...Array.from({ length: 18 }, () => chunk),
      '0\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('with two lengths or a length and chunks is not guessed about', async () => {
    const smuggled = post('Content-Length: 4\r\nTransfer-Encoding: chunked', '0\r\n\r\n');
    expect(await talk(smuggled)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await talk(post('Content-Length: 4\r\nContent-Length: 5', '{}  '))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('with what is not HTTP gets 400', async () => {
    expect(await talk('\x16\x03\x01\x02\x00\x01\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('that dawdles has an end: for headers, for the whole request, for keeping silent', () => {
    const { server } = api.app;
    expect(server.headersTimeout).toBe(limits.http.headersTimeoutMs);
    expect(server.requestTimeout).toBe(limits.http.requestTimeoutMs);
    expect(server.keepAliveTimeout).toBeGreaterThan(0);
    expect(server.maxConnections).toBe(limits.http.connectionsMax);
  });
});
