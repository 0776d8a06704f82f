import { z } from 'zod';
import type { Clock, Log, Secret } from '@alo/core/kernel';
import { boundedFetch, projectUrl } from './client.ts';

interface IssuerDeps {
  readonly url: string;
  readonly key: Secret;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly log: Log;
}

const discovery = z.object({ issuer: z.string().min(1) });

/**
 * Tells this project's tokens by their `iss`: `<url>/auth/v1`, or what the project itself publishes
 * where it knows itself by another address than the one we reach it by (a proxy, a container). One
 * that publishes no issuer (404) has none to tell its tokens by: then its signature and its own word
 * on the account, which every token needs besides, have to do.
 */
export function createIssuerCheck({ url, key, clock, timeoutMs, log }: IssuerDeps) {
  const base = `${projectUrl(url)}/auth/v1`;
  /** `null`: it publishes none. `undefined`: it has not answered yet. */
  let published: string | null | undefined;

  async function discover(): Promise<string | null | undefined> {
    try {
      const answer = await boundedFetch(clock, timeoutMs)(
        `${base}/.well-known/openid-configuration`,
        { headers: { apikey: key.reveal() } },
      );
      if (answer.status === 404) return null;
      return discovery.parse(await answer.json()).issuer;
    } catch (error) {
      log.warn({ err: error }, 'the identity service does not say who it is');
      return undefined;
    }
  }

  return async (issuer: unknown): Promise<boolean> => {
    if (issuer === base) return true;
    if (published === undefined) published = await discover();
    return published === null || issuer === published;
  };
}
