import { ProviderError, type Clock } from '@alo/core/kernel';
import type { LlmDelta } from '@alo/core/ports';
import { createChunkReader } from './chat-completions-wire.ts';

export interface StreamChatOptions {
  readonly provider: string;
  /** Sends the request. The signal must close the connection, also while the body is read. */
  readonly open: (signal: AbortSignal) => PromiseLike<AsyncIterable<unknown>>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The longest wait for the first chunk, and for each one after it. */
  readonly firstChunkTimeoutMs: number;
  readonly nextChunkTimeoutMs: number;
  readonly toError: (error: unknown) => ProviderError;
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. */
export function orAbort<T>(promise: PromiseLike<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Waits for one thing after the other, and for none of them once the signal has aborted. */
function createWaiting(signal: AbortSignal) {
  let give: ((reason: unknown) => void) | undefined;
  const onAbort = () => give?.(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    // One listener for the whole stream: a token has no time for its own.
    for: <T>(promise: PromiseLike<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        give = reject;
        promise.then(resolve, reject);
      }),
    stop: () => signal.removeEventListener('abort', onAbort),
  };
}

/**
 * Runs one streamed completion. An abort wakes a pending read at once, closes the connection and
 * throws the signal's reason; everything else that goes wrong is a ProviderError.
 */
export async function* streamChat(options: StreamChatOptions): AsyncGenerator<LlmDelta> {
  const { provider, clock, signal } = options;
  signal.throwIfAborted();
  const closed = new AbortController();
  const any = AbortSignal.any([signal, closed.signal]);
  const waiting = createWaiting(any);
  const watch = (ms: number) =>
    clock.setTimer(ms, () =>
      closed.abort(new ProviderError(provider, 'timeout', `nothing came for ${ms} ms`)),
    );
  let cancelWatch = watch(options.firstChunkTimeoutMs);
  let over = false;
  const reader = createChunkReader();
  try {
    const stream = await waiting.for(options.open(any));
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await waiting.for(chunks.next());
      cancelWatch();
      if (next.done) break;
      // The reader's time, between our yields, is not the vendor's.
      for (const delta of reader.read(next.value)) yield delta;
      cancelWatch = watch(options.nextChunkTimeoutMs);
    }
    over = true;
    const rest = reader.end();
    if (rest === null) {
      throw new ProviderError(provider, 'connection', 'the stream broke off');
    }
    yield* rest;
  } catch (error) {
    signal.throwIfAborted();
    throw closed.signal.aborted ? closed.signal.reason : options.toError(error);
  } finally {
    cancelWatch();
    waiting.stop();
    // Reached early when the reader stops reading, too: the connection must not outlive us.
    if (!over) closed.abort();
  }
}
