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
 * where it knows itself by another address than the one we reach it by (a proxy, a container).
 */
export function createIssuerCheck({ url, key, clock, timeoutMs, log }: IssuerDeps) {
  const base = `${projectUrl(url)}/auth/v1`;
  let published: string | undefined;

  async function discover(): Promise<string | undefined> {
    try {
      const answer = await boundedFetch(clock, timeoutMs)(
        `${base}/.well-known/openid-configuration`,
        { headers: { apikey: key.reveal() } },
      );
      return discovery.parse(await answer.json()).issuer;
    } catch (error) {
      log.warn({ err: error }, 'the identity service publishes no issuer');
      return undefined;
    }
  }

  return async (issuer: unknown): Promise<boolean> => {
    if (issuer === base) return true;
    published ??= await discover();
    return published !== undefined && issuer === published;
  };
}
