import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMetrics, type Metrics } from '@alo/core/metrics';
import { serveMetrics, type MetricsAccess } from './metrics.ts';

const token = 'a-token-of-the-tests';
let metrics: Metrics;
let app: FastifyInstance;
beforeEach(() => {
  metrics = createMetrics({ jobsByState: async () => ({}) });
  app = Fastify();
});
afterEach(async () => {
  metrics.close();
  await app.close();
});

async function read(
  access: MetricsAccess,
  request: { remoteAddress?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  serveMetrics(app, metrics, access);
  return (await app.inject({ url: '/metrics', ...request })).statusCode;
}

describe('GET /metrics', () => {
  const local = { token: undefined, loopback: true };
  it('is open to this machine where there is no token', async () => {
    serveMetrics(app, metrics, local);
    const answer = await app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('alo_calls_active 0');
  });
  it.each([
    ['another machine', local, { remoteAddress: '10.0.0.7' }],
    ['what a proxy on this machine forwards', local, { headers: { 'x-forwarded-for': '8.8.8.8' } }],
    ['this machine in production', { token: undefined, loopback: false }, {}],
    ['this machine without the token, where there is one', { token, loopback: true }, {}],
    ['a wrong token', { token, loopback: true }, { headers: { authorization: 'Bearer wrong' } }],
  ])('is closed to %s', async (_who, access, request) => {
    expect(await read(access, request)).toBe(404);
  });
  it('is open to whoever has the token, wherever they are', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const access = { token, loopback: false };
    expect(await read(access, { headers, remoteAddress: '10.0.0.7' })).toBe(200);
  });
});
