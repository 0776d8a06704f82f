import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from './driver/main.ts';
import { addTallies, type Tally } from './driver/tally.ts';
import type { FullEngineOptions, Kept } from './engines/full.ts';
import type { Usage } from './engines/meter.ts';
import { startChild, type Child } from './ipc.ts';
import type { Latencies } from './scenario.ts';

export interface EngineSpec {
  /** As the report names it. */
  readonly name: string;
  /** What the full engine is made of; null for the bare pipeline. */
  readonly full: Omit<FullEngineOptions, 'providers'> | null;
}

export interface Level {
  readonly calls: number;
  readonly seconds: number;
  /** In so many stretches, the engines taking turns. */
  readonly rounds: number;
  /** Whether the engines run at the same time: only where together they leave the machine idle. */
  readonly together: boolean;
}

export interface Plan {
  readonly engines: readonly EngineSpec[];
  readonly levels: readonly Level[];
  readonly latencies: Latencies;
  readonly warmUp: { readonly calls: number; readonly seconds: number };
  readonly bargeInEvery: number;
  readonly pauseEvery: number;
  /** Called with what is being done. */
  say(text: string): void;
}

/** One engine at one level. */
export interface Measured {
  readonly engine: string;
  readonly calls: number;
  readonly tally: Tally;
  readonly usage: Usage;
  /** Calls that were never greeted. */
  readonly ungreeted: number;
}

export interface Run {
  readonly measured: readonly Measured[];
  /** What the engines use without a call. */
  readonly idle: Readonly<Record<string, Usage>>;
  /** What the full engines kept of all their calls. */
  readonly kept: Readonly<Record<string, Kept>>;
  /** The other processes on the machine: their lateness is in everybody's figures. */
  readonly driver: Usage;
  readonly standIns: Usage;
}

/** For so long an engine is watched doing nothing. */
const IDLE_MS = 5_000;

interface Processes {
  readonly driver: Child;
  readonly standIns: Child;
  readonly engines: ReadonlyMap<string, Child>;
}

/** Starts the processes, runs every level on every engine, and ends the processes. */
export async function runPlan(plan: Plan): Promise<Run> {
  const standIns = startChild('./stand-ins/main.ts');
  const driver = startChild('./driver/main.ts');
  const engines = new Map<string, Child>();
  try {
    const providers = await standIns.ask<string>('address');
    await standIns.ask('latencies', plan.latencies);
    for (const spec of plan.engines) engines.set(spec.name, startEngine(spec, providers));
    for (const engine of engines.values()) await engine.ask('ready');
    return await measure(plan, { driver, standIns, engines });
  } finally {
    await Promise.all([...engines.values(), driver, standIns].map((child) => child.stop()));
  }
}

function startEngine(spec: EngineSpec, providers: string): Child {
  if (!spec.full) return startChild('./engines/bare.ts', [providers]);
  const options: FullEngineOptions = { providers, ...spec.full };
  return startChild('./engines/full.ts', [JSON.stringify(options)]);
}

async function measure(plan: Plan, processes: Processes): Promise<Run> {
  const { driver, standIns, engines } = processes;
  plan.say('warming up');
  const warm: Level = { ...plan.warmUp, rounds: 1, together: false };
  for (const name of engines.keys()) await stretch(plan, processes, name, warm);
  const idle: Record<string, Usage> = {};
  for (const [name, engine] of engines) {
    await engine.ask('start');
    await sleep(IDLE_MS);
    idle[name] = await engine.ask<Usage>('stop');
  }
  await driver.ask('start');
  await standIns.ask('start');
  const measured: Measured[] = [];
  for (const level of plan.levels) measured.push(...(await runLevel(plan, processes, level)));
  const kept: Record<string, Kept> = {};
  for (const { name, full } of plan.engines) {
    const engine = engines.get(name);
    if (full && engine) kept[name] = await engine.ask<Kept>('kept');
  }
  return {
    measured,
    idle,
    kept,
    driver: await driver.ask('stop'),
    standIns: await standIns.ask('stop'),
  };
}

async function runLevel(plan: Plan, processes: Processes, level: Level): Promise<Measured[]> {
  const names = [...processes.engines.keys()];
  const found = new Map<string, Measured>();
  for (let round = 0; round < level.rounds; round++) {
    plan.say(`${level.calls} calls${level.rounds > 1 ? `, ${round + 1} of ${level.rounds}` : ''}`);
    const part = { ...level, seconds: level.seconds / level.rounds };
    // There and back: whatever changes slowly on the machine touches all of them alike.
    const order = round % 2 === 0 ? names : names.toReversed();
    const parts = level.together
      ? await Promise.all(order.map((name) => stretch(plan, processes, name, part)))
      : await inTurn(order, (name) => stretch(plan, processes, name, part));
    for (const next of parts) {
      const before = found.get(next.engine);
      found.set(next.engine, before ? joined(before, next) : next);
    }
  }
  return names.flatMap((name) => found.get(name) ?? []);
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** So many calls on one engine, up together for a while. */
async function stretch(
  plan: Plan,
  { driver, engines }: Processes,
  name: string,
  { calls, seconds }: Level,
): Promise<Measured> {
  const engine = engines.get(name);
  if (!engine) throw new Error(`no engine ${name}`);
  const lines = await engine.ask<Line[]>('lines', calls);
  await engine.ask('start');
  const { bargeInEvery, pauseEvery } = plan;
  const ungreeted = await driver.ask<number>('call', {
    group: name,
    lines,
    bargeInEvery,
    pauseEvery,
  });
  await engine.ask('lap');
  await driver.ask('count', name);
  await sleep(seconds * 1_000);
  const tally = await driver.ask<Tally>('found', name);
  const usage = await engine.ask<Usage>('stop');
  await driver.ask('hangUp', name);
  // Calls are settled after they have ended; the next baseline is taken when they are.
  await sleep(500);
  return { engine: name, calls, tally, usage, ungreeted };
}

/** Two stretches of one engine at one level: time is averaged, memory and delay are taken at their worst. */
function joined(a: Measured, b: Measured): Measured {
  const elapsedMs = a.usage.elapsedMs + b.usage.elapsedMs;
  const mean = (of: (usage: Usage) => number) =>
    (of(a.usage) * a.usage.elapsedMs + of(b.usage) * b.usage.elapsedMs) / elapsedMs;
  const worst = (of: (usage: Usage) => number) => Math.max(of(a.usage), of(b.usage));
  return {
    ...a,
    tally: addTallies(a.tally, b.tally),
    ungreeted: a.ungreeted + b.ungreeted,
    usage: {
      elapsedMs,
      corePercent: mean((usage) => usage.corePercent),
      residentMib: worst((usage) => usage.residentMib),
      heldMib: worst((usage) => usage.heldMib),
      loopDelayP50Ms: mean((usage) => usage.loopDelayP50Ms),
      loopDelayP99Ms: worst((usage) => usage.loopDelayP99Ms),
      loopDelayMaxMs: worst((usage) => usage.loopDelayMaxMs),
    },
  };
}
