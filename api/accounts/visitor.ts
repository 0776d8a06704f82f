import type { FastifyRequest } from 'fastify';
import type { Visitor } from '@alo/core/accounts';

const DEVICE_COOKIE = 'alo_device';
const devicePattern = /^[\w-]{16,64}$/;

/** Who asks, as far as a request tells: its address, and the device it says it comes from. */
export function visitorOf(request: FastifyRequest): Visitor {
  const header = request.headers['alo-device'];
  const given = typeof header === 'string' ? header : cookieOf(request, DEVICE_COOKIE);
  return {
    ip: request.ip,
    device: given !== undefined && devicePattern.test(given) ? given : undefined,
  };
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
