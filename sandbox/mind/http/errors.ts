import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import type { ChatDialect, WireError } from './dialect.ts';

/** A refusal in the vendor's own words; the error handler writes it. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
  readonly wire: WireError;

  constructor(wire: WireError) {
    super(wire.message);
    this.wire = wire;
  }
}

const byStatus: Readonly<Record<number, Omit<WireError, 'status'>>> = {
  401: {
    message: 'Invalid API Key',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  404: { message: 'Unknown request URL.', type: 'invalid_request_error', code: 'unknown_url' },
  413: { message: 'Request Entity Too Large', type: 'invalid_request_error', code: null },
  429: {
    message:
      'Rate limit reached on tokens per minute (TPM): Limit 8000, Used 7000, Requested 2000. Please try again in 1s.',
    type: 'tokens',
    code: 'rate_limit_exceeded',
  },
};

/** What the vendor says with this status when nothing more is known. */
function wireErrorOf(status: number): WireError {
  const known = byStatus[status];
  if (known !== undefined) return { status, ...known };
  return status >= 500
    ? { status, message: 'The server had an error.', type: 'server_error', code: null }
    : { status, message: 'Bad request.', type: 'invalid_request_error', code: null };
}

function wireBody(dialect: ChatDialect, error: WireError): string {
  const { message, type, code, param } = error;
  return JSON.stringify({
    error: { message, type, ...(dialect.errorsNameParam ? { param: param ?? null } : {}), code },
  });
}

/** Whether the request carries a key; any but an empty one and those that say `invalid` will do. */
function hasKey(request: FastifyRequest): boolean {
  const key = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return key !== undefined && !key.includes('invalid');
}

/** Keys, request ids, rate headers and error bodies, for every route of the vendor. */
export function registerErrors(app: FastifyInstance, dialect: ChatDialect): void {
  let requests = 0;
  app.addHook('onRequest', async (request) => {
    request.id = `${dialect.requestIdPrefix}${(requests += 1).toString(36).padStart(10, '0')}`;
    if (request.url.startsWith('/__sandbox')) return;
    if (!hasKey(request)) throw new WireFault(wireErrorOf(401));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith('/__sandbox')) return payload;
    reply.headers({ 'x-request-id': request.id, ...dialect.rateHeaders });
    if (reply.statusCode === 429) reply.header('retry-after', '1');
    // The kit's faults answer with a body of their own: give it the vendor's shape.
    const isFault = typeof payload === 'string' && payload.includes('"sandbox fault"');
    if (!isFault) return payload;
    const body = wireBody(dialect, wireErrorOf(reply.statusCode));
    reply.header('content-length', Buffer.byteLength(body));
    return body;
  });
  const send = (reply: FastifyReply, error: WireError) =>
    reply
      .code(error.status)
      .header('content-type', 'application/json')
      .send(wireBody(dialect, error));
  app.setNotFoundHandler((_request, reply) => send(reply, wireErrorOf(404)));
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof WireFault) return send(reply, error.wire);
    if (error instanceof ZodError) {
      return send(reply, { ...wireErrorOf(400), message: error.message });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return send(reply, { ...wireErrorOf(status), message: (error as Error).message });
  });
}
