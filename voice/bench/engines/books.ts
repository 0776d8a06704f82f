import type { SystemTx } from '@alo/core/db';
import { callCostMicros } from '@alo/core/rates';

/** Whether what was talked is what was paid. Amounts in micros, as numbers: they cross to another process. */
export interface Books {
  readonly calls: number;
  /** Calls that are not over. */
  readonly open: number;
  /** Calls that are over and have no ledger entry, or several. */
  readonly notChargedOnce: number;
  /** Holds that still hold something back. */
  readonly held: number;
  /** What the calls' own durations cost, by the rate each was started at. */
  readonly metered: number;
  /** What was taken out of their holds. */
  readonly captured: number;
  /** What the wallet's ledger says was paid for calls. */
  readonly paid: number;
}

/** Adds up every call in the database, each figure from the table that keeps it. */
export async function readBooks(tx: SystemTx): Promise<Books> {
  const calls = await tx.selectFrom('calls').selectAll().execute();
  const holds = await tx.selectFrom('wallet_holds').select(['status', 'captured']).execute();
  const entries = await tx
    .selectFrom('wallet_entries')
    .select(['source_id', 'amount'])
    .where('kind', '=', 'call')
    .execute();
  const charges = new Map<string, number>();
  for (const { source_id: id } of entries) charges.set(id, (charges.get(id) ?? 0) + 1);
  const over = calls.filter((call) => call.ended_at !== null);
  const metered = over.map((call) =>
    callCostMicros(call.duration_ms ?? 0, {
      microsPerMinute: call.rate_per_minute,
      rounding: { firstSeconds: call.billing_first_s, nextSeconds: call.billing_next_s },
    }),
  );
  return {
    calls: calls.length,
    open: calls.length - over.length,
    notChargedOnce: over.filter((call) => charges.get(call.id) !== 1).length,
    held: holds.filter((hold) => hold.status === 'held').length,
    metered: sum(metered),
    captured: sum(holds.map((hold) => hold.captured ?? 0n)),
    paid: -sum(entries.map((entry) => entry.amount)),
  };
}

function sum(amounts: readonly bigint[]): number {
  return Number(amounts.reduce((total, amount) => total + amount, 0n));
}
