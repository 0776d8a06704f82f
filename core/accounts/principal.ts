import type { Origin, OrgScope } from '../db/index.ts';
import { AppError, type Id } from '../kernel/index.ts';
import type { KeyMode, Role } from './accounts.schema.ts';
import { roleAllows, type Permission } from './permissions.ts';

/** Whom a request's credential stands for. */
export interface Principal {
  readonly kind: 'user' | 'api_key';
  /** Undefined for a person who belongs to no organization. */
  readonly orgId: Id<'org'> | undefined;
  /** Undefined for a program's key. */
  readonly userId: Id<'usr'> | undefined;
  /** Undefined for a person. */
  readonly keyId?: Id<'key'> | undefined;
  readonly role: Role;
  readonly email: string | undefined;
  readonly mode: KeyMode;
  /** Where the request came from, set at the edge. */
  readonly origin?: Origin | undefined;
  /** What an API key is confined to, within its role; undefined for a person. */
  readonly scopes?: readonly Permission[] | undefined;
  /** Whether this person runs the platform itself. */
  readonly platformAdmin?: boolean | undefined;
}

/** A principal that acts for an organization. */
export type Member = Principal & OrgScope;

/** Throws `forbidden` unless the principal's role, and its scopes where it has any, allow this. */
export function requirePermission(
  principal: Pick<Principal, 'role' | 'scopes'>,
  permission: Permission,
): void {
  if (!roleAllows(principal.role, permission)) {
    throw new AppError('forbidden', {
      detail: {
        es: `Su rol (${principal.role}) no permite esto (${permission}).`,
        en: `Your role (${principal.role}) does not allow this (${permission}).`,
      },
    });
  }
  if (principal.scopes && !principal.scopes.includes(permission)) {
    throw new AppError('forbidden', {
      detail: {
        es: `Esta llave no tiene el permiso ${permission}.`,
        en: `This key does not have the scope ${permission}.`,
      },
    });
  }
}

/** Throws `forbidden` for a program: what only a person may do. */
export function requirePerson(member: Pick<Principal, 'kind'>): void {
  if (member.kind === 'user') return;
  throw new AppError('forbidden', {
    detail: {
      es: 'Esto lo hace una persona, no una llave de API.',
      en: 'A person does this, not an API key.',
    },
  });
}
