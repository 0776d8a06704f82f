import { roles, type Role } from './accounts.schema.ts';

/** Whether `actor` may give somebody `role`: only owners make owners. */
export function mayGrant(actor: Role, role: Role): boolean {
  return actor === 'owner' || (actor === 'admin' && role !== 'owner');
}

/** Whether `actor` may change or remove a member who is `target`: an admin does not touch an owner. */
export function mayChange(actor: Role, target: Role): boolean {
  return actor === 'owner' || (actor === 'admin' && target !== 'owner');
}

/** The roles that `actor` may give nobody. */
export function rolesBeyond(actor: Role): Role[] {
  return roles.filter((role) => !mayGrant(actor, role));
}
