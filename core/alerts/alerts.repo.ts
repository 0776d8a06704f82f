import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import { telling, type AlertKind } from './alert.rules.ts';

export type AlertRow = Selectable<Database['alerts']>;

/** Events nobody has looked at for trouble, the oldest first; another process skips them. */
export const takeEvents = (tx: SystemTx, limit: number) =>
  tx
    .selectFrom('events')
    .select(['id', 'org_id', 'type', 'data', 'created_at', 'test'])
    .where('considered_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();

export async function markConsidered(tx: SystemTx, ids: readonly Id<'evt'>[], at: Date) {
  await tx
    .updateTable('events')
    .set({ considered_at: at })
    .where('id', 'in', [...ids])
    .execute();
}

export const isTelling = (type: string): boolean => (telling as readonly string[]).includes(type);

interface Raised {
  readonly id: Id<'alr'>;
  readonly orgId: Id<'org'> | null;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly data: object;
  readonly at: Date;
}

/** Opens an alert, or counts one more of the one that is open. */
export async function raise(tx: SystemTx, alert: Raised): Promise<void> {
  await sql`
    insert into alerts (id, org_id, kind, subject, data, first_at, last_at)
    values (${alert.id}, ${alert.orgId}, ${alert.kind}, ${alert.subject},
            ${JSON.stringify(alert.data)}, ${alert.at}, ${alert.at})
    on conflict (coalesce(org_id, ''), kind, subject) where resolved_at is null
    do update set occurrences = alerts.occurrences + 1, data = excluded.data,
                  last_at = greatest(alerts.last_at, excluded.last_at)`.execute(tx);
}

export async function resolve(
  tx: SystemTx,
  alert: { orgId: Id<'org'> | null; kind: AlertKind; subject: string | undefined; at: Date },
): Promise<void> {
  const { orgId, subject } = alert;
  await tx
    .updateTable('alerts')
    .set({ resolved_at: alert.at })
    .where('kind', '=', alert.kind)
    .where('resolved_at', 'is', null)
    .where((where) => (orgId === null ? where('org_id', 'is', null) : where('org_id', '=', orgId)))
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? ''))
    .execute();
}

/**
 * Open alerts whose people have not been written to about it: not of this alert, nor of one before
 * it of the same thing since `quietSince`; or not since then, though it went on.
 */
export async function listDue(tx: SystemTx, quietSince: Date, limit: number): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    select a.* from alerts a
     where a.resolved_at is null
       and (a.mailed_at is null or (a.mailed_at < ${quietSince} and a.last_at > a.mailed_at))
       and not exists (
         select from alerts before
          where coalesce(before.org_id, '') = coalesce(a.org_id, '') and before.kind = a.kind
            and before.subject = a.subject and before.mailed_at >= ${quietSince})
     order by a.first_at limit ${limit}`.execute(tx);
  return rows;
}

export const lockAlert = (tx: SystemTx, id: Id<'alr'>): Promise<AlertRow | undefined> =>
  tx.selectFrom('alerts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();

export async function noteMailed(tx: SystemTx, id: Id<'alr'>, at: Date): Promise<void> {
  await tx.updateTable('alerts').set({ mailed_at: at }).where('id', '=', id).execute();
}

/** Who is written to: owners and admins. */
export const listRecipients = (tx: SystemTx, orgId: Id<'org'>) =>
  tx
    .selectFrom('memberships as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .innerJoin('organizations as o', 'o.id', 'm.org_id')
    .where('m.org_id', '=', orgId)
    .where('m.role', 'in', ['owner', 'admin'])
    .select(['u.email', 'o.name as org_name'])
    .orderBy('m.created_at')
    .execute();

export const listAlerts = (
  tx: OrgTx,
  page: { limit: number; before: Id<'alr'> | undefined },
): Promise<AlertRow[]> =>
  tx
    .selectFrom('alerts')
    .selectAll()
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 'alr_'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();

/** The alert, resolved; undefined if there is none. Resolving twice keeps the first time. */
export async function resolveOne(
  tx: OrgTx,
  id: Id<'alr'>,
  at: Date,
): Promise<AlertRow | undefined> {
  await tx
    .updateTable('alerts')
    .set({ resolved_at: at })
    .where('id', '=', id)
    .where('resolved_at', 'is', null)
    .execute();
  return getAlert(tx, id);
}

const getAlert = (tx: AnyTx, id: Id<'alr'>): Promise<AlertRow | undefined> =>
  tx.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
