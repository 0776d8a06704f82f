import type { Clock, Log } from '@alo/core/kernel';
import type { Relay } from '@alo/core/webhooks';

/** Looked at again after this long even without news: a notification may be lost with a connection. */
const POLL_MS = 2_000;

/**
 * Relays events as they are recorded, until stopped: at once when one is announced, and every now
 * and then in any case.
 */
export function startRelay(
  relay: Relay,
  { clock, log }: { clock: Clock; log: Log },
): () => Promise<void> {
  const stop = new AbortController();
  let news = false;
  let wakeUp: (() => void) | undefined;
  const wake = () => {
    news = true;
    wakeUp?.();
  };

  const waitForNews = async () => {
    if (!news && !stop.signal.aborted) {
      await new Promise<void>((resolve) => {
        const cancel = clock.setTimer(POLL_MS, resolve);
        wakeUp = () => {
          cancel();
          resolve();
        };
      });
    }
    wakeUp = undefined;
  };

  const listening = relay.onRecorded(wake).catch((error: unknown) => {
    log.error({ err: error }, 'not listening for events: they are relayed every now and then');
    return async () => undefined;
  });
  const running = (async () => {
    while (!stop.signal.aborted) {
      news = false;
      try {
        await relay.relay();
      } catch (error) {
        log.error({ err: error }, 'relaying events failed');
        // Not at once again: what is broken stays broken for a moment.
        await clock.sleep(POLL_MS, stop.signal).catch(() => undefined);
      }
      await waitForNews();
    }
  })();

  return async () => {
    stop.abort();
    wake();
    await running;
    await (
      await listening
    )();
  };
}
