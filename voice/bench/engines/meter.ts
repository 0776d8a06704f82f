import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { corePercent } from '../stats.ts';

/** A finer one wakes an idle process a hundred times a second, which is 1 % of a core by itself. */
const RESOLUTION_MS = 100;
const MIB = 1_048_576;

/** What a process used between `start` and `stop`. */
export interface Usage {
  readonly elapsedMs: number;
  /** All threads together, in percent of one core. */
  readonly corePercent: number;
  /** Growth of the resident set since the first `start`, MiB. */
  readonly residentMib: number;
  /** Growth of what is reachable (JavaScript heap and buffers, after a collection), MiB. */
  readonly heldMib: number;
  /** How much later than asked a timer ran. */
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
}

/** Measures the process it runs in. */
export function createMeter() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let cpu = process.cpuUsage();
  let startMs = performance.now();
  let resident: number | null = null;
  let held = 0;
  const delayMs = (nanos: number) => Math.max(0, nanos / 1e6 - RESOLUTION_MS);

  return {
    /** Takes the baseline: to be called while the process is idle. */
    start(): void {
      held = heldBytes();
      resident ??= process.memoryUsage.rss();
      delay.reset();
      delay.enable();
      cpu = process.cpuUsage();
      startMs = performance.now();
    },
    /** Leaves memory's baseline and begins anew with time: calls are up now. */
    lap(): void {
      delay.reset();
      cpu = process.cpuUsage();
      startMs = performance.now();
    },
    /** To be called while the calls are still up. */
    stop(): Usage {
      const elapsedMs = performance.now() - startMs;
      const used = process.cpuUsage(cpu);
      const residentMib = (process.memoryUsage.rss() - (resident ?? 0)) / MIB;
      delay.disable();
      return {
        elapsedMs,
        corePercent: corePercent(used.user + used.system, elapsedMs),
        residentMib,
        heldMib: (heldBytes() - held) / MIB,
        loopDelayP50Ms: delayMs(delay.percentile(50)),
        loopDelayP99Ms: delayMs(delay.percentile(99)),
        loopDelayMaxMs: delayMs(delay.max),
      };
    },
  };
}

/**
 * What the program holds on to; a collection first, so that garbage is not counted, and another: buffers are freed
 * beside the program, and the second waits for those of the first.
 */
function heldBytes(): number {
  global.gc?.();
  global.gc?.();
  return usedBytes();
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const LOOK_MS = 50;

/**
 * The least that was used since it was last read: what is left after the program's own collections. To force one
 * would stop a hundred calls for a tenth of a second.
 */
export function createLowWater(): { read(): number } {
  let least = Infinity;
  setInterval(() => (least = Math.min(least, usedBytes())), LOOK_MS).unref();
  return {
    read() {
      const found = least;
      least = Infinity;
      return found;
    },
  };
}

/**
 * How long this process was ready to run and had no processor, ms since it started: what others on the
 * machine took. NaN where the system does not say (only Linux does).
 */
export function starvedMs(): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
