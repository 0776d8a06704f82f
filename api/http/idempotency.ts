import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Db } from '@alo/core/db';
import { createIdempotencyService, type Claim } from '@alo/core/idempotency';
import {
  AppError,
  idFromUuid,
  sha256Hex,
  type Clock,
  type Id,
  type IdPrefix,
} from '@alo/core/kernel';

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyClaim: Claim | null;
  }
}

/**
 * `Idempotency-Key` on POSTs of members, as Stripe has it: what began to be carried out has one
 * answer. The same key with the same content gets it again, a refusal (4xx) like a success; with
 * other content 422; while the first still runs 409.
 *
 * Nothing is kept of what never began: no access, a body that could not be read, too many requests.
 * Nor of failures that another attempt may get over (5xx, `retryable`): that attempt runs again, and
 * so does one after a crash, under the ids of the first (`idOf`): what was done already is found.
 */
export const idempotencyPlugin = fp(
  async (app: FastifyInstance, deps: { db: Db; clock: Clock }) => {
    const keys = createIdempotencyService(deps);
    app.decorateRequest('idempotencyClaim', null);

    app.addHook('preHandler', async (request, reply) => {
      const { access = 'member', idempotency = 'optional' } = request.routeOptions.config;
      if (request.method !== 'POST' || access !== 'member' || idempotency === 'none') return;
      const key = readKey(request, idempotency === 'required');
      const orgId = request.principal?.orgId;
      if (key === undefined || !orgId) return;
      const route = `${request.method} ${request.url.split('?')[0]}`;
      const taken = await keys.claim({ orgId, key, route, bodyHash: sha256Hex(request.rawBody) });
      if ('stored' in taken) {
        const { status, contentType, body } = taken.stored;
        return reply
          .code(status)
          .header('content-type', contentType)
          .header('idempotency-replayed', 'true')
          .serializer(String)
          .send(body);
      }
      request.idempotencyClaim = taken.claim;
      return undefined;
    });

    app.addHook('onSend', async (request, reply, payload) => {
      const claim = request.idempotencyClaim;
      if (!claim) return payload;
      request.idempotencyClaim = null;
      try {
        if (isFinal(reply) && typeof payload === 'string') {
          const contentType = String(reply.getHeader('content-type') ?? 'application/json');
          await keys.store(claim, { status: reply.statusCode, contentType, body: payload });
        } else await keys.release(claim);
      } catch (error) {
        // What was done is done, and the caller hears of it. The key stays taken for a while, then
        // the same request finds what this one made.
        request.log.error({ err: error }, 'the answer of an idempotency key was not kept');
      }
      return payload;
    });
  },
  { name: 'idempotency', dependencies: ['principal'] },
);

/** Whether another attempt at the same request would come to the same. */
function isFinal(reply: FastifyReply): boolean {
  return reply.statusCode < 500 && reply.getHeader('x-should-retry') === undefined;
}

/**
 * The id of what this request makes: of its Idempotency-Key, so that the request after a crash makes
 * the same thing, not another one. Undefined without a key.
 */
export function idOf<P extends IdPrefix>(request: FastifyRequest, prefix: P): Id<P> | undefined {
  const seed = request.idempotencyClaim?.seed;
  return seed === undefined ? undefined : idFromUuid(prefix, seed);
}

/** The request's Idempotency-Key, for a route that keeps it itself. Error: `invalid_request`. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  return readKey(request, false);
}

function readKey(request: FastifyRequest, required: boolean): string | undefined {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  if (key !== undefined) {
    throw new AppError('invalid_request', {
      param: 'Idempotency-Key',
      detail: {
        es: 'Idempotency-Key debe tener entre 1 y 255 caracteres ASCII visibles.',
        en: 'Idempotency-Key must be 1 to 255 visible ASCII characters.',
      },
    });
  }
  if (required) throw new AppError('idempotency_key_required', { param: 'Idempotency-Key' });
  return undefined;
}
