/**
 * Time, injected. Nothing outside kernel reads a clock or starts a timer by itself,
 * so a test can run a 30 s call in no time.
 */
export interface Clock {
  /** Wall-clock time. */
  now(): Date;
  /** Milliseconds from an arbitrary origin; never goes back. */
  monotonicMs(): number;
  /** Calls `fn` once after `ms`. The returned function cancels it. */
  setTimer(ms: number, fn: () => void): () => void;
  /** Resolves after `ms`; rejects with the signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

function sleepWith(
  setTimer: Clock['setTimer'],
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = setTimer(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  setTimer(ms, fn) {
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => sleepWith(systemClock.setTimer, ms, signal),
};

/** A clock that stands still until it is told to move. */
export interface VirtualClock extends Clock {
  /** Moves time forward, firing every timer due on the way in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** How many timers are pending; zero once everything has been torn down. */
  readonly pendingTimers: number;
}

/** Lets every promise that can settle now do so: one turn of the event loop. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createVirtualClock(startAt = new Date('2026-01-01T12:00:00Z')): VirtualClock {
  let elapsedMs = 0;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; fn: () => void }>();

  const setTimer: Clock['setTimer'] = (ms, fn) => {
    const key = sequence++;
    timers.set(key, { dueMs: elapsedMs + Math.max(0, ms), fn });
    return () => void timers.delete(key);
  };

  const nextDue = (untilMs: number) => {
    let best: [number, { dueMs: number; fn: () => void }] | undefined;
    for (const entry of timers) {
      if (entry[1].dueMs <= untilMs && (!best || entry[1].dueMs < best[1].dueMs)) best = entry;
    }
    return best;
  };

  return {
    now: () => new Date(startAt.getTime() + elapsedMs),
    monotonicMs: () => elapsedMs,
    setTimer,
    sleep: (ms, signal) => sleepWith(setTimer, ms, signal),
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let due = nextDue(untilMs); due; due = nextDue(untilMs)) {
        timers.delete(due[0]);
        elapsedMs = due[1].dueMs;
        due[1].fn();
        await settle();
      }
      elapsedMs = untilMs;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}
