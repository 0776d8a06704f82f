import type { Clock, Log } from '@alo/core/kernel';

export interface Sweep {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/**
 * Runs each sweep again and again, never twice at once. A failing sweep is logged and tried again.
 * Sweeps are idempotent, so several processes may run them.
 */
export function startSweeps(
  sweeps: readonly Sweep[],
  { clock, log }: { clock: Clock; log: Log },
): () => Promise<void> {
  const stop = new AbortController();
  const running = sweeps.map(async (sweep) => {
    while (!stop.signal.aborted) {
      try {
        await sweep.run();
      } catch (error) {
        log.error({ err: error, sweep: sweep.name }, 'sweep failed');
      }
      await clock.sleep(sweep.everyMs, stop.signal).catch(() => undefined);
    }
  });
  return async () => {
    stop.abort();
    await Promise.all(running);
  };
}
