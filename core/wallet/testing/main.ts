/**
 * `npm run wallet:crash`: moves money as seeds say while processes are killed, and looks at the books.
 * With `TEST_DATABASE_URL` on that Postgres, with processes that die by SIGKILL; without, on the
 * embedded database, in one process, where dying is losing one's open transactions.
 *
 * `--seed N` plays one plan again (with the `--stories` and `--kills` it was drawn with), `--runs N` that many new ones.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createTestDb } from '../../db/testing.ts';
import { replayCommand, runCrashPlan } from './driver.ts';
import { crashPlan, defaultSize } from './plan.ts';

const count = (least: number) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(2 ** 31);
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    runs: { type: 'string' },
    stories: { type: 'string' },
    kills: { type: 'string' },
  },
});
const flags = z
  .object({
    seed: count(0).optional(),
    runs: count(1).default(3),
    stories: count(10).default(defaultSize.stories),
    kills: count(0).default(defaultSize.kills),
  })
  .safeParse(values);
if (!flags.success) {
  process.stderr.write(`${z.prettifyError(flags.error)}\n`);
  process.exit(2);
}
const { seed, runs, ...size } = flags.data;
const seeds = seed === undefined ? Array.from({ length: runs }, () => randomInt(2 ** 31)) : [seed];
const say = (text: string) => void process.stdout.write(`${text}\n`);

for (const each of seeds) {
  const plan = crashPlan(each, size);
  const t = await createTestDb();
  const startedMs = performance.now();
  try {
    const report = await runCrashPlan(t, plan);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    say(
      `seed ${each}: ${report.operations} operations (${report.refused} refused, ${report.resent} sent again), ` +
        `${report.kills} ${t.url === undefined ? 'workers dropped' : 'processes killed'}, ${seconds} s: ` +
        (report.faults.length === 0 ? 'every wallet adds up' : 'WRONG'),
    );
    for (const fault of report.faults) say(`  ${fault}`);
    if (report.faults.length > 0) {
      say(`again: ${replayCommand(plan)}`);
      process.exitCode = 1;
    }
  } finally {
    await t.close();
  }
}
