import { sql } from 'kysely';
import type { OrgTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import type { DayTotal } from './statement.rules.ts';
import type { EntryRow } from './wallet.repo.ts';

/** A calendar month of one time zone, as instants: from the first to before the last. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Midnight is the database's to say: it knows every zone's history. `month` is `2026-11`. */
export async function findPeriod(tx: OrgTx, month: string, zone: string): Promise<Period> {
  const { rows } = await sql<Period>`
    select first::timestamp at time zone ${zone} as from,
           (first + interval '1 month') at time zone ${zone} as to
      from (select ${`${month}-01`}::date as first) m`.execute(tx);
  return rows[0] as Period;
}

/** What the last entry before an instant left, and which one it was; zeros if there is none. */
export async function findStateAt(
  tx: OrgTx,
  orgId: Id<'org'>,
  before: Date,
): Promise<{ seq: bigint; balanceMicros: bigint }> {
  const row = await tx
    .selectFrom('wallet_entries')
    .select(['seq', 'balance_after'])
    .where('org_id', '=', orgId)
    .where('created_at', '<', before)
    .orderBy('created_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { seq: row?.seq ?? 0n, balanceMicros: row?.balance_after ?? 0n };
}

/** Entries behind one number up to another: nothing that is booked meanwhile gets in between. */
export interface EntryRange {
  readonly after: bigint;
  readonly upTo: bigint;
}

/** What was booked, by day, kind and direction. */
export async function sumByDay(
  tx: OrgTx,
  orgId: Id<'org'>,
  range: EntryRange,
  zone: string,
): Promise<DayTotal[]> {
  const { rows } = await sql<DayTotal>`
    select to_char(created_at at time zone ${zone}, 'YYYY-MM-DD') as date, kind,
           count(*)::int as count, sum(amount)::bigint as amount,
           coalesce(sum(seconds), 0)::int as seconds
      from wallet_entries
     where org_id = ${orgId} and seq > ${range.after} and seq <= ${range.upTo}
     group by 1, 2, sign(amount)`.execute(tx);
  return rows;
}

/** In the order they were booked. */
export const listRange = (
  tx: OrgTx,
  orgId: Id<'org'>,
  range: EntryRange,
  limit: number,
): Promise<EntryRow[]> =>
  tx
    .selectFrom('wallet_entries')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.upTo)
    .orderBy('seq')
    .limit(limit)
    .execute();
