import { sql } from 'kysely';
import type { Db, OrgScope, OrgTx } from '../db/index.ts';
import { AppError, type Page } from '../kernel/index.ts';
import type { AuditEntryWire, AuditQuery, AuditVerificationWire } from './audit.schema.ts';

export type AuditService = ReturnType<typeof createAuditService>;

/** Reads the audit log. Entries are written by the database itself, with every change. */
export function createAuditService({ db }: { db: Db }) {
  return {
    /** Newest first. */
    list: (scope: OrgScope, query: AuditQuery): Promise<Page<AuditEntryWire>> =>
      db.withOrg(scope, (tx) => listEntries(tx, query)),

    /** Hashes the whole chain again, in the database. */
    verify: (scope: OrgScope): Promise<AuditVerificationWire> =>
      db.withOrg(scope, async (tx) => {
        const { rows } = await sql<{ entries: bigint; broken_at: bigint | null }>`
          with chain as (
            select seq, prev_hash = coalesce(lag(hash) over (order by seq), '') as follows,
                   hash = app.audit_hash(audit_logs) as intact,
                   row_number() over (order by seq) as position
              from audit_logs
          )
          select count(*) as entries,
                 min(position) filter (where not (follows and intact and seq = position)) as broken_at
            from chain`.execute(tx);
        const head = await tx
          .selectFrom('audit_logs')
          .select(['seq', 'hash'])
          .orderBy('seq', 'desc')
          .executeTakeFirst();
        const [result] = rows;
        const brokenAt = result?.broken_at ?? null;
        return {
          ok: brokenAt === null,
          organization_id: scope.orgId,
          entries: Number(result?.entries ?? 0n),
          head: head ? { seq: Number(head.seq), hash: head.hash } : null,
          broken_at: brokenAt === null ? null : Number(brokenAt),
        };
      }),
  };
}

async function listEntries(tx: OrgTx, query: AuditQuery): Promise<Page<AuditEntryWire>> {
  const before = cursorSeq(query.cursor);
  let select = tx
    .selectFrom('audit_logs')
    .selectAll()
    .select(sql<string>`app.audit_canonical(audit_logs)`.as('canonical'))
    .orderBy('seq', 'desc')
    .limit(query.limit + 1);
  if (before !== undefined) select = select.where('seq', '<', before);
  if (query.target_type) select = select.where('target_type', '=', query.target_type);
  if (query.target_id) select = select.where('target_id', '=', query.target_id);
  if (query.actor_id) select = select.where('actor_id', '=', query.actor_id);
  const rows = await select.execute();
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const hasMore = rows.length > query.limit;
  return {
    data: shown.map((row) => ({
      seq: Number(row.seq),
      actor: { type: row.actor_type, id: row.actor_id, ip: row.ip, user_agent: row.user_agent },
      request_id: row.request_id,
      action: row.action,
      target: { type: row.target_type, id: row.target_id },
      before: row.before,
      after: row.after,
      at: row.at.toISOString(),
      prev_hash: row.prev_hash,
      hash: row.hash,
      canonical: row.canonical,
    })),
    has_more: hasMore,
    next_cursor: hasMore && last ? String(last.seq) : null,
  };
}

function cursorSeq(cursor: string | undefined): bigint | undefined {
  if (cursor === undefined) return undefined;
  if (/^[1-9]\d{0,17}$/.test(cursor)) return BigInt(cursor);
  throw new AppError('invalid_request', {
    param: 'cursor',
    detail: { es: 'El cursor no es de esta lista.', en: 'The cursor is not of this list.' },
  });
}
