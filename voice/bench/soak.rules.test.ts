import { describe, expect, it } from 'vitest';
import { createTally } from './driver/tally.ts';
import { growthOf, judge, type SoakFindings } from './soak.rules.ts';

const flat = Array.from({ length: 12 }, (_, i) => ({
  minute: i / 2,
  heldMib: 100 + (i % 2),
}));
const fine: SoakFindings = {
  samples: flat,
  tally: { ...createTally(), turns: 10 },
  ungreeted: 0,
  started: 3,
  books: { calls: 3, open: 0, notChargedOnce: 0, held: 0, metered: 7, captured: 7, paid: 7 },
  engine: {
    elapsedMs: 1,
    corePercent: 1,
    residentMib: 1,
    heldMib: 1,
    loopDelayP50Ms: 0,
    loopDelayP99Ms: 5,
    loopDelayMaxMs: 20,
  },
};
const failed = (findings: SoakFindings) =>
  judge(findings)
    .filter((check) => !check.holds)
    .map((check) => check.what);

describe('the growth of memory', () => {
  it('is the slope of the line through the samples, with no error where they are on it', () => {
    const samples = [0, 1, 2, 3].map((minute) => ({ minute, heldMib: 50 + 3 * minute }));
    expect(growthOf(samples).mibPerMinute).toBeCloseTo(3);
    expect(growthOf(samples).error).toBeCloseTo(0);
  });
  it('is not known from samples of one moment', () => {
    expect(growthOf([{ minute: 1, heldMib: 2 }])).toEqual({ mibPerMinute: 0, error: Infinity });
  });
});

describe('a soak', () => {
  it('passes where everything holds', () => {
    expect(failed(fine)).toEqual([]);
  });
  it.each<[string, Partial<SoakFindings>]>([
    [
      'memory does not grow after warm-up',
      { samples: flat.map((one) => ({ ...one, heldMib: one.heldMib + 4 * one.minute })) },
    ],
    ['memory does not grow after warm-up', { samples: flat.slice(0, 2) }],
    ['no gap in what is said', { tally: { ...fine.tally, gaps: 1 } }],
    ['every call is greeted and none is dropped', { tally: { ...fine.tally, dropped: 1 } }],
    ['every turn is answered', { tally: { ...fine.tally, unanswered: 1 } }],
    ['every call is billed once', { books: { ...fine.books, notChargedOnce: 1 } }],
    ['every call is billed once', { started: 4 }],
    ['captured is metered, and nothing is held', { books: { ...fine.books, paid: 8 } }],
    ['captured is metered, and nothing is held', { books: { ...fine.books, held: 1 } }],
    ['the event loop keeps time', { engine: { ...fine.engine, loopDelayP99Ms: 80 } }],
  ])('fails "%s" by what was found', (what, change) => {
    expect(failed({ ...fine, ...change })).toEqual([what]);
  });
});
