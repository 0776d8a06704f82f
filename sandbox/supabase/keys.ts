import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTPayload,
} from 'jose';
import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import { AuthFailure } from './auth-errors.ts';
import type { Store } from './state.ts';

const algorithms = ['ES256', 'RS256'] as const;
type Algorithm = (typeof algorithms)[number];

export interface KeyRotation {
  readonly alg?: Algorithm | undefined;
  /** The keys so far are no longer published, and nothing they signed is good. */
  readonly revokeOld?: boolean | undefined;
}

/** The project's keys: those it signs people's tokens with, and its secret for everything else. */
export interface Keys {
  /** Signs an access token; `kid` names the current key. */
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of an access token of ours. Throws `bad_jwt`. */
  verify(token: string): Promise<JWTPayload>;
  /** The public halves, the current one first. */
  jwks(): { keys: JWK[] };
  /** A new current key; what the old ones signed stays valid, unless they are revoked. */
  rotate(options?: KeyRotation): Promise<void>;
  refreshToken(sessionId: string, counter: number): string;
  /** What a refresh token of ours says; null for a forged one. */
  readRefreshToken(token: string): { sessionId: string; counter: number } | null;
  /** Hex HMAC over `text`, for links. */
  mac(text: string): string;
}

/** Old keys that stay published. */
const KEYS_KEPT = 3;

/** A fresh private key, named by its thumbprint. */
export async function generateSigningKey(alg: Algorithm = 'ES256'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/** `sb_publishable_…` and `sb_secret_…`: opaque, not JWTs. */
export function generateProjectKey(kind: 'publishable' | 'secret'): string {
  return `sb_${kind}_${randomBytes(24).toString('base64url')}`;
}

export function createKeys(store: Store, clock: Clock, issuer: () => string): Keys {
  const { state } = store;
  const currentKey = () => {
    const [key] = state.signingKeys as JWK[];
    if (!key) throw new Error('the project has no signing key');
    return key;
  };
  const mac = (text: string) => createHmac('sha256', state.secret).update(text).digest('hex');

  return {
    async sign(claims) {
      const key = currentKey();
      return new SignJWT(claims)
        .setProtectedHeader({ alg: key.alg ?? 'ES256', typ: 'JWT', kid: key.kid ?? '' })
        .setIssuer(issuer())
        .sign(await importJWK(key, key.alg));
    },
    async verify(token) {
      try {
        const { payload } = await jwtVerify(
          token,
          async (header) => {
            const key = (state.signingKeys as JWK[]).find(({ kid }) => kid === header.kid);
            if (key?.alg !== header.alg || !key) {
              throw new Error(`unrecognized JWT kid ${header.kid} for algorithm ${header.alg}`);
            }
            return importJWK(publicHalf(key), key.alg);
          },
          {
            algorithms: [...algorithms],
            issuer: issuer(),
            audience: 'authenticated',
            currentDate: clock.now(),
          },
        );
        return payload;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new AuthFailure(
          403,
          'bad_jwt',
          `invalid JWT: unable to parse or verify signature, ${why}`,
        );
      }
    },
    jwks: () => ({ keys: (state.signingKeys as JWK[]).map(publicHalf) }),
    async rotate({ alg, revokeOld = false } = {}) {
      const fresh = await generateSigningKey(alg);
      state.signingKeys = revokeOld ? [fresh] : [fresh, ...state.signingKeys].slice(0, KEYS_KEPT);
      await store.save();
    },
    refreshToken(sessionId, counter) {
      const body = `${sessionId.replaceAll('-', '')}${counter.toString(16).padStart(8, '0')}`;
      return `${body}${mac(`refresh:${body}`).slice(0, 32)}`;
    },
    readRefreshToken(token) {
      const match = /^([0-9a-f]{32})([0-9a-f]{8})([0-9a-f]{32})$/.exec(token);
      const [, id, counter, signature] = match ?? [];
      if (!id || !counter || !signature) return null;
      if (!constantTimeEqual(signature, mac(`refresh:${id}${counter}`).slice(0, 32))) return null;
      const sessionId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      return { sessionId, counter: Number.parseInt(counter, 16) };
    },
    mac,
  };
}

/** Everything of a key that may be published. */
function publicHalf({ kty, crv, x, y, n, e, alg, use, kid }: JWK): JWK {
  const material = kty === 'RSA' ? { n, e } : { crv, x, y };
  return { kty, ...material, alg, use, kid, key_ops: ['verify'] } as JWK;
}

export const newUuid = (): string => randomUUID();
