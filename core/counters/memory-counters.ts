import type { Clock } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';

/** What one process keeps; beyond this, what has been quiet longest is forgotten. */
const KEYS_MAX = 100_000;

/** Counts in this process alone: for one process, or for when the shared ones cannot be reached. */
export function createMemoryCounters(clock: Clock, keysMax = KEYS_MAX): Counters {
  const windows = new Map<string, { endsMs: number; count: number }>();

  function open(key: string) {
    const window = windows.get(key);
    if (window && window.endsMs > clock.monotonicMs()) return window;
    windows.delete(key);
    return undefined;
  }

  return {
    async hit(key, windowMs) {
      const nowMs = clock.monotonicMs();
      const window = open(key) ?? { endsMs: nowMs + windowMs, count: 0 };
      window.count += 1;
      // Put at the end, so that the first entry is always the one longest without a hit.
      windows.delete(key);
      windows.set(key, window);
      if (windows.size > keysMax) windows.delete(windows.keys().next().value ?? '');
      return { count: window.count, resetsInMs: window.endsMs - nowMs };
    },
    async undo(key) {
      const window = open(key);
      if (window && window.count > 0) window.count -= 1;
    },
    async clear(key) {
      windows.delete(key);
    },
  };
}
