import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createTestDb } from '../db/testing.ts';
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
        const report = await runCrashPlan(t, crashPlan(seed, size));
        const again = report.faults.length === 0 ? '' : replayCommand(seed);
        expect({ faults: report.faults, again }).toEqual({ faults: [], again: '' });
        expect(report.kills).toBeGreaterThan(0);
        expect(report.operations).toBeGreaterThan(size.stories);
      } finally {
        await t.close();
      }
    },
    120_000,
  );
});
