import { describe, expect, it } from 'vitest';
import type { Measured } from './bench.ts';
import { createTally } from './driver/tally.ts';
import type { Usage } from './engines/meter.ts';
import { judgeOverhead, judgeWholeTurns, rowsOf, tableOf, wholeTurnsOf } from './report.ts';
import { percentile, summarize } from './stats.ts';

const usage = (change: Partial<Usage> = {}): Usage => ({
  elapsedMs: 1_000,
  corePercent: 10,
  residentMib: 10,
  heldMib: 10,
  loopDelayP50Ms: 0,
  loopDelayP99Ms: 1,
  loopDelayMaxMs: 2,
  ...change,
});

const measured = (
  engine: string,
  answerMs: readonly number[],
  change: Partial<Measured> = {},
): Measured => ({
  engine,
  calls: 10,
  tally: { ...createTally(), turns: answerMs.length, answerMs: [...answerMs], bargeInMs: [100] },
  usage: usage(),
  ungreeted: 0,
  ...change,
});

const failed = (...all: readonly Measured[]) =>
  judgeOverhead(rowsOf({ measured: all, idle: {} }, 200), 'ours', 'bare')
    .filter((check) => !check.holds)
    .map((check) => check.what);

describe('the report of the bench', () => {
  it("leaves the providers' own time and the idle process out of the engine's figures", () => {
    const run = { measured: [measured('ours', [204])], idle: { ours: usage({ corePercent: 4 }) } };
    expect(rowsOf(run, 200)).toMatchObject([{ p50Ms: 4, corePercentPerCall: 0.6, faults: 0 }]);
    expect(tableOf(rowsOf(run, 200))).toContain('| 10 | ours | 1 | 4.0 | 4.0 | 4.0 |');
  });

  it('holds twice the p50 and three times the p95 of the bare pipeline against us, and no less', () => {
    const bare = measured('bare', [202, 202, 203]);
    expect(failed(bare, measured('ours', [204, 204, 209]))).toEqual([]);
    expect(failed(bare, measured('ours', [204, 204.1, 209.1]))).toEqual([
      "10 calls: p50 beside the bare pipeline's",
      "10 calls: p95 beside the bare pipeline's",
    ]);
  });

  it('holds every turn without an answer, gap and dropped call against us', () => {
    const bare = measured('bare', [204]);
    for (const fault of ['unanswered', 'gaps', 'dropped', 'staleFrames', 'ignored'] as const) {
      const ours = measured('ours', [204]);
      expect(failed(bare, { ...ours, tally: { ...ours.tally, [fault]: 1 } })).toHaveLength(1);
    }
    expect(failed(bare, measured('ours', [204], { ungreeted: 1 }))).toHaveLength(1);
    expect(failed(bare, measured('ours', []))).not.toEqual([]);
  });

  it('holds late barge-ins, more than a hundredth of a core and 2 MiB a call against us', () => {
    const bare = measured('bare', [204]);
    const ours = measured('ours', [204]);
    const late = { ...ours, tally: { ...ours.tally, bargeInMs: [121] } };
    expect(failed(bare, late)).toHaveLength(1);
    expect(failed(bare, { ...ours, usage: usage({ corePercent: 11 }) })).toHaveLength(1);
    expect(failed(bare, { ...ours, usage: usage({ heldMib: 21 }) })).toHaveLength(1);
    expect(failed(bare, { ...ours, usage: usage({ residentMib: 21 }) })).toHaveLength(1);
  });

  it('counts the carrier twice in a whole turn', () => {
    expect(wholeTurnsOf('x', [480], 60)).toBe('x: p50 600 ms, p95 600 ms, p99 600 ms of 1 turns');
    expect(judgeWholeTurns('x', [480, 680], 60).map((check) => check.holds)).toEqual([true, true]);
    expect(judgeWholeTurns('x', [481, 681], 60).map((check) => check.holds)).toEqual([
      false,
      false,
    ]);
  });
});

describe('percentiles', () => {
  it('are values that were measured, by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(summarize(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });
});
