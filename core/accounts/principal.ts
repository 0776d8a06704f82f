import type { OrgScope } from '../db/index.ts';
import { AppError, type Id } from '../kernel/index.ts';
import type { KeyMode, Role } from './accounts.schema.ts';

/** Whom a request's credential stands for. */
export interface Principal {
  readonly kind: 'user' | 'api_key';
  /** Undefined for a person who belongs to no organization. */
  readonly orgId: Id<'org'> | undefined;
  /** Undefined for a program's key. */
  readonly userId: Id<'usr'> | undefined;
  readonly role: Role;
  readonly email: string | undefined;
  readonly mode: KeyMode;
}

/** A principal that acts for an organization. */
export type Member = Principal & OrgScope;

/** Throws `forbidden` unless the member has one of `roles`. */
export function requireRole(member: Pick<Principal, 'role'>, ...roles: readonly Role[]): void {
  if (roles.includes(member.role)) return;
  throw new AppError('forbidden', {
    detail: {
      es: `Su rol (${member.role}) no permite esto.`,
      en: `Your role (${member.role}) does not allow this.`,
    },
  });
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
