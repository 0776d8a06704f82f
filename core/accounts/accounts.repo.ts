import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { Role } from './accounts.schema.ts';

const organizationColumns = ['id', 'name', 'country', 'currency', 'plan', 'created_at'] as const;

export interface KnownPerson {
  readonly id: Id<'usr'>;
  readonly email: string;
  /** The founded organization first, then by age. */
  readonly memberships: readonly { orgId: Id<'org'>; orgName: string; role: Role }[];
}

/** The person of this account and where they belong. */
export async function findPerson(tx: SystemTx, authId: string): Promise<KnownPerson | undefined> {
  const rows = await tx
    .selectFrom('users as u')
    .leftJoin('memberships as m', 'm.user_id', 'u.id')
    .leftJoin('organizations as o', 'o.id', 'm.org_id')
    .where('u.auth_id', '=', authId)
    .select(['u.id', 'u.email', 'm.org_id', 'm.role', 'o.name as org_name'])
    .orderBy(sql`(o.founded_by = u.id) is true`, 'desc')
    .orderBy('m.created_at')
    .orderBy('m.id')
    .execute();
  const [first] = rows;
  if (!first) return undefined;
  return {
    id: first.id,
    email: first.email,
    memberships: rows.flatMap((row) =>
      row.org_id && row.role && row.org_name
        ? [{ orgId: row.org_id, orgName: row.org_name, role: row.role }]
        : [],
    ),
  };
}

interface Founding {
  readonly user: Pick<Selectable<Database['users']>, 'id' | 'auth_id' | 'email' | 'name' | 'phone'>;
  readonly orgId: Id<'org'>;
  readonly orgName: string;
  readonly membershipId: Id<'mem'>;
}

/**
 * Writes the person, their organization and their membership, unless another request has. Whoever
 * comes second waits on the first one's row and then finds everything there. No conflict target: the
 * person's id follows from the account's, so both unique keys collide at once.
 * Returns whether this call founded the organization.
 */
export async function found(tx: SystemTx, founding: Founding): Promise<boolean> {
  await tx
    .insertInto('users')
    .values(founding.user)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const organization = await tx
    .insertInto('organizations')
    .values({ id: founding.orgId, name: founding.orgName, founded_by: founding.user.id })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  // Only with the organization itself: a founder who was removed from it does not come back this way.
  if (!organization) return false;
  await tx
    .insertInto('memberships')
    .values({
      id: founding.membershipId,
      org_id: founding.orgId,
      user_id: founding.user.id,
      role: 'owner',
    })
    .execute();
  return true;
}

/** How many organizations this person owns. */
export async function countOwned(tx: SystemTx, userId: Id<'usr'>): Promise<number> {
  const { count } = await tx
    .selectFrom('memberships')
    .where('user_id', '=', userId)
    .where('role', '=', 'owner')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Writes another organization of a person and their membership; undefined if one was asked for with
 * this `creation_key` before. Two requests of one key take turns on it.
 */
export async function createOrganization(
  tx: SystemTx,
  organization: { id: Id<'org'>; name: string; creation_key: string | null; created_at: Date },
  owner: { userId: Id<'usr'>; membershipId: Id<'mem'> },
) {
  const created = await tx
    .insertInto('organizations')
    .values({ ...organization, founded_by: null })
    .onConflict((conflict) => conflict.column('creation_key').doNothing())
    .returning(organizationColumns)
    .executeTakeFirst();
  if (!created) return undefined;
  await tx
    .insertInto('memberships')
    .values({
      id: owner.membershipId,
      org_id: created.id,
      user_id: owner.userId,
      role: 'owner',
      created_at: organization.created_at,
    })
    .execute();
  return created;
}

export async function findCreated(tx: SystemTx, creationKey: string) {
  return tx
    .selectFrom('organizations')
    .where('creation_key', '=', creationKey)
    .select(organizationColumns)
    .executeTakeFirst();
}

export async function updateEmail(tx: SystemTx, id: Id<'usr'>, email: string, at: Date) {
  await tx
    .updateTable('users')
    .set({ email, updated_at: at })
    .where('id', '=', id)
    .where('email', '!=', email)
    .execute();
}

export async function getUser(tx: AnyTx, id: Id<'usr'>) {
  return tx
    .selectFrom('users')
    .where('id', '=', id)
    .select(['id', 'auth_id', 'email', 'name', 'phone'])
    .executeTakeFirst();
}

export async function getOrganization(tx: AnyTx, id: Id<'org'>) {
  return tx
    .selectFrom('organizations')
    .where('id', '=', id)
    .select(organizationColumns)
    .executeTakeFirst();
}

/** `updated_at` is not the tenant's to write; the name is the only column it may set. */
export async function renameOrganization(tx: OrgTx, id: Id<'org'>, name: string) {
  return tx
    .updateTable('organizations')
    .set({ name })
    .where('id', '=', id)
    .returning(organizationColumns)
    .executeTakeFirst();
}
