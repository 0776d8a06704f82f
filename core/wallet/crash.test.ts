import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTestDb } from '../db/testing.ts';
import { findBrokenWallets, findWrongEndings } from './testing/audit.ts';
import { replayCommand, runCrashPlan } from './testing/driver.ts';
import { crashPlan } from './testing/plan.ts';

/**
 * 200 operations at once over 20 wallets, while those who do them are killed: processes by SIGKILL on
 * a real server, workers of one process on the embedded database.
 */
describe('wallets under fire', () => {
  const onServer = process.env['TEST_DATABASE_URL'] !== undefined;
  const size = onServer ? { stories: 220, kills: 4 } : { stories: 80, kills: 4 };

  it.each([20_261_123, randomInt(2 ** 31)])(
    'add up after every death, book nothing twice and leave no hold behind (seed %d)',
    async (seed) => {
      const t = await createTestDb();
      try {
        const plan = crashPlan(seed, size);
        const report = await runCrashPlan(t, plan);
        const again = report.faults.length === 0 ? '' : replayCommand(plan);
        expect({ faults: report.faults, again }).toEqual({ faults: [], again: '' });
        expect(report.kills).toBeGreaterThan(0);
        expect(report.operations).toBeGreaterThan(size.stories);
      } finally {
        await t.close();
      }
    },
    120_000,
  );

  it('come from a seed: the command that is printed plays the same plan again', () => {
    const text = { type: 'string' } as const;
    const plan = crashPlan(7, size);
    const words = replayCommand(plan).split(' -- ')[1]?.split(' ');
    const { seed, stories, kills } = parseArgs({
      args: words ?? [],
      options: { seed: text, stories: text, kills: text },
    }).values;
    const again = crashPlan(Number(seed), { stories: Number(stories), kills: Number(kills) });
    expect(again).toEqual(plan);
  });

  it('are looked at by eyes that see: money from nowhere, a booking that is gone, a hold left behind', async () => {
    const t = await createTestDb();
    try {
      const plan = crashPlan(7, { stories: 40, kills: 0 });
      expect((await runCrashPlan(t, plan)).faults).toEqual([]);
      const paid = plan.stories.find(({ steps }) => steps[0]?.operation.do === 'top_up')?.source;
      await t.pool.query(`
        set session_replication_role = replica;
        update organizations set wallet_balance = wallet_balance + 10000, wallet_held = 10000;
        delete from wallet_entries where source_id = '${paid}';
        set session_replication_role = origin`);
      expect(await findBrokenWallets(t.pool)).not.toEqual([]);
      const endings = await findWrongEndings(t.pool, plan, new Map());
      expect(endings).toContainEqual(expect.stringContaining(`${paid}: the top-up is undefined`));
      expect(endings).toContainEqual(expect.stringContaining('are still held'));
    } finally {
      await t.close();
    }
  });
});
