import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Db, OrgScope } from '@alo/core/db';
import { AppError, limits, sha256Hex, type Clock } from '@alo/core/kernel';

/** A request that has been running for longer than this was cut off by a crash: its key is free again. */
const ABANDONED_AFTER_MS = 2 * limits.http.requestTimeoutMs;

interface Claim {
  readonly scope: OrgScope;
  readonly key: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyClaim: Claim | null;
  }
}

/**
 * `Idempotency-Key` on POSTs of members: the same key with the same content gets the stored answer
 * of the first success; with other content 422; while the first still runs 409. Failures are not
 * stored, so the same key may be tried again.
 */
export const idempotencyPlugin = fp(
  async (app: FastifyInstance, { db, clock }: { db: Db; clock: Clock }) => {
    app.decorateRequest('idempotencyClaim', null);

    app.addHook('preHandler', async (request, reply) => {
      const { access = 'member', idempotency = 'optional' } = request.routeOptions.config;
      if (request.method !== 'POST' || access !== 'member' || idempotency === 'none') return;
      const key = readKey(request, idempotency === 'required');
      const scope = request.principal;
      if (key === undefined || !scope?.orgId) return;
      const claim: Claim = { scope: { orgId: scope.orgId }, key };
      const stored = await claimKey(db, clock, claim, request);
      if (stored) {
        return reply
          .code(stored.status)
          .header('idempotency-replayed', 'true')
          .send(stored.response);
      }
      request.idempotencyClaim = claim;
      return undefined;
    });

    app.addHook('onSend', async (request, reply, payload) => {
      const claim = request.idempotencyClaim;
      if (!claim) return payload;
      request.idempotencyClaim = null;
      const keep = reply.statusCode < 300 && typeof payload === 'string';
      await db.withOrg(claim.scope, async (tx) => {
        const row = { org_id: claim.scope.orgId, key: claim.key };
        if (!keep) {
          await tx.deleteFrom('idempotency_keys').where('key', '=', row.key).execute();
          return;
        }
        await tx
          .updateTable('idempotency_keys')
          .set({ status_code: reply.statusCode, response: payload })
          .where('key', '=', row.key)
          .execute();
      });
      return payload;
    });
  },
  { name: 'idempotency', dependencies: ['principal'] },
);

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

/** Takes the key for this request, or returns the answer it already has. */
async function claimKey(db: Db, clock: Clock, claim: Claim, request: FastifyRequest) {
  const route = `${request.method} ${request.url.split('?')[0]}`;
  const bodyHash = sha256Hex(request.rawBody);
  const now = clock.now();
  return db.withOrg(claim.scope, async (tx) => {
    const taken = await tx
      .insertInto('idempotency_keys')
      .values({
        org_id: claim.scope.orgId,
        key: claim.key,
        route,
        body_hash: bodyHash,
        status_code: null,
        response: null,
        created_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['org_id', 'key'])
          .doUpdateSet({
            route,
            body_hash: bodyHash,
            status_code: null,
            response: null,
            created_at: now,
          })
          .where((where) =>
            where.or([
              where(
                'idempotency_keys.created_at',
                '<',
                new Date(now.getTime() - limits.http.idempotencyTtlMs),
              ),
              where.and([
                where('idempotency_keys.status_code', 'is', null),
                where(
                  'idempotency_keys.created_at',
                  '<',
                  new Date(now.getTime() - ABANDONED_AFTER_MS),
                ),
              ]),
            ]),
          ),
      )
      .returning('key')
      .executeTakeFirst();
    if (taken) return null;
    const row = await tx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key', '=', claim.key)
      .executeTakeFirst();
    if (!row || row.status_code === null) {
      if (row && row.body_hash !== bodyHash) throw new AppError('idempotency_mismatch');
      throw new AppError('idempotency_in_progress');
    }
    if (row.body_hash !== bodyHash || row.route !== route)
      throw new AppError('idempotency_mismatch');
    return { status: row.status_code, response: row.response };
  });
}
