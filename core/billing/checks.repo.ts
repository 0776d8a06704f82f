import { sql } from 'kysely';
import type { SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

/** Something to ask a provider about. */
export interface Check {
  /** The organization's id for its subscription; the provider's id of a checkout; a payment's id. */
  readonly subject: string;
  readonly orgId: Id<'org'>;
  readonly kind: 'subscription' | 'checkout' | 'payment';
  readonly since: Date;
  readonly hint: string | null;
}

/** Puts a check on the list, or moves it to `dueAt`; without a time it is taken off. */
export async function scheduleCheck(
  tx: SystemTx,
  check: Pick<Check, 'subject' | 'orgId' | 'kind'> & { since?: Date; hint?: string | undefined },
  dueAt: Date | undefined,
): Promise<void> {
  if (dueAt === undefined) {
    await tx.deleteFrom('billing_checks').where('subject', '=', check.subject).execute();
    return;
  }
  await tx
    .insertInto('billing_checks')
    .values({
      subject: check.subject,
      org_id: check.orgId,
      kind: check.kind,
      ...(check.since ? { since: check.since } : {}),
      due_at: dueAt,
      hint: check.hint ?? null,
    })
    .onConflict((conflict) =>
      conflict.column('subject').doUpdateSet({ due_at: dueAt, hint: check.hint ?? null }),
    )
    .execute();
}

/** Has what is on the list looked at by the next sweep. */
export async function hastenCheck(
  tx: SystemTx,
  which: Pick<Check, 'subject'> | Pick<Check, 'orgId' | 'kind'>,
  at: Date,
): Promise<void> {
  const query = tx.updateTable('billing_checks').set({ due_at: at }).where('due_at', '>', at);
  await (
    'subject' in which
      ? query.where('subject', '=', which.subject)
      : query.where('org_id', '=', which.orgId).where('kind', '=', which.kind)
  ).execute();
}

/** Takes what is due for this process alone, until `leasedUntil`. */
export async function claimChecks(
  tx: SystemTx,
  claim: { now: Date; leasedUntil: Date; limit: number },
): Promise<Check[]> {
  const { rows } = await sql<Check>`
    update billing_checks
       set due_at = ${claim.leasedUntil}::timestamptz
     where subject in (
       select subject from billing_checks
        where due_at <= ${claim.now}::timestamptz
        order by due_at limit ${claim.limit}::int
          for update skip locked)
    returning subject, org_id as "orgId", kind, since, hint`.execute(tx);
  return rows;
}

/** The checkouts of an organization that were open when they were last looked at. */
export async function listOpenCheckouts(
  tx: SystemTx,
  orgId: Id<'org'>,
  limit: number,
): Promise<Pick<Check, 'subject' | 'orgId' | 'since'>[]> {
  return tx
    .selectFrom('billing_checks')
    .select(['subject', 'org_id as orgId', 'since'])
    .where('org_id', '=', orgId)
    .where('kind', '=', 'checkout')
    .orderBy('since', 'desc')
    .limit(limit)
    .execute();
}
