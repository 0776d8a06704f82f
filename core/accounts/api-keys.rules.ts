import { sha256Hex } from '../kernel/index.ts';
import type { KeyMode } from './accounts.schema.ts';
import type { KeyRole } from './api-keys.schema.ts';
import { permissionNames, roleAllows, type Permission } from './permissions.ts';

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

interface KeyState {
  readonly secret_hash: string;
  readonly previous_expires_at: Date | null;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Whether the secret of this hash opens the key that was found by it, at `now`. */
export function keyWorks(key: KeyState, secretHash: string, now: Date): boolean {
  const isPast = (time: Date | null) => time !== null && time.getTime() <= now.getTime();
  if (key.revoked_at || isPast(key.expires_at)) return false;
  if (key.secret_hash === secretHash) return true;
  return key.previous_expires_at !== null && !isPast(key.previous_expires_at);
}

/** The first of these scopes that a key of this role could never use. */
export function scopeBeyondRole(
  role: KeyRole,
  scopes: readonly Permission[],
): Permission | undefined {
  return scopes.find((scope) => !roleAllows(role, scope));
}

/** Without repetitions, in the order of the registry. */
export function tidyScopes(scopes: readonly string[]): Permission[] {
  return permissionNames.filter((name) => scopes.includes(name));
}
