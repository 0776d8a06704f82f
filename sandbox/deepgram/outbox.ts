import type { Clock } from '@alo/core/kernel';

/** Things sent in order, each not before its time. */
export interface Outbox<T> {
  /** Sends `item` `afterMs` from now, and never before what was put in earlier. */
  put(item: T, afterMs: number): void;
  /** Sends all that waits now. */
  drain(): void;
  /** Forgets what waits. */
  clear(): void;
}

export function createOutbox<T>(clock: Clock, send: (item: T) => void): Outbox<T> {
  let waiting: { item: T; dueMs: number }[] = [];
  let cancel: (() => void) | undefined;

  function arm(): void {
    const [next] = waiting;
    if (cancel || !next) return;
    cancel = clock.setTimer(Math.max(0, next.dueMs - clock.monotonicMs()), () => {
      cancel = undefined;
      const nowMs = clock.monotonicMs();
      // Timers may be a little early; what is due within the millisecond is due.
      while (waiting[0] && waiting[0].dueMs <= nowMs + 1) send(waiting.shift()?.item as T);
      arm();
    });
  }

  function clear(): void {
    waiting = [];
    cancel?.();
    cancel = undefined;
  }

  return {
    put(item, afterMs) {
      const dueMs = Math.max(clock.monotonicMs() + afterMs, waiting.at(-1)?.dueMs ?? 0);
      waiting.push({ item, dueMs });
      arm();
    },
    drain() {
      const all = waiting;
      clear();
      for (const { item } of all) send(item);
    },
    clear,
  };
}
