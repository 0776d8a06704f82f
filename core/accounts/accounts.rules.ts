import { limits, parsePhone, sha256Hex } from '../kernel/index.ts';
import type { KeyMode } from './accounts.schema.ts';

const SECRET_BYTES = 24;
const secretPattern = /^alo_sk_(?:live|test)_[0-9a-f]{48}$/;

/** What every API key starts with: tells a key from a person's access token. */
export const API_KEY_PREFIX = 'alo_sk_';

/** A fresh API key: `alo_sk_live_` and 192 random bits in hex, so a double click selects all of it. */
export function makeApiKeySecret(mode: KeyMode, randomBytes: (size: number) => Uint8Array): string {
  return `${API_KEY_PREFIX}${mode}_${Buffer.from(randomBytes(SECRET_BYTES)).toString('hex')}`;
}

/** What is stored of a key. No salt: 192 random bits cannot be guessed, and the hash is the index. */
export function hashApiKey(secret: string): string {
  return sha256Hex(secret);
}

/** Whether a text can be one of our keys at all; anything else never reaches the database. */
export function looksLikeApiKey(text: string): boolean {
  return secretPattern.test(text);
}

/** Whether a use of the key at `now` is worth writing down: once a minute at most. */
export function usageIsStale(lastUsedAt: Date | null, now: Date): boolean {
  return lastUsedAt === null || now.getTime() - lastUsedAt.getTime() >= 60_000;
}

/**
 * A name as the identity service holds it. The person can write there what they like, past our
 * forms: control characters go, length is cut. Undefined when nothing is left.
 */
export function cleanName(name: string | undefined): string | undefined {
  const clean = name
    ?.replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, limits.auth.nameCharsMax)
    .trim();
  return clean === '' ? undefined : clean;
}

/** The phone in E.164, or undefined: written past our forms, it may be anything. */
export function cleanPhone(phone: string | undefined): string | undefined {
  return phone === undefined ? undefined : parsePhone(phone)?.e164;
}

/** What the founded organization is called until its owner says otherwise. */
export function defaultOrganizationName(name: string | undefined, email: string): string {
  const owner = cleanName(name) ?? cleanName(email.split('@')[0]) ?? email;
  return `Negocio de ${owner}`.slice(0, limits.auth.nameCharsMax).trim();
}
