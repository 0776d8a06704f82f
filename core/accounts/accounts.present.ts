import type { Selectable } from 'kysely';
import type { Database } from '../db/index.ts';
import { idFromUuid, type Id } from '../kernel/index.ts';
import type { IdentityUser } from '../ports/index.ts';
import type { OrganizationWire, PersonWire } from './accounts.schema.ts';

/** The id of the person behind an account of the identity service: always the same one. */
export function personId(user: Pick<IdentityUser, 'authId'>): Id<'usr'> {
  return idFromUuid('usr', user.authId);
}

export function presentPerson(
  row: Pick<Selectable<Database['users']>, 'id' | 'email' | 'name' | 'phone'>,
): PersonWire {
  return { id: row.id, email: row.email, name: row.name, phone: row.phone };
}

export function presentOrganization(
  row: Pick<
    Selectable<Database['organizations']>,
    'id' | 'name' | 'country' | 'currency' | 'plan' | 'created_at'
  >,
): OrganizationWire {
  return {
    id: row.id,
    name: row.name,
    country: row.country,
    currency: row.currency,
    plan: row.plan,
    created_at: row.created_at.toISOString(),
  };
}
