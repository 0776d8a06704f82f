/**
 * `npm run wallet:crash`: moves money as seeds say while processes are killed, and looks at the books.
 * With `TEST_DATABASE_URL` on that Postgres, with processes that die by SIGKILL; without, on the
 * embedded database, in one process, where dying is losing one's open transactions.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createTestDb } from '../../db/testing.ts';
import { replayCommand, runCrashPlan } from './driver.ts';
import { crashPlan } from './plan.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '3' } },
});
const seeds =
  values.seed === undefined
    ? Array.from({ length: Number(values.runs) }, () => randomInt(2 ** 31))
    : [Number(values.seed)];
const say = (text: string) => void process.stdout.write(`${text}\n`);

for (const seed of seeds) {
  const t = await createTestDb();
  const startedMs = performance.now();
  try {
    const report = await runCrashPlan(t, crashPlan(seed));
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    say(
      `seed ${seed}: ${report.operations} operations (${report.refused} refused, ${report.resent} sent again), ` +
        `${report.kills} ${t.url === undefined ? 'workers dropped' : 'processes killed'}, ${seconds} s: ` +
        (report.faults.length === 0 ? 'every wallet adds up' : 'WRONG'),
    );
    for (const fault of report.faults) say(`  ${fault}`);
    if (report.faults.length > 0) {
      say(`again: ${replayCommand(seed)}`);
      process.exitCode = 1;
    }
  } finally {
    await t.close();
  }
}
