/** The bench's arithmetic. Pure. */

export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The nearest-rank percentile of values in ascending order; NaN where there are none. */
export function percentile(ascending: readonly number[], percent: number): number {
  if (ascending.length === 0) return Number.NaN;
  const rank = Math.ceil((percent / 100) * ascending.length);
  return ascending[Math.min(Math.max(rank, 1), ascending.length) - 1] ?? Number.NaN;
}

export function summarize(values: readonly number[]): Summary {
  const ascending = values.toSorted((a, b) => a - b);
  return {
    count: ascending.length,
    p50: percentile(ascending, 50),
    p95: percentile(ascending, 95),
    p99: percentile(ascending, 99),
    max: ascending.at(-1) ?? Number.NaN,
  };
}

/** What a process used between two readings of `process.cpuUsage()`, in percent of one core. */
export function corePercent(usedMicros: number, elapsedMs: number): number {
  return (usedMicros / 1_000 / elapsedMs) * 100;
}

/** Evenly spread numbers in [0, 1), the same ones for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
