import { AbortedError } from './errors.ts';

/** What the client takes from the world around it. Tests pass their own. */
export interface Runtime {
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly newKey: () => string;
  /** Resolves after `ms`; rejects with `AbortedError` when the signal fires first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** The runtime's own fetch, clock and randomness: the same names in Node, browsers and workers. */
export function systemRuntime(fetchGiven?: typeof fetch): Runtime {
  return {
    // Called without a receiver: browsers refuse `fetch` as a method of another object.
    fetch: fetchGiven ?? ((input, init) => globalThis.fetch(input, init)),
    // The one place of this package that reads the clock and chance.
    // oxlint-disable-next-line eslint/no-restricted-properties
    now: () => Date.now(),
    // oxlint-disable-next-line eslint/no-restricted-properties
    random: () => Math.random(),
    newKey: () => crypto.randomUUID(),
    sleep,
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortedBy(signal));
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      if (signal) reject(abortedBy(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The error for a request that the caller's signal ended. */
export function abortedBy(signal: AbortSignal): AbortedError {
  return new AbortedError('The request was aborted.', { cause: signal.reason });
}
