import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Database, Db } from '../db/index.ts';
import {
  AppError,
  cursorId,
  limits,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import * as repo from './api-keys.repo.ts';
import {
  hashApiKey,
  keyWorks,
  looksLikeApiKey,
  makeApiKeySecret,
  scopeBeyondRole,
  tidyScopes,
  usageIsStale,
} from './api-keys.rules.ts';
import type {
  ApiKeyWire,
  CreateApiKey,
  CreatedApiKeyWire,
  RotateApiKey,
} from './api-keys.schema.ts';
import { requirePerson, type Member, type Principal } from './principal.ts';

interface ApiKeysDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** Makes secrets. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** Whether every vendor is played by the sandbox: only there do test keys work. */
  readonly sandboxed?: boolean | undefined;
}

/**
 * Keys for programs. They are made, rotated and revoked by people, never by a key: a leaked key
 * must not be able to outlive its revocation.
 */
export function createApiKeys({ db, clock, newId, log, randomBytes, sandboxed }: ApiKeysDeps) {
  const newSecret = (mode: 'live' | 'test') =>
    makeApiKeySecret(mode, randomBytes ?? cryptoRandomBytes);

  /** A test key must never reach a vendor that is real, so beside one it is refused altogether. */
  function requireMode(mode: 'live' | 'test'): void {
    if (mode === 'test' && !sandboxed) throw new AppError('test_mode_unavailable', testOnly);
  }

  return {
    /** The program behind a secret; null for one that is unknown, expired, rotated out or revoked. */
    async authenticateApiKey(secret: string): Promise<(Principal & { orgId: Id<'org'> }) | null> {
      if (!looksLikeApiKey(secret)) return null;
      const now = clock.now();
      // Found by its hash: what an attacker could learn from timing is bits of a hash, not of a key.
      const secretHash = hashApiKey(secret);
      const key = await db.withSystem(async (tx) => {
        const found = await repo.findApiKey(tx, secretHash);
        if (!found || !keyWorks(found, secretHash, now)) return undefined;
        if (usageIsStale(found.last_used_at, now)) await repo.touchApiKey(tx, found.id, now);
        return found;
      });
      if (!key) return null;
      requireMode(key.mode);
      return {
        kind: 'api_key',
        orgId: key.org_id,
        userId: undefined,
        keyId: key.id,
        role: key.role,
        email: undefined,
        mode: key.mode,
        scopes: key.scopes ? tidyScopes(key.scopes) : undefined,
      };
    },

    /** Makes a key; its secret is in this answer and nowhere else. */
    async createApiKey(member: Member, request: CreateApiKey): Promise<CreatedApiKeyWire> {
      requirePerson(member);
      requireMode(request.mode);
      const { role, scopes } = request;
      const beyond = scopes && scopeBeyondRole(role, scopes);
      if (beyond) throw scopeRefused(role, beyond);
      const expiresAt = request.expires_at === undefined ? null : new Date(request.expires_at);
      if (expiresAt && expiresAt <= clock.now()) throw alreadyOver();
      const secret = newSecret(request.mode);
      const row = await db.withOrg(member, async (tx) => {
        const working = await repo.countWorkingApiKeys(tx, clock.now());
        if (working >= limits.auth.apiKeysMax) throw tooManyKeys();
        return repo.insertApiKey(tx, {
          id: newId('key'),
          org_id: member.orgId,
          name: request.name,
          mode: request.mode,
          role,
          scopes: scopes ? tidyScopes(scopes) : null,
          secret_hash: hashApiKey(secret),
          hint: secret.slice(-4),
          created_by: member.userId ?? null,
          created_at: clock.now(),
          expires_at: expiresAt,
        });
      });
      log.info({ org_id: member.orgId, key_id: row.id }, 'API key created');
      return { ...presentApiKey(row), secret };
    },

    /** Newest first; revoked and expired ones too. */
    async listApiKeys(member: Member, query: PageQuery): Promise<Page<ApiKeyWire>> {
      const before = cursorId('key', query.cursor);
      const rows = await db.withOrg(member, (tx) => repo.listApiKeys(tx, query.limit, before));
      return pageOf(rows, query.limit, presentApiKey);
    },

    /**
     * Gives the key a new secret; everything else of it stays. The secret before works on for the
     * overlap, the one before that stops at once. Error: `conflict` for a key that works no more.
     */
    async rotateApiKey(
      member: Member,
      id: Id<'key'>,
      request: RotateApiKey,
    ): Promise<CreatedApiKeyWire> {
      requirePerson(member);
      const now = clock.now();
      const overlapMs = request.overlap_seconds * 1_000;
      const { row, secret } = await db.withOrg(member, async (tx) => {
        const key = await repo.lockApiKey(tx, id);
        if (!key) throw notFound('id');
        if (key.revoked_at || (key.expires_at && key.expires_at <= now)) throw worksNoMore();
        requireMode(key.mode);
        const fresh = newSecret(key.mode);
        const replaced = await repo.replaceSecret(tx, id, {
          secret_hash: hashApiKey(fresh),
          hint: fresh.slice(-4),
          previous_secret_hash: overlapMs === 0 ? null : key.secret_hash,
          previous_expires_at: overlapMs === 0 ? null : new Date(now.getTime() + overlapMs),
          rotated_at: now,
        });
        return { row: replaced, secret: fresh };
      });
      log.info({ org_id: member.orgId, key_id: id }, 'API key rotated');
      return { ...presentApiKey(row), secret };
    },

    /** Takes effect with the next request. Revoking twice is the same as once. */
    async revokeApiKey(member: Member, id: Id<'key'>): Promise<void> {
      requirePerson(member);
      const revoked = await db.withOrg(member, (tx) => repo.revokeApiKey(tx, id, clock.now()));
      if (!revoked) throw notFound('id');
      log.info({ org_id: member.orgId, key_id: id }, 'API key revoked');
    },
  };
}

type KeyRow = Omit<
  Selectable<Database['api_keys']>,
  'secret_hash' | 'previous_secret_hash' | 'org_id'
>;

function presentApiKey(row: KeyRow): ApiKeyWire {
  return {
    id: row.id,
    name: row.name,
    mode: row.mode,
    role: row.role,
    scopes: row.scopes && tidyScopes(row.scopes),
    hint: row.hint,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    expires_at: row.expires_at?.toISOString() ?? null,
    rotated_at: row.rotated_at?.toISOString() ?? null,
    previous_expires_at: row.previous_expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  };
}

const testOnly = {
  detail: {
    es: 'Esta plataforma habla con servicios reales: una llave de prueba no sirve aquí. Use una llave live.',
    en: 'This platform talks to real services: a test key does not work here. Use a live key.',
  },
};

function scopeRefused(role: string, scope: string): AppError {
  return new AppError('validation_failed', {
    param: 'scopes',
    detail: {
      es: `El rol ${role} no permite ${scope}.`,
      en: `The role ${role} does not allow ${scope}.`,
    },
  });
}

function alreadyOver(): AppError {
  return new AppError('validation_failed', {
    param: 'expires_at',
    detail: { es: 'expires_at ya pasó.', en: 'expires_at is in the past.' },
  });
}

function worksNoMore(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'Esa llave ya no sirve: cree otra.',
      en: 'That key works no more: make another one.',
    },
  });
}

function tooManyKeys(): AppError {
  return new AppError('conflict', {
    detail: {
      es: `Hay ${limits.auth.apiKeysMax} llaves activas: revoque alguna primero.`,
      en: `There are ${limits.auth.apiKeysMax} active keys: revoke one first.`,
    },
  });
}
