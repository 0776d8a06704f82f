import type { Measured, Run } from './bench.ts';
import { overheadsMs } from './driver/tally.ts';
import { summarize } from './stats.ts';

/** What the bench asks of the engine, beside the bare pipeline in the same run (issue 4). */
const bounds = {
  p50Ratio: 2,
  p95Ratio: 3,
  bargeInMoreMs: 20,
  corePercentPerCall: 1,
  mibPerCall: 2,
  /** At the highest level. */
  p99Ms: 30,
  wholeTurnP50Ms: 600,
  wholeTurnP95Ms: 800,
} as const;

/** One engine at one level, as the report shows it. */
export interface Row {
  readonly engine: string;
  readonly calls: number;
  readonly turns: number;
  /** What the engine adds to the providers' own time, from the caller's last voiced frame to the answer's first. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly bargeInP50Ms: number;
  readonly bargeInP95Ms: number;
  /** What a call takes, beyond what the idle process does. */
  readonly corePercentPerCall: number;
  /** What is held for a call: heap and buffers, after a collection. */
  readonly heldMibPerCall: number;
  /** Growth of the process since before its first call, for each. */
  readonly residentMibPerCall: number;
  readonly loopDelayP99Ms: number;
  /** Turns without an answer, calls without a greeting or cut off by us, gaps in what is said, frames after a cut. */
  readonly faults: number;
}

export interface Check {
  readonly what: string;
  readonly found: string;
  readonly holds: boolean;
}

/** The figures of a run; `ownMs` is the providers' part of every turn. Pure. */
export function rowsOf(run: Pick<Run, 'measured' | 'idle'>, ownMs: number): Row[] {
  return run.measured.map((measured) => rowOf(measured, run.idle, ownMs));
}

function rowOf(
  { engine, calls, tally, usage, ungreeted }: Measured,
  idle: Run['idle'],
  ownMs: number,
): Row {
  const added = summarize(overheadsMs(tally, ownMs));
  const bargeIn = summarize(tally.bargeInMs);
  return {
    engine,
    calls,
    turns: tally.turns,
    p50Ms: added.p50,
    p95Ms: added.p95,
    p99Ms: added.p99,
    bargeInP50Ms: bargeIn.p50,
    bargeInP95Ms: bargeIn.p95,
    corePercentPerCall: (usage.corePercent - (idle[engine]?.corePercent ?? 0)) / calls,
    heldMibPerCall: usage.heldMib / calls,
    residentMibPerCall: usage.residentMib / calls,
    loopDelayP99Ms: usage.loopDelayP99Ms,
    faults:
      tally.unanswered + tally.dropped + tally.gaps + tally.staleFrames + tally.ignored + ungreeted,
  };
}

/** Whether `ours` keeps to the bounds beside `bare`, level by level. Pure. */
export function judgeOverhead(rows: readonly Row[], ours: string, bare: string): Check[] {
  const most = Math.max(...rows.map((row) => row.calls));
  return rows
    .filter((row) => row.engine === ours)
    .flatMap((row) => {
      const base = rows.find((one) => one.engine === bare && one.calls === row.calls);
      if (!base) return [];
      const at = `${row.calls} ${row.calls === 1 ? 'call' : 'calls'}`;
      return [
        ratio(`${at}: p50 beside the bare pipeline's`, row.p50Ms, base.p50Ms, bounds.p50Ratio),
        ratio(`${at}: p95 beside the bare pipeline's`, row.p95Ms, base.p95Ms, bounds.p95Ratio),
        most === row.calls ? atMost(`${at}: p99`, row.p99Ms, bounds.p99Ms, 'ms') : null,
        atMost(
          `${at}: barge-in after the bare pipeline's (p95)`,
          row.bargeInP95Ms - base.bargeInP95Ms,
          bounds.bargeInMoreMs,
          'ms',
        ),
        atMost(
          `${at}: of a core, per call`,
          row.corePercentPerCall,
          bounds.corePercentPerCall,
          '%',
        ),
        atMost(`${at}: held, per call`, row.heldMibPerCall, bounds.mibPerCall, 'MiB'),
        most === row.calls
          ? atMost(
              `${at}: growth of the process, per call`,
              row.residentMibPerCall,
              bounds.mibPerCall,
              'MiB',
            )
          : null,
        {
          what: `${at}: every turn answered, nothing dropped, no gap`,
          found: `${row.turns} turns, ${row.faults} faults`,
          holds: row.turns > 0 && row.faults === 0,
        },
      ].filter((check) => check !== null);
    });
}

/** Whole turns, carrier included, in a line. Pure. */
export function wholeTurnsOf(name: string, answerMs: readonly number[], carrierMs: number): string {
  const { p50, p95, p99, count } = summarize(answerMs.map((ms) => ms + 2 * carrierMs));
  const ms = [p50, p95, p99].map((value) => value.toFixed(0));
  return `${name}: p50 ${ms[0]} ms, p95 ${ms[1]} ms, p99 ${ms[2]} ms of ${count} turns`;
}

/** Whether whole turns, carrier included, keep to the bounds. Pure. */
export function judgeWholeTurns(
  name: string,
  answerMs: readonly number[],
  carrierMs: number,
): Check[] {
  const whole = summarize(answerMs.map((ms) => ms + 2 * carrierMs));
  return [
    atMost(`${name}: p50`, whole.p50, bounds.wholeTurnP50Ms, 'ms'),
    atMost(`${name}: p95`, whole.p95, bounds.wholeTurnP95Ms, 'ms'),
  ];
}

function ratio(what: string, value: number, base: number, most: number): Check {
  return {
    what,
    found: `${value.toFixed(1)} / ${base.toFixed(1)} ms = ${(value / base).toFixed(2)}×, at most ${most}×`,
    holds: value <= most * base,
  };
}

function atMost(what: string, value: number, most: number, unit: string): Check {
  const digits = unit === 'ms' ? 1 : 2;
  return { what, found: `${value.toFixed(digits)} ${unit}, at most ${most}`, holds: value <= most };
}

const columns: readonly (readonly [string, (row: Row) => string])[] = [
  ['calls', (row) => String(row.calls)],
  ['engine', (row) => row.engine],
  ['turns', (row) => String(row.turns)],
  ['p50 ms', (row) => row.p50Ms.toFixed(1)],
  ['p95 ms', (row) => row.p95Ms.toFixed(1)],
  ['p99 ms', (row) => row.p99Ms.toFixed(1)],
  ['barge-in p50', (row) => row.bargeInP50Ms.toFixed(1)],
  ['p95', (row) => row.bargeInP95Ms.toFixed(1)],
  ['% core/call', (row) => row.corePercentPerCall.toFixed(2)],
  ['MiB/call', (row) => row.heldMibPerCall.toFixed(2)],
  ['loop p99 ms', (row) => row.loopDelayP99Ms.toFixed(1)],
];

/** The rows as Markdown, level by level. */
export function tableOf(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([name]) => name)),
    line(columns.map(() => '--')),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n');
}

export function listOf(checks: readonly Check[]): string {
  return checks
    .map(({ what, found, holds }) => `${holds ? '✓' : '✗'} ${what}: ${found}`)
    .join('\n');
}
