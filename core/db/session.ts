import type { Clock } from '../kernel/index.ts';
import type { DatabaseClient, DatabasePool } from './pool.ts';

const RETRY_MS = 1_000;

/**
 * Keeps one connection of the pool for something that lives as long as its session: a LISTEN, a
 * lock. When the connection is lost, `prepare` runs on another as soon as there is one.
 * Resolves once the first is prepared; the returned function ends it.
 */
export async function keepSession(
  pool: DatabasePool,
  clock: Clock,
  prepare: (client: DatabaseClient) => Promise<void>,
): Promise<() => Promise<void>> {
  const stopped = new AbortController();
  let client: DatabaseClient | undefined;

  async function open(): Promise<void> {
    const opened = await pool.connect();
    // Without a listener a lost connection would end the process.
    opened.on('error', () => {
      // Ended on purpose, it has been released already, and may still hear that its server is gone.
      if (stopped.signal.aborted) return;
      if (client === opened) client = undefined;
      opened.release(true);
      void reopen();
    });
    await prepare(opened);
    client = opened;
  }

  async function reopen(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await clock.sleep(RETRY_MS, stopped.signal);
        return await open();
      } catch {
        // The server is still away, or we are stopping: the loop's condition knows which.
      }
    }
  }

  await open();
  return async () => {
    stopped.abort();
    client?.release(true);
    client = undefined;
  };
}
