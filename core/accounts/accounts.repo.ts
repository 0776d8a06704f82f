import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { KeyMode, Role } from './accounts.schema.ts';

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
    .select(['id', 'name', 'country', 'currency', 'plan', 'created_at'])
    .executeTakeFirst();
}

/** `updated_at` is not the tenant's to write; the name is the only column it may set. */
export async function renameOrganization(tx: OrgTx, id: Id<'org'>, name: string) {
  return tx
    .updateTable('organizations')
    .set({ name })
    .where('id', '=', id)
    .returning(['id', 'name', 'country', 'currency', 'plan', 'created_at'])
    .executeTakeFirst();
}

const keyColumns = [
  'id',
  'name',
  'mode',
  'hint',
  'created_at',
  'last_used_at',
  'revoked_at',
] as const;

export async function insertApiKey(
  tx: OrgTx,
  key: {
    id: Id<'key'>;
    org_id: Id<'org'>;
    name: string;
    mode: KeyMode;
    secret_hash: string;
    hint: string;
    created_by: Id<'usr'> | null;
    created_at: Date;
  },
) {
  return tx.insertInto('api_keys').values(key).returning(keyColumns).executeTakeFirstOrThrow();
}

export async function countWorkingApiKeys(tx: OrgTx): Promise<number> {
  const { count } = await tx
    .selectFrom('api_keys')
    .where('revoked_at', 'is', null)
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Newest first, one more than `limit`. */
export async function listApiKeys(tx: OrgTx, limit: number, before: Id<'key'> | undefined) {
  let query = tx
    .selectFrom('api_keys')
    .select(keyColumns)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** Revokes once: a second call leaves the first one's time. Undefined if there is no such key. */
export async function revokeApiKey(tx: OrgTx, id: Id<'key'>, at: Date) {
  const revoked = await tx
    .updateTable('api_keys')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return revoked ?? tx.selectFrom('api_keys').where('id', '=', id).select('id').executeTakeFirst();
}

export async function findApiKey(tx: SystemTx, secretHash: string) {
  return tx
    .selectFrom('api_keys')
    .where('secret_hash', '=', secretHash)
    .select(['id', 'org_id', 'mode', 'secret_hash', 'last_used_at', 'revoked_at'])
    .executeTakeFirst();
}

export async function touchApiKey(tx: SystemTx, id: Id<'key'>, at: Date) {
  await tx.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
}
