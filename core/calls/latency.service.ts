import { sql } from 'kysely';
import type { Db, OrgScope } from '../db/index.ts';
import type { Clock } from '../kernel/index.ts';
import { turnCauses } from './calls.schema.ts';
import { targetLatencyMs, type LatencyReportWire } from './latency.schema.ts';
import type { CallTurnRow } from './calls.repo.ts';

export type LatencyService = ReturnType<typeof createLatencyService>;

/** The latency ledger of an organization's calls, added up. */
export function createLatencyService({ db, clock }: { db: Db; clock: Clock }) {
  return {
    /** The turns that answered callers in calls of the last `sinceMs`, and what they waited for. */
    async report(scope: OrgScope, sinceMs: number): Promise<LatencyReportWire> {
      const until = clock.now();
      const since = new Date(until.getTime() - sinceMs);
      return db.withOrg(scope, async (tx) => {
        // All of it is one statement: the totals and the causes are of the same turns.
        const { rows } = await sql<SummaryRow>`
          select t.cause,
                 grouping(t.cause) = 1 as is_total,
                 count(*)::int as turns,
                 count(distinct t.call_id)::int as calls,
                 (count(*) filter (where t.voice_to_voice_ms > ${targetLatencyMs}))::int as over,
                 count(t.speculative_start_ms)::int as speculated,
                 count(t.failure)::int as failed,
                 percentile_disc(array[0.5, 0.95, 0.99])
                   within group (order by t.voice_to_voice_ms) as waits
            from call_turns t
            join calls c on c.id = t.call_id
           where c.created_at >= ${since} and t.voice_to_voice_ms is not null
           group by grouping sets ((), (t.cause))`.execute(tx);
        return present(rows, { since, until });
      });
    },
  };
}

interface SummaryRow {
  readonly cause: CallTurnRow['cause'];
  readonly is_total: boolean;
  readonly turns: number;
  readonly calls: number;
  readonly over: number;
  readonly speculated: number;
  readonly failed: number;
  readonly waits: readonly [number, number, number] | null;
}

const order: readonly CallTurnRow['cause'][] = [...turnCauses, null];

function present(
  rows: readonly SummaryRow[],
  { since, until }: { since: Date; until: Date },
): LatencyReportWire {
  const total = rows.find((row) => row.is_total);
  const turns = total?.turns ?? 0;
  const shareOf = (over: number) => (turns === 0 ? 0 : over / turns);
  const [p50, p95, p99] = total?.waits ?? [];
  const isKnown = p50 !== undefined && p95 !== undefined && p99 !== undefined;
  return {
    since: since.toISOString(),
    until: until.toISOString(),
    calls: total?.calls ?? 0,
    turns,
    target_ms: targetLatencyMs,
    voice_to_voice_ms: isKnown ? { p50, p95, p99 } : null,
    over_target: { turns: total?.over ?? 0, share: shareOf(total?.over ?? 0) },
    speculated: total?.speculated ?? 0,
    failed: total?.failed ?? 0,
    causes: rows
      .filter((row) => !row.is_total)
      .toSorted((a, b) => order.indexOf(a.cause) - order.indexOf(b.cause))
      .map(({ cause, turns: count, over, waits }) => ({
        cause,
        turns: count,
        p50: waits?.[0] ?? 0,
        p95: waits?.[1] ?? 0,
        over_target: over,
        share: shareOf(over),
      })),
  };
}
