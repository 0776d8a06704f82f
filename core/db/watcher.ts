import type { Clock } from '../kernel/index.ts';
import type { Db } from './db.ts';

/** Looked at again after this long even without news: a notification may be lost with a connection. */
const POLL_MS = 2_000;

/** Tells when there may be something new about a key. One database listener for all who watch. */
export interface Watcher<Key extends string = string> {
  watch(key: Key, signal: AbortSignal): Changes;
  close(): Promise<void>;
}

export interface Changes extends Disposable {
  /** Resolves when there may be something new, when the signal aborts, or after a while. */
  next(): Promise<void>;
}

/** Watches a channel whose notifications each carry the key of what has changed. */
export async function createWatcher<Key extends string = string>(deps: {
  db: Pick<Db, 'listen'>;
  clock: Clock;
  channel: string;
}): Promise<Watcher<Key>> {
  const { db, clock, channel } = deps;
  const watchers = new Map<string, Set<() => void>>();
  const stop = await db.listen(channel, (key) => {
    for (const wake of watchers.get(key) ?? []) wake();
  });

  return {
    watch(key, signal) {
      let news = false;
      let wakeUp: (() => void) | undefined;
      const wake = () => {
        news = true;
        wakeUp?.();
      };
      const set = watchers.get(key) ?? new Set();
      watchers.set(key, set.add(wake));
      signal.addEventListener('abort', wake);
      return {
        async next() {
          if (!news && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const cancel = clock.setTimer(POLL_MS, resolve);
              wakeUp = () => {
                cancel();
                resolve();
              };
            });
          }
          wakeUp = undefined;
          news = false;
        },
        [Symbol.dispose]() {
          set.delete(wake);
          if (set.size === 0) watchers.delete(key);
          signal.removeEventListener('abort', wake);
        },
      };
    },
    close: stop,
  };
}
