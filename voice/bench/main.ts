/**
 * `npm run bench:voice -- [--quick] [--part overhead|turns] [--calls 1,10,50,100]`: what our engine adds to the providers' own
 * time, beside a bare pipeline in the same run; then whole turns as a caller waits for them. Exits 1 when a
 * bound is not kept.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { runPlan, type EngineSpec, type Level, type Run } from './bench.ts';
import {
  judgeOverhead,
  judgeWholeTurns,
  listOf,
  rowsOf,
  tableOf,
  wholeTurnsOf,
  type Check,
} from './report.ts';
import { overheadLatencies, providersMs, realisticLatencies } from './scenario.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    part: { type: 'string' },
    calls: { type: 'string', default: '1,10,50,100' },
  },
});

/** Both engines are measured once their code has run for a while, and been compiled. */
const warmUp = options.quick ? { calls: 20, seconds: 5 } : { calls: 100, seconds: 60 };
/** One answer in three is cut off. */
const BARGE_IN_EVERY = 3;
const WHOLE_TURN_CALLS = 20;

const write = (text: string) => process.stdout.write(`${text}\n`);
const say = (text: string) => process.stderr.write(`${text}\n`);

/** A single call leaves both cores idle, so both engines can talk at once, for longer. */
function levelOf(calls: number): Level {
  const alone = calls === 1;
  const seconds = (alone ? 90 : 40) / (options.quick ? 4 : 1);
  return { calls, seconds, rounds: alone || options.quick ? 1 : 2, together: alone };
}

async function overhead(): Promise<Check[]> {
  const engines: EngineSpec[] = [
    { name: 'bare', full: null },
    {
      name: 'ours',
      full: { database: 'embedded', sttModel: 'nova-3', speculation: true },
    },
  ];
  const run = await runPlan({
    engines,
    levels: options.calls.split(',').map((calls) => levelOf(Number(calls))),
    latencies: overheadLatencies,
    warmUp,
    bargeInEvery: BARGE_IN_EVERY,
    pauseEvery: 0,
    say,
  });
  const rows = rowsOf(run, providersMs(overheadLatencies));
  const checks = judgeOverhead(rows, 'ours', 'bare');
  write(`\n${tableOf(rows)}\n\n${listOf(checks)}\n\n${surroundings(run)}`);
  return checks;
}

async function wholeTurns(): Promise<Check[]> {
  const engines = [true, false].map((speculation): EngineSpec => ({
    name: speculation ? 'with speculation' : 'without speculation',
    full: { database: 'embedded', sttModel: 'flux-general-multi', speculation },
  }));
  const run = await runPlan({
    engines,
    levels: [
      { calls: WHOLE_TURN_CALLS, seconds: options.quick ? 15 : 40, rounds: 2, together: false },
    ],
    latencies: realisticLatencies,
    warmUp: { ...warmUp, calls: WHOLE_TURN_CALLS },
    bargeInEvery: BARGE_IN_EVERY,
    // One utterance in four has a hole that the recogniser takes for its end, at first.
    pauseEvery: 4,
    say,
  });
  const checks = run.measured.flatMap(({ engine, tally }) => [
    // Without it no engine could keep to them: the vendors alone take longer.
    ...(engine === engines[0]?.name
      ? judgeWholeTurns(engine, tally.answerMs, realisticLatencies.carrierMs)
      : []),
    {
      what: `${engine}: every turn answered, none too early`,
      found: `${tally.turns} turns, ${tally.unanswered} unanswered, ${tally.early} early`,
      holds: tally.turns > 0 && tally.unanswered === 0 && tally.early === 0,
    },
  ]);
  const shown = run.measured.map(({ engine, tally }) =>
    wholeTurnsOf(engine, tally.answerMs, realisticLatencies.carrierMs),
  );
  write(
    `\nWhole turns of ${WHOLE_TURN_CALLS} calls, carrier included\n${shown.join('\n')}\n${listOf(checks)}`,
  );
  return checks;
}

/** What else was on the machine: late callers and late vendors are in everybody's figures. */
function surroundings({ driver, standIns, kept, idle }: Run): string {
  const lines = [
    `${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`,
    `callers: loop delay p99 ${driver.loopDelayP99Ms.toFixed(1)} ms; vendors: ${standIns.loopDelayP99Ms.toFixed(1)} ms`,
    ...Object.entries(idle).map(
      ([name, usage]) => `${name} without a call: ${usage.corePercent.toFixed(1)} % of a core`,
    ),
  ];
  for (const { calls, ended, turns, events, charges, recordings, complaints } of Object.values(
    kept,
  )) {
    lines.push(
      `kept: ${calls} calls, ${ended} ended, ${charges} charged, ${recordings} recorded, ${turns} turns, ${events} events`,
      ...Object.entries(complaints).map(([what, times]) => `logged ${times} times: ${what}`),
    );
  }
  return lines.join('\n');
}

const checks = [
  ...(options.part === 'turns' ? [] : await overhead()),
  ...(options.part === 'overhead' ? [] : await wholeTurns()),
];
process.exitCode = checks.every((check) => check.holds) ? 0 : 1;
