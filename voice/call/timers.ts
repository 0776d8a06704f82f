import type { Clock } from '@alo/core/kernel';

/** Timers by name: starting one again puts it off. */
export interface Timers<Name extends string> {
  start(name: Name, ms: number, fire: () => void): void;
  cancel(name: Name): void;
  clear(): void;
}

export function createTimers<Name extends string>(clock: Clock): Timers<Name> {
  const running = new Map<Name, () => void>();
  const cancel = (name: Name) => {
    running.get(name)?.();
    running.delete(name);
  };
  return {
    start(name, ms, fire) {
      cancel(name);
      running.set(name, clock.setTimer(ms, fire));
    },
    cancel,
    clear() {
      for (const name of running.keys()) cancel(name);
    },
  };
}
