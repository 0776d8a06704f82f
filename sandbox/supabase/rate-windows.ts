import type { Clock } from '@alo/core/kernel';

const HOUR_MS = 3_600_000;
const CLIENTS_MAX = 10_000;

export interface RateWindows {
  /** Counts one more of `what` by `who`; false if that is over `perHour`. */
  take(what: string, who: string, perHour: number): boolean;
}

/** Counts per hour, from the first event on; as many as there are clients, up to a bound. */
export function createRateWindows(clock: Clock): RateWindows {
  const windows = new Map<string, { startMs: number; count: number }>();
  return {
    take(what, who, perHour) {
      const nowMs = clock.now().getTime();
      const key = `${what} ${who}`;
      let window = windows.get(key);
      if (!window || nowMs - window.startMs >= HOUR_MS) {
        windows.delete(key);
        window = { startMs: nowMs, count: 0 };
        windows.set(key, window);
        if (windows.size > CLIENTS_MAX) windows.delete(windows.keys().next().value ?? '');
      }
      if (window.count >= perHour) return false;
      window.count += 1;
      return true;
    },
  };
}
