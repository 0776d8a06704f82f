import type { FastifyInstance, FastifyReply } from 'fastify';
import fp from 'fastify-plugin';
import { AppError, limits } from '@alo/core/kernel';
import type { Counters } from '@alo/core/ports';

const WINDOW_MS = 60_000;
const { perMinute } = limits.http;

interface Bound {
  /** What the `RateLimit-Policy` header calls it. */
  readonly name: 'address' | 'webhooks' | 'credential' | 'organization';
  readonly key: string;
  readonly max: number;
}

/**
 * Bounds requests a minute, per network address before anything is looked up for them, then per
 * credential and per organization. Answers say where the caller stands in the header fields of
 * draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy` and `RateLimit`, of the bound that is
 * nearest. Beyond one: 429 with `Retry-After`.
 */
export const rateLimitPlugin = fp(
  async (app: FastifyInstance, { counters }: { counters: Counters }) => {
    const count = async (reply: FastifyReply, bounds: readonly Bound[]) => {
      const hits = await Promise.all(
        bounds.map(async (bound) => ({
          ...bound,
          ...(await counters.hit(`http:${bound.name}:${bound.key}`, WINDOW_MS)),
        })),
      );
      const nearest = hits.toSorted((a, b) => a.max - a.count - (b.max - b.count))[0];
      if (!nearest) return;
      const { name, max, count: used, resetsInMs } = nearest;
      const remaining = Math.max(0, max - used);
      void reply.headers({
        'ratelimit-policy': `"${name}";q=${max};w=${WINDOW_MS / 1_000}`,
        ratelimit: `"${name}";r=${remaining};t=${Math.ceil(resetsInMs / 1_000)}`,
      });
      if (used > max) throw new AppError('rate_limited', { retryAfterMs: resetsInMs });
    };

    app.addHook('onRequest', async (request, reply) => {
      const { url = '', config } = request.routeOptions;
      if (config.rateLimit === false) return;
      const name = url.startsWith('/v1/webhooks/') ? 'webhooks' : 'address';
      await count(reply, [
        { name, key: request.ip, max: perMinute[name] },
        ...(config.rateLimit
          ? [{ name, key: `${url}:${request.ip}`, max: config.rateLimit.max } as const]
          : []),
      ]);
    });

    // After the one who calls is known: `principal` hooks in before this.
    app.addHook('preParsing', async (request, reply) => {
      const { principal } = request;
      const credential = principal?.keyId ?? principal?.userId;
      if (!principal || !credential) return;
      await count(reply, [
        { name: 'credential', key: credential, max: perMinute.credential },
        ...(principal.orgId
          ? [{ name: 'organization', key: principal.orgId, max: perMinute.organization } as const]
          : []),
      ]);
    });
  },
  { name: 'rate-limit' },
);
