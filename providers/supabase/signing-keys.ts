import { z } from 'zod';
import {
  ProviderError,
  providerErrorKindOf,
  type Clock,
  type Log,
  type Secret,
} from '@alo/core/kernel';
import { boundedFetch, projectUrl } from './client.ts';

interface SigningKeysDeps {
  readonly url: string;
  readonly key: Secret;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly log: Log;
}

export interface SigningKeys {
  /**
   * The published key of this name. A name that is new is asked for at once, at most once a second
   * however many ask: a rotated key works without a restart, and made-up names cost nothing.
   */
  find(kid: string): Promise<PublicJwk | undefined>;
  /** Whether the project publishes any: one of before asymmetric keys has none. */
  any(): Promise<boolean>;
}

/** What the project itself says of how long its keys may be kept (Cache-Control of the answer). */
const KEPT_MS = 10 * 60_000;
const ASK_AGAIN_MS = 1_000;

const publicJwk = z.looseObject({
  kid: z.string().min(1),
  kty: z.enum(['EC', 'RSA']),
  alg: z.enum(['ES256', 'RS256']).optional(),
});
export type PublicJwk = z.infer<typeof publicJwk>;
const keySet = z.object({ keys: z.array(z.unknown()) });

/** The keys that the project's access tokens are signed with, as it publishes them (RFC 7517). */
export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { clock, log } = deps;
  let keys: ReadonlyMap<string, PublicJwk> | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const waitMs = askedAtMs + ASK_AGAIN_MS - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs);
    askedAtMs = clock.monotonicMs();
    try {
      keys = await fetchKeys(deps);
    } catch (error) {
      // What it published last holds until it answers again.
      if (!keys) throw error;
      log.warn({ err: error }, 'the identity service does not publish its keys just now');
    }
  }

  const refresh = () => (asking ??= ask().finally(() => (asking = undefined)));

  async function current(): Promise<ReadonlyMap<string, PublicJwk>> {
    if (!keys || clock.monotonicMs() - askedAtMs >= KEPT_MS) await refresh();
    return keys ?? new Map();
  }

  return {
    async find(kid) {
      const askedBeforeMs = askedAtMs;
      const known = (await current()).get(kid);
      // Nobody knows it who was asked just now.
      if (known || askedAtMs !== askedBeforeMs) return known;
      await refresh();
      return keys?.get(kid);
    },
    any: async () => (await current()).size > 0,
  };
}

async function fetchKeys(deps: SigningKeysDeps): Promise<ReadonlyMap<string, PublicJwk>> {
  const address = `${projectUrl(deps.url)}/auth/v1/.well-known/jwks.json`;
  const get = boundedFetch(deps.clock, deps.timeoutMs);
  let answer: Response;
  try {
    answer = await get(address, { headers: { apikey: deps.key.reveal() } });
  } catch (error) {
    throw new ProviderError('supabase', 'connection', 'its keys cannot be read', { cause: error });
  }
  if (answer.status === 404) return new Map();
  if (!answer.ok) {
    throw new ProviderError('supabase', providerErrorKindOf(answer.status), 'no keys', {
      status: answer.status,
    });
  }
  const parsed = keySet.safeParse(await answer.json().catch(() => undefined));
  if (!parsed.success) throw new ProviderError('supabase', 'protocol', 'its keys are no key set');
  // Kinds of keys that we do not know are somebody else's; a shared secret has no place here at all.
  const usable = parsed.data.keys.flatMap((each) => publicJwk.safeParse(each).data ?? []);
  return new Map(usable.map((jwk) => [jwk.kid, jwk]));
}
