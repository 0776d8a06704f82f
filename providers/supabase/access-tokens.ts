import type { SupabaseClient } from '@supabase/supabase-js';
import { z } from 'zod';
import { sha256Hex, type Clock, type Log } from '@alo/core/kernel';
import type { IdentityUser } from '@alo/core/ports';
import { isRefusal, toOurError } from './auth-errors.ts';
import type { SigningKeys } from './signing-keys.ts';
import { toIdentityUser } from './users.ts';

/**
 * Tokens signed with the project's shared secret (HS256), which only the project itself can check.
 * `auto`: taken where the project publishes no keys, as those of before asymmetric keys.
 */
export const legacyTokenPolicies = ['auto', 'accept', 'refuse'] as const;
export type LegacyTokens = (typeof legacyTokenPolicies)[number];

interface AccessTokensDeps {
  readonly client: SupabaseClient;
  readonly keys: SigningKeys;
  readonly legacyTokens: LegacyTokens;
  /** Whether an `iss` is this project's. */
  readonly isOurIssuer: (issuer: unknown) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

interface AccessTokens {
  verify(token: string): Promise<IdentityUser | null>;
  /** What was known of a token, or of all of its owner's, no longer holds. */
  forget(token: string, whose: 'this' | 'all'): void;
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
      const expiresAtMs = last?.expiresAtMs ?? (await checkToken(token, deps));
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
    forget(token, whose) {
      const key = sha256Hex(token);
      const owner = remembered.get(key)?.user.authId;
      remembered.delete(key);
      if (whose === 'this' || owner === undefined) return;
      for (const [each, { user }] of remembered) {
        if (user.authId === owner) remembered.delete(each);
      }
    },
  };
}

const headerShape = z.object({ alg: z.string(), kid: z.string().optional() });
const claimsShape = z.object({
  iss: z.unknown(),
  aud: z.union([z.string(), z.array(z.string())]),
  role: z.literal('authenticated'),
  is_anonymous: z.literal(false).optional(),
  exp: z.number(),
});

/** When the token expires, if this project signed it for a signed-in person; else null. */
async function checkToken(token: string, deps: AccessTokensDeps): Promise<number | null> {
  const [header, payload] = token.split('.', 2).map(decodePart);
  const parsed = headerShape.safeParse(header);
  if (!parsed.success) return null;
  const { alg, kid } = parsed.data;
  const signed =
    alg === 'HS256'
      ? await takesLegacy(deps)
      : kid !== undefined && (await checkSignature(token, alg, kid, deps));
  if (!signed) return null;
  const claims = claimsShape.safeParse(payload);
  if (!claims.success) return null;
  const { aud, iss, exp } = claims.data;
  const isForPeople = [aud].flat().includes('authenticated');
  // Expiry is ours to check, by our clock.
  return isForPeople && (await deps.isOurIssuer(iss)) ? exp * 1_000 : null;
}

/** Whether the look at the account, which nobody is spared, may stand in for a signature's check. */
async function takesLegacy({ legacyTokens, keys }: AccessTokensDeps): Promise<boolean> {
  if (legacyTokens !== 'auto') return legacyTokens === 'accept';
  return !(await keys.any());
}

async function checkSignature(
  token: string,
  alg: string,
  kid: string,
  { client, keys }: AccessTokensDeps,
): Promise<boolean> {
  if (alg !== 'ES256' && alg !== 'RS256') return false;
  const jwk = await keys.find(kid);
  // A key is for one algorithm: what the token says of itself does not choose it.
  if (!jwk || (jwk.kty === 'EC') !== (alg === 'ES256')) return false;
  try {
    // The key set is given, so the SDK asks for none.
    const { error } = await client.auth.getClaims(token, {
      allowExpired: true,
      jwks: { keys: [{ ...jwk, alg, key_ops: ['verify'] }] },
    });
    return !error;
  } catch {
    // The SDK throws as it comes when a key or a signature is nonsense.
    return false;
  }
}

function decodePart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
