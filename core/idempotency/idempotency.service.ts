import type { Db } from '../db/index.ts';
import { AppError, limits, newUuid, type Clock, type Id } from '../kernel/index.ts';
import * as repo from './idempotency.repo.ts';

/** A request that has been running for longer than this was cut off by a crash: its key is free again. */
const CUT_OFF_AFTER_MS = 2 * limits.http.requestTimeoutMs;

/** The text of an answer, as it was sent. */
export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The right to carry a request out. Its ids are made of `seed`, so that a second attempt makes the same. */
export interface Claim extends repo.KeyUse {
  readonly seed: string;
}

export interface IdempotencyService {
  /**
   * Takes a key for a request, or returns the answer it has had. Throws `idempotency_mismatch` for
   * a key of another request, `idempotency_in_progress` while the first one runs.
   */
  claim(request: {
    orgId: Id<'org'>;
    key: string;
    route: string;
    bodyHash: string;
  }): Promise<{ claim: Claim } | { stored: StoredAnswer }>;
  /** Keeps the answer: the key gives it for a day. */
  store(claim: Claim, answer: StoredAnswer): Promise<void>;
  /** The request failed on our side: the same one may try again, under the same ids. */
  release(claim: Claim): Promise<void>;
  /** Removes keys whose day is over. */
  forget(): Promise<void>;
}

/** What `Idempotency-Key` promises: one request, however often it is sent, is carried out once. */
export function createIdempotencyService({
  db,
  clock,
}: {
  db: Db;
  clock: Clock;
}): IdempotencyService {
  const expiredBefore = () => new Date(clock.now().getTime() - limits.http.idempotencyTtlMs);

  return {
    async claim({ orgId, key, route, bodyHash }) {
      const at = clock.now();
      const use = { orgId, key, at };
      return db.withOrg({ orgId }, async (tx) => {
        const seed = await repo.takeKey(tx, {
          ...use,
          route,
          bodyHash,
          seed: newUuid(),
          expiredBefore: expiredBefore(),
          cutOffBefore: new Date(at.getTime() - CUT_OFF_AFTER_MS),
        });
        if (seed !== undefined) return { claim: { ...use, seed } };
        const known = await repo.findKey(tx, key);
        if (known && (known.route !== route || known.body_hash !== bodyHash))
          throw new AppError('idempotency_mismatch');
        if (!known?.status_code) throw new AppError('idempotency_in_progress');
        return {
          stored: {
            status: known.status_code,
            contentType: known.content_type ?? 'application/json; charset=utf-8',
            body: String(known.response),
          },
        };
      });
    },

    store: async (claim, { status, contentType, body }) =>
      void (await db.withOrg({ orgId: claim.orgId }, (tx) =>
        repo.keepOutcome(tx, claim, { status, contentType, body }),
      )),

    release: async (claim) =>
      void (await db.withOrg({ orgId: claim.orgId }, (tx) =>
        repo.keepOutcome(tx, claim, { status: repo.FAILED, contentType: null, body: null }),
      )),

    forget: async () =>
      void (await db.withSystem((tx) => repo.deleteKeysBefore(tx, expiredBefore()))),
  };
}
