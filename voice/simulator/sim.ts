import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { judge } from './invariants.ts';
import { retell } from './retell.ts';
import { observe, simulate, type SimulatedCall } from './simulate.ts';

/** `npm run sim`: seeded calls, thousands a minute. `--seed N` replays one and tells it. */

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

/** A whole number that is no option's mistake. */
function count(name: string, value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  process.stderr.write(`--${name} wants a whole number, not "${value}"\n`);
  process.exit(2);
}

async function replay(seed: number): Promise<boolean> {
  const call = await observe(seed);
  const violations = judge(call);
  show(retell(seed, call, violations));
  return violations.length === 0;
}

/** Runs them on all cores, and says what came of them. Whether every invariant held. */
async function runMany({ from, calls }: Share): Promise<boolean> {
  const threads = Math.min(availableParallelism(), calls);
  const each = Math.ceil(calls / threads);
  const all: SimulatedCall[] = [];
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const share = Math.max(0, Math.min(each, calls - index * each));
      return inWorker({ from: from + index * each, calls: share }, (call) => all.push(call));
    }),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const sum = (of: (call: SimulatedCall) => number) =>
    all.reduce((total, call) => total + of(call), 0);
  const minutes = Math.round(sum(({ durationMs }) => durationMs) / 60_000);
  const turns = sum((call) => call.turns);
  const interruptions = sum((call) => call.interruptions);
  show(
    `${all.length} calls, ${minutes} minutes of talk, ${turns} turns, ${interruptions} interruptions`,
  );
  show(`${seconds.toFixed(1)} s, ${Math.round((all.length / seconds) * 60)} calls a minute`);
  show(reasonsOf(all));
  return showBroken(all);
}

function reasonsOf(calls: readonly SimulatedCall[]): string {
  const reasons = Map.groupBy(calls, ({ reason }) => reason);
  return [...reasons]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, ended]) => `${reason} ${ended.length}`)
    .join(', ');
}

/** Each invariant with the first call that broke it. */
function showBroken(calls: readonly SimulatedCall[]): boolean {
  const broken = calls.filter(({ violations }) => violations.length > 0);
  const faults = broken.flatMap(({ seed, violations }) =>
    violations.map((violation) => ({ seed, ...violation })),
  );
  for (const [invariant, [first, ...more]] of Map.groupBy(faults, (fault) => fault.invariant)) {
    const others = more.length > 0 ? ` (and ${more.length} more)` : '';
    show(`✗ ${invariant}${others}: npm run sim -- --seed ${first?.seed}: ${first?.what}`);
  }
  show(broken.length === 0 ? 'all invariants hold' : `${broken.length} calls broke an invariant`);
  return broken.length === 0;
}

function show(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      calls: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
    },
  });
  const holds =
    values.seed === undefined
      ? await runMany({ from: count('from', values.from), calls: count('calls', values.calls) })
      : await replay(count('seed', values.seed));
  process.exitCode = holds ? 0 : 1;
}

if (isMainThread) await main();
// A worker's port takes no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
else await run(workerData as Share, (call) => parentPort?.postMessage(call));
