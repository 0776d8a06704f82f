import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { simulate, type SimulatedCall } from './simulate.ts';

/** `npm run sim`: seeded calls, thousands a minute. `--seed N` replays one and shows what it broke. */

interface Share {
  readonly from: number;
  readonly calls: number;
}

async function run({ from, calls }: Share, report: (call: SimulatedCall) => void): Promise<void> {
  for (let seed = from; seed < from + calls; seed++) report(await simulate(seed));
}

function inWorker(share: Share, report: (call: SimulatedCall) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on('message', report);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      calls: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
    },
  });
  if (values.seed !== undefined) {
    const call = await simulate(Number(values.seed));
    process.stdout.write(`${JSON.stringify(call, null, 2)}\n`);
    process.exitCode = call.violations.length > 0 ? 1 : 0;
    return;
  }

  const calls = Number(values.calls);
  const threads = Math.min(availableParallelism(), calls);
  const each = Math.ceil(calls / threads);
  const broken: SimulatedCall[] = [];
  const reasons = new Map<string, number>();
  let spokenMs = 0;
  let turns = 0;
  let interruptions = 0;
  let done = 0;
  const startedMs = performance.now();
  const report = (call: SimulatedCall) => {
    done += 1;
    spokenMs += call.durationMs;
    turns += call.turns;
    interruptions += call.interruptions;
    reasons.set(call.reason, (reasons.get(call.reason) ?? 0) + 1);
    if (call.violations.length > 0) broken.push(call);
  };
  await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const from = Number(values.from) + index * each;
      return inWorker({ from, calls: Math.max(0, Math.min(each, calls - index * each)) }, report);
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const show = (text: string) => process.stdout.write(`${text}\n`);
  show(
    `${done} calls, ${Math.round(spokenMs / 60_000)} minutes of talk, ${turns} turns, ${interruptions} interruptions`,
  );
  show(`${seconds.toFixed(1)} s, ${Math.round((done / seconds) * 60)} calls a minute`);
  show(
    [...reasons]
      .toSorted((a, b) => b[1] - a[1])
      .map(([name, n]) => `${name} ${n}`)
      .join(', '),
  );
  const kinds = new Map<string, SimulatedCall[]>();
  for (const call of broken) {
    for (const { invariant } of call.violations) {
      kinds.set(invariant, [...(kinds.get(invariant) ?? []), call]);
    }
  }
  for (const [invariant, failing] of kinds) {
    const [first] = failing;
    const what = first?.violations.find((violation) => violation.invariant === invariant)?.what;
    show(`✗ ${invariant}: ${failing.length} calls; npm run sim -- --seed ${first?.seed}: ${what}`);
  }
  show(broken.length === 0 ? 'all invariants hold' : `${broken.length} calls broke an invariant`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

if (isMainThread) await main();
// A worker's port takes no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
else await run(workerData as Share, (call) => parentPort?.postMessage(call));
