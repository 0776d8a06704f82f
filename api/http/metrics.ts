import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { constantTimeEqual } from '@alo/core/kernel';
import type { Metrics } from '@alo/core/metrics';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Who may read the metrics: whoever has the token; without one, this machine alone, and nobody in production. */
export interface MetricsAccess {
  readonly token: string | undefined;
  readonly loopback: boolean;
}

/** `GET /metrics`, in Prometheus' text format. 404 for everybody else: it is nobody's business. */
export function serveMetrics(app: FastifyInstance, metrics: Metrics, access: MetricsAccess): void {
  const config = { access: 'public', idempotency: 'none', rateLimit: false } as const;
  const schema = { hide: true };
  app.get('/metrics', { config, schema, logLevel: 'silent' }, async (request, reply) => {
    if (!mayRead(request, access)) return reply.code(404).send();
    return reply.type(metrics.contentType).send(await metrics.read());
  });
}

function mayRead(request: FastifyRequest, { token, loopback: isOpen }: MetricsAccess): boolean {
  if (token !== undefined) {
    const given = /^Bearer (.{1,512})$/.exec(request.headers.authorization ?? '')?.[1];
    return given !== undefined && constantTimeEqual(given, token);
  }
  const address = request.raw.socket.remoteAddress;
  // A proxy on this machine is on loopback too; what it brings from outside says so.
  const isForwarded =
    request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined;
  if (!isOpen || isForwarded || address === undefined) return false;
  return loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
