import type { AnyTx, OrgTx, SystemTx } from '../db/index.ts';
import type { Id, Language } from '../kernel/index.ts';
import type { Role } from './accounts.schema.ts';

const columns = [
  'id',
  'org_id',
  'email',
  'role',
  'language',
  'status',
  'token_hash',
  'invited_by',
  'accepted_by',
  'created_at',
  'expires_at',
  'mail_requested_at',
  'mailed_at',
  'settled_at',
] as const;
export type InvitationRow = Awaited<ReturnType<typeof insertInvitation>>;

export async function insertInvitation(
  tx: OrgTx,
  invitation: {
    id: Id<'ivt'>;
    org_id: Id<'org'>;
    email: string;
    role: Role;
    language: Language;
    invited_by: Id<'usr'>;
    created_at: Date;
    mail_requested_at: Date;
    expires_at: Date;
  },
) {
  return tx
    .insertInto('invitations')
    .values(invitation)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Newest first, one more than `limit`. */
export async function listInvitations(tx: OrgTx, limit: number, before: Id<'ivt'> | undefined) {
  let query = tx
    .selectFrom('invitations')
    .select(columns)
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('id', '<', before);
  return query.execute();
}

/** Held until the end of the transaction. */
export async function lockInvitation(tx: AnyTx, id: Id<'ivt'>) {
  return tx
    .selectFrom('invitations')
    .where('id', '=', id)
    .select(columns)
    .forUpdate()
    .executeTakeFirst();
}

/** Whoever has the token may be a member of nothing, so this one looks across organizations. */
export async function findByToken(tx: SystemTx, tokenHash: string) {
  return tx
    .selectFrom('invitations as i')
    .innerJoin('organizations as o', 'o.id', 'i.org_id')
    .where('i.token_hash', '=', tokenHash)
    .select(['i.id', 'i.org_id', 'i.email', 'i.role', 'i.status', 'i.expires_at'])
    .select('o.name as org_name')
    .executeTakeFirst();
}

export async function findPending(tx: OrgTx, email: string) {
  return tx
    .selectFrom('invitations')
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .select(columns)
    .executeTakeFirst();
}

export async function countPending(tx: OrgTx): Promise<number> {
  const { count } = await tx
    .selectFrom('invitations')
    .where('status', '=', 'pending')
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

type Outcome = 'accepted' | 'declined' | 'revoked' | 'expired' | 'undeliverable';

export async function settle(
  tx: AnyTx,
  id: Id<'ivt'>,
  status: Outcome,
  at: Date,
  acceptedBy?: Id<'usr'>,
): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ status, settled_at: at, ...(acceptedBy && { accepted_by: acceptedBy }) })
    .where('id', '=', id)
    .execute();
}

/** What has run out is no longer in the way of the next one. */
export async function settleExpired(tx: OrgTx, now: Date): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ status: 'expired', settled_at: now })
    .where('status', '=', 'pending')
    .where('expires_at', '<=', now)
    .execute();
}

/** Revokes what this person has invited into these roles. */
export async function revokeInvitationsOf(
  tx: OrgTx,
  userId: Id<'usr'>,
  into: readonly Role[],
  at: Date,
): Promise<void> {
  if (into.length === 0) return;
  await tx
    .updateTable('invitations')
    .set({ status: 'revoked', settled_at: at })
    .where('invited_by', '=', userId)
    .where('status', '=', 'pending')
    .where('role', 'in', into)
    .execute();
}

export async function requestMail(tx: OrgTx, id: Id<'ivt'>, at: Date, expiresAt: Date) {
  return tx
    .updateTable('invitations')
    .set({ mail_requested_at: at, mailed_at: null, expires_at: expiresAt })
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** The token of the mail about to go out; the one before it works no more. */
export async function setToken(tx: OrgTx, id: Id<'ivt'>, tokenHash: string): Promise<void> {
  await tx.updateTable('invitations').set({ token_hash: tokenHash }).where('id', '=', id).execute();
}

export async function noteMailed(
  tx: OrgTx,
  id: Id<'ivt'>,
  tokenHash: string,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ mailed_at: at })
    .where('id', '=', id)
    .where('token_hash', '=', tokenHash)
    .execute();
}

/** Asks once more for mails that were asked for before `before` and never went out. */
export async function askAgain(tx: SystemTx, before: Date, now: Date) {
  return tx
    .updateTable('invitations')
    .set({ mail_requested_at: now })
    .where('status', '=', 'pending')
    .where('mailed_at', 'is', null)
    .where('mail_requested_at', '<', before)
    .where('expires_at', '>', now)
    .returning(['id', 'org_id', 'mail_requested_at'])
    .execute();
}

/** What the mail names: the business, and who invites. */
export async function getSenders(tx: OrgTx, orgId: Id<'org'>, userId: Id<'usr'> | null) {
  const organization = await tx
    .selectFrom('organizations')
    .where('id', '=', orgId)
    .select('name')
    .executeTakeFirstOrThrow();
  const inviter =
    userId &&
    (await tx
      .selectFrom('users')
      .where('id', '=', userId)
      .select(['name', 'email'])
      .executeTakeFirst());
  return { orgName: organization.name, inviter: inviter?.name ?? inviter?.email };
}
