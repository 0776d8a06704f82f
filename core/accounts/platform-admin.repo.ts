import { sql } from 'kysely';
import type { Origin, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

export async function insertAdminAction(
  tx: SystemTx,
  action: {
    id: Id<'adm'>;
    userId: Id<'usr'>;
    email: string;
    action: string;
    detail: object;
    origin: Origin | undefined;
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('admin_actions')
    .values({
      id: action.id,
      user_id: action.userId,
      email: action.email,
      action: action.action,
      detail: JSON.stringify(action.detail),
      ip: action.origin?.ip ?? null,
      user_agent: action.origin?.userAgent ?? null,
      request_id: action.origin?.requestId ?? null,
      at: action.at,
    })
    .execute();
}

/** Newest first, one more than `limit`. `search` is looked for as it is: no pattern of its own. */
export async function searchOrganizations(
  tx: SystemTx,
  search: string | undefined,
  limit: number,
  before: Id<'org'> | undefined,
) {
  let query = tx
    .selectFrom('organizations as o')
    .select(['o.id', 'o.name', 'o.country', 'o.currency', 'o.plan', 'o.wallet_balance'])
    .select('o.created_at')
    .select(
      sql<number>`(select count(*)::int from memberships m where m.org_id = o.id)`.as('members'),
    )
    .select(
      sql<string[]>`array(
        select u.email from memberships m join users u on u.id = m.user_id
        where m.org_id = o.id and m.role = 'owner' order by m.created_at)`.as('owners'),
    )
    .orderBy('o.id', 'desc')
    .limit(limit + 1);
  if (before !== undefined) query = query.where('o.id', '<', before);
  if (search !== undefined) {
    const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`(o.id = ${search} or o.name ilike ${pattern} or exists (
        select from memberships m join users u on u.id = m.user_id
        where m.org_id = o.id and m.role = 'owner' and u.email ilike ${pattern}))`,
    );
  }
  return query.execute();
}
