import type { SupabaseClient } from '@supabase/supabase-js';
import { sha256Hex, type Clock, type Log } from '@alo/core/kernel';
import type { IdentityUser } from '@alo/core/ports';
import { isRefusal, toOurError } from './auth-errors.ts';
import { toIdentityUser } from './users.ts';

interface AccessTokensDeps {
  readonly client: SupabaseClient;
  /** Whether an `iss` is this project's. */
  readonly isOurIssuer: (issuer: unknown) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

interface AccessTokens {
  verify(token: string): Promise<IdentityUser | null>;
  /** What was known of a token no longer holds. */
  forget(token: string): void;
}

/** How long a look at the account holds: a sign-out or a ban elsewhere is noticed after this. */
const LOOK_MS = 5_000;
const REMEMBERED_MAX = 1_000;
const TOKEN_CHARS_MAX = 8_192;

interface Remembered {
  readonly expiresAtMs: number;
  readonly user: IdentityUser;
  readonly lookedAtMs: number;
}

/**
 * Checks access tokens: the signature here, by the project's published keys, and the account at
 * Supabase once in a few seconds. The second look is what tells a verified e-mail (the token's
 * `user_metadata.email_verified` is the person's own to write), a sign-out and a ban. If Supabase
 * does not answer it, what was seen last stands until the token expires.
 */
export function createAccessTokens(deps: AccessTokensDeps): AccessTokens {
  const { client, clock, log } = deps;
  // By the token's hash: a dump of memory shows no credential.
  const remembered = new Map<string, Remembered>();
  const looking = new Map<string, Promise<IdentityUser | null>>();

  async function look(token: string, key: string, expiresAtMs: number) {
    const { data, error } = await client.auth.getUser(token);
    if (error) {
      if (isRefusal(error)) {
        remembered.delete(key);
        return null;
      }
      const last = remembered.get(key);
      if (!last) throw toOurError(error);
      log.warn({ err: error }, 'identity service did not answer; its last word stands');
      return last.user;
    }
    const user = toIdentityUser(data.user);
    remembered.delete(key);
    remembered.set(key, { expiresAtMs, user, lookedAtMs: clock.monotonicMs() });
    if (remembered.size > REMEMBERED_MAX) remembered.delete(remembered.keys().next().value ?? '');
    return user;
  }

  return {
    async verify(token) {
      if (token.length > TOKEN_CHARS_MAX || token.split('.').length !== 3) return null;
      const key = sha256Hex(token);
      const last = remembered.get(key);
      const expiresAtMs = last?.expiresAtMs ?? (await checkSignature(token, deps));
      if (expiresAtMs === null || expiresAtMs <= clock.now().getTime()) {
        remembered.delete(key);
        return null;
      }
      if (last && clock.monotonicMs() - last.lookedAtMs < LOOK_MS) return last.user;
      const ongoing = looking.get(key);
      if (ongoing) return ongoing;
      const started = look(token, key, expiresAtMs).finally(() => looking.delete(key));
      looking.set(key, started);
      return started;
    },
    forget: (token) => void remembered.delete(sha256Hex(token)),
  };
}

/** When the token expires, if this project signed it for a signed-in person; else null. */
async function checkSignature(
  token: string,
  { client, isOurIssuer }: AccessTokensDeps,
): Promise<number | null> {
  let answer: Awaited<ReturnType<typeof client.auth.getClaims>>;
  try {
    // Expiry is ours to check, by our clock.
    answer = await client.auth.getClaims(token, { allowExpired: true });
  } catch {
    // The SDK throws as it comes when a token's header or payload is nonsense.
    return null;
  }
  if (answer.error) {
    if (isRefusal(answer.error)) return null;
    throw toOurError(answer.error);
  }
  const claims = answer.data?.claims;
  if (!claims) return null;
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
  const ours =
    audience.includes('authenticated') &&
    claims.role === 'authenticated' &&
    claims['is_anonymous'] !== true &&
    Number.isFinite(claims.exp) &&
    (await isOurIssuer(claims.iss));
  return ours ? claims.exp * 1_000 : null;
}
