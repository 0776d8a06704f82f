import { sql } from 'kysely';
import type { AnyTx, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { Role } from './accounts.schema.ts';

/** Joining, leaving and changing roles happen one at a time in an organization. */
export async function lockMembers(tx: AnyTx, orgId: Id<'org'>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`members:${orgId}`}, 0))`.execute(tx);
}

function members(tx: AnyTx, orgId: Id<'org'>) {
  return tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .where('m.org_id', '=', orgId)
    .select(['m.id', 'm.role', 'm.created_at', 'm.user_id', 'u.email', 'u.name']);
}
export type MemberRow = Awaited<ReturnType<typeof listMembers>>[number];

/** Newest first, one more than `limit`. */
export async function listMembers(
  tx: OrgTx,
  orgId: Id<'org'>,
  limit: number,
  before: Id<'mem'> | undefined,
) {
  let query = members(tx, orgId)
    .orderBy('m.id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('m.id', '<', before);
  return query.execute();
}

export async function getMember(tx: AnyTx, orgId: Id<'org'>, id: Id<'mem'>) {
  return members(tx, orgId).where('m.id', '=', id).executeTakeFirst();
}

export async function getMemberByUser(tx: AnyTx, orgId: Id<'org'>, userId: Id<'usr'>) {
  return members(tx, orgId).where('m.user_id', '=', userId).executeTakeFirst();
}

export async function getMemberByEmail(tx: OrgTx, orgId: Id<'org'>, email: string) {
  return members(tx, orgId).where('u.email', '=', email).select('m.id').executeTakeFirst();
}

export async function countOwners(tx: OrgTx, orgId: Id<'org'>): Promise<number> {
  const { count } = await tx
    .selectFrom('memberships')
    .where('org_id', '=', orgId)
    .where('role', '=', 'owner')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export async function countMembers(tx: AnyTx, orgId: Id<'org'>): Promise<number> {
  const { count } = await tx
    .selectFrom('memberships')
    .where('org_id', '=', orgId)
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

export async function setRole(tx: OrgTx, id: Id<'mem'>, role: Role): Promise<void> {
  await tx.updateTable('memberships').set({ role }).where('id', '=', id).execute();
}

export async function deleteMember(tx: OrgTx, id: Id<'mem'>): Promise<void> {
  await tx.deleteFrom('memberships').where('id', '=', id).execute();
}

export async function insertMember(
  tx: SystemTx,
  member: {
    id: Id<'mem'>;
    org_id: Id<'org'>;
    user_id: Id<'usr'>;
    role: Role;
    created_at: Date;
  },
): Promise<void> {
  await tx.insertInto('memberships').values(member).execute();
}
