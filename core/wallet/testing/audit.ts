import type { DatabasePool } from '../../db/index.ts';
import { isLost, type CrashPlan } from './plan.ts';

/**
 * What must be true of every wallet at any moment, in one statement, so that it looks at one moment.
 * Written apart from the product's own verification, which has to agree.
 */
export async function findBrokenWallets(pool: DatabasePool): Promise<string[]> {
  const { rows } = await pool.query(`
    with figures as (
      select o.id, o.wallet_balance as balance, o.wallet_held as held,
             (select coalesce(sum(amount), 0) from wallet_entries e where e.org_id = o.id) as entries,
             (select coalesce(sum(amount), 0) from wallet_holds h where h.org_id = o.id and h.status = 'held') as holds,
             (select count(*) from (select from wallet_entries e where e.org_id = o.id
                group by kind, source_id having count(*) > 1) twice) as twice
        from organizations o
    )
    select id || ': ' || to_jsonb(figures)::text as fault from figures
     where balance < 0 or held < 0 or held > balance or balance <> entries or held <> holds or twice > 0
    union all
    select org_id || ': ' || f.fault || ' ' || detail from app.wallet_faults() f`);
  return rows.map((row) => String(row.fault));
}

/** What a plan must have come to, whatever died on the way; `answered` says how each step of a source was answered. */
export async function findWrongEndings(
  pool: DatabasePool,
  plan: CrashPlan,
  answered: ReadonlyMap<string, string>,
): Promise<string[]> {
  const { rows: entries } = await pool.query(
    'select id, kind, source_id, amount / 10000 as amount from wallet_entries',
  );
  const { rows: holds } = await pool.query(
    'select source_id, status, amount / 10000 as amount, captured / 10000 as captured from wallet_holds',
  );
  const amountOf = (kind: string, source: string) =>
    entries.find((entry) => entry.kind === kind && entry.source_id === source)?.amount as
      | bigint
      | undefined;
  const wrong: string[] = [];
  const expect = (source: string, what: string, is: unknown, should: unknown) => {
    if (is !== should) wrong.push(`${source}: ${what} is ${String(is)}, not ${String(should)}`);
  };
  for (const { source, steps } of plan.stories) {
    const outcome = (name: string) => answered.get(`${source} ${name}`);
    for (const { operation } of steps) {
      if (operation.do === 'top_up')
        expect(source, 'the top-up', amountOf('top_up', source), BigInt(operation.amount));
      if (operation.do === 'refund') {
        const booked = outcome('refund') === 'done' ? -BigInt(operation.amount) : undefined;
        expect(source, 'the refund', amountOf('refund', source), booked);
      }
    }
    const hold = holds.find((row) => row.source_id === source);
    if (steps[0]?.operation.do === 'hold')
      expect(source, 'whether it holds', hold !== undefined, outcome('hold') === 'done');
    if (!hold) continue;
    if (isLost(source)) {
      expect(source, 'the lost hold', hold.status, 'expired');
      continue;
    }
    const settle = steps.find(({ operation }) => operation.do === 'settle')?.operation;
    const used = settle?.do === 'settle' ? BigInt(settle.used) : 0n;
    const captured = used < hold.amount ? used : hold.amount;
    expect(source, 'the hold', hold.status, 'settled');
    expect(source, 'what it captured', hold.captured, captured);
    const charge = entries.find((entry) => entry.kind === 'call' && entry.source_id === source);
    if (outcome('reverse') === 'done' && charge)
      expect(source, 'the reversal', amountOf('reversal', charge.id), -charge.amount);
    expect(source, 'the charge', amountOf('call', source), captured === 0n ? undefined : -captured);
  }
  const { rows: left } = await pool.query(
    `select id, wallet_held from organizations where wallet_held <> 0`,
  );
  for (const row of left) wrong.push(`${row.id}: ${row.wallet_held} are still held`);
  return wrong;
}
