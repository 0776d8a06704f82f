/**
 * `npm run soak -- --calls 100 --minutes 10`: calls that come and go on the full engine for a while, and what
 * must hold of them. Exits 1 when something does not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Line } from './driver/main.ts';
import { addTallies, createTally, type Tally } from './driver/tally.ts';
import type { Books } from './engines/books.ts';
import type { FullEngineOptions, Kept } from './engines/full.ts';
import type { Usage } from './engines/meter.ts';
import { startChild, type Child } from './ipc.ts';
import { overheadLatencies } from './scenario.ts';
import { judge, type Check, type MemorySample, type SoakFindings } from './soak.rules.ts';
import { summarize } from './stats.ts';

/** In each of so many stretches the engine collects its garbage by itself, several times. */
const SAMPLES = 20;
/** What a call is settled in after it has ended. */
const SETTLING_MS = 10_000;
const MIB = 1_048_576;

interface Plan {
  readonly calls: number;
  readonly minutes: number;
  /** How long each call is, about; another one takes its place. */
  readonly callSeconds: number;
  readonly database: FullEngineOptions['database'];
}

interface Soaked extends SoakFindings {
  readonly driver: Usage;
  /** How long the engine was ready to run and others had the processors, ms. */
  readonly starvedMs: number;
  readonly complaints: Kept['complaints'];
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      calls: { type: 'string', default: '100' },
      minutes: { type: 'string', default: '10' },
      'call-seconds': { type: 'string' },
      database: { type: 'string', default: 'embedded' },
    },
  });
  const calls = Number(values.calls);
  const minutes = Number(values.minutes);
  // Four generations of calls at least, and no call of the first one left once it is measured.
  const callSeconds = Number(values['call-seconds'] ?? Math.min(60, minutes * 15));
  const { database } = values;
  const sound = [calls, minutes, callSeconds].every((one) => Number.isFinite(one) && one > 0);
  if (!sound || (database !== 'embedded' && database !== 'postgres')) {
    throw new Error('--calls N --minutes N [--call-seconds N] [--database embedded|postgres]');
  }
  return { calls: Math.ceil(calls), minutes, callSeconds, database };
}

/** One after the other until time is up: each rings, talks, hangs up. */
async function keepCalling(
  slot: number,
  plan: Plan,
  { engine, driver }: { engine: Child; driver: Child },
  found: { tally: Tally; ungreeted: number; started: number },
): Promise<void> {
  const callMs = plan.callSeconds * 1_000;
  const endMs = performance.now() + plan.minutes * 60_000;
  // Spread over a call's length: at any time calls of every age are up, and the engine holds the same.
  const delayMs = (slot / plan.calls) * callMs;
  await sleep(delayMs);
  for (let turn = 0; performance.now() < endMs - 5_000; turn++) {
    const group = `soak-${slot}-${turn}`;
    const lines = await engine.ask<Line[]>('lines', 1);
    found.started += 1;
    const request = { group, lines, bargeInEvery: 3, pauseEvery: 0 };
    found.ungreeted += await driver.ask<number>('call', request);
    await driver.ask('count', group);
    await sleep(Math.min(callMs, Math.max(0, endMs - performance.now())));
    found.tally = addTallies(found.tally, await driver.ask<Tally>('found', group));
    await driver.ask('hangUp', group);
  }
}

/** Takes a sample now and then, from the moment the first calls have given way to others. */
async function sample(plan: Plan, engine: Child): Promise<MemorySample[]> {
  const samples: MemorySample[] = [];
  const startMs = performance.now();
  const endMs = startMs + plan.minutes * 60_000;
  const warmUpMs = Math.max(plan.callSeconds * 1_500, plan.minutes * 12_000);
  const everyMs = Math.max(2_000, (endMs - startMs - warmUpMs) / SAMPLES);
  await sleep(warmUpMs);
  await engine.ask('watchMemory');
  while (performance.now() < endMs - everyMs) {
    await sleep(everyMs);
    const bytes = await engine.ask<number>('held');
    samples.push({ minute: (performance.now() - startMs) / 60_000, heldMib: bytes / MIB });
    process.stderr.write(
      `\r${Math.round((performance.now() - startMs) / 1_000)} s, ${(bytes / MIB).toFixed(1)} MiB held `,
    );
  }
  process.stderr.write('\n');
  return samples;
}

/** Waits until no call is open any more, or for as long as that may take. */
async function settledBooks(engine: Child): Promise<Books> {
  const untilMs = performance.now() + SETTLING_MS;
  for (;;) {
    const books = await engine.ask<Books>('books');
    if ((books.open === 0 && books.held === 0) || performance.now() > untilMs) return books;
    await sleep(100);
  }
}

async function soak(plan: Plan): Promise<Soaked> {
  const standIns = startChild('./stand-ins/main.ts');
  const driver = startChild('./driver/main.ts');
  const children = [driver, standIns];
  try {
    const providers = await standIns.ask<string>('address');
    await standIns.ask('latencies', overheadLatencies);
    const options: FullEngineOptions = {
      providers,
      database: plan.database,
      sttModel: 'nova-3',
      speculation: true,
    };
    const engine = startChild('./engines/full.ts', [JSON.stringify(options)]);
    children.unshift(engine);
    await engine.ask('ready');
    await engine.ask('start');
    const starvedBefore = await engine.ask<number>('starved');
    await driver.ask('start');
    const found = { tally: createTally(), ungreeted: 0, started: 0 };
    const [samples] = await Promise.all([
      sample(plan, engine),
      ...Array.from({ length: plan.calls }, (_, slot) =>
        keepCalling(slot, plan, { engine, driver }, found),
      ),
    ]);
    const usage = await engine.ask<Usage>('stop');
    const starvedMs = (await engine.ask<number>('starved')) - starvedBefore;
    const books = await settledBooks(engine);
    const { complaints } = await engine.ask<Kept>('kept');
    return {
      ...found,
      samples,
      books,
      engine: usage,
      starvedMs,
      driver: await driver.ask<Usage>('stop'),
      complaints,
    };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

function report(plan: Plan, soaked: Soaked, checks: readonly Check[]): string {
  const { tally, samples, engine, driver, starvedMs, complaints } = soaked;
  const answers = summarize(tally.answerMs);
  const first = samples.at(0)?.heldMib ?? Number.NaN;
  const last = samples.at(-1)?.heldMib ?? Number.NaN;
  return [
    `${plan.calls} calls at a time for ${plan.minutes} min, ${plan.callSeconds} s each: ${soaked.started} in all`,
    ...checks.map(({ what, found, holds }) => `${holds ? '✓' : '✗'} ${what.padEnd(42)} ${found}`),
    `  held after warm-up ${first.toFixed(1)} MiB, at the end ${last.toFixed(1)} MiB; ${engine.corePercent.toFixed(0)} % of a core`,
    `  last voiced frame to first frame of the answer: p50 ${answers.p50.toFixed(0)} ms, p95 ${answers.p95.toFixed(0)} ms, p99 ${answers.p99.toFixed(0)} ms`,
    `  the engine waited ${(starvedMs / 1_000).toFixed(1)} s for a processor that others had`,
    `  the callers' own process: loop delay p99 ${driver.loopDelayP99Ms.toFixed(1)} ms, max ${driver.loopDelayMaxMs.toFixed(0)} ms`,
    ...Object.entries(complaints).map(([what, times]) => `  logged ${times} times: ${what}`),
  ].join('\n');
}

const plan = readPlan();
const soaked = await soak(plan);
const checks = judge(soaked);
process.stdout.write(`${report(plan, soaked, checks)}\n`);
process.exitCode = checks.every((check) => check.holds) ? 0 : 1;
