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

/**
 * Runs one streamed completion. An abort wakes a pending read at once, closes the connection and
 * throws the signal's reason; everything else that goes wrong is a ProviderError.
 */
export async function* streamChat(options: StreamChatOptions): AsyncGenerator<LlmDelta> {
  const { provider, clock, signal } = options;
  signal.throwIfAborted();
  const closed = new AbortController();
  const any = AbortSignal.any([signal, closed.signal]);
  const watch = (ms: number) =>
    clock.setTimer(ms, () =>
      closed.abort(new ProviderError(provider, 'timeout', `nothing came for ${ms} ms`)),
    );
  let cancelWatch = watch(options.firstChunkTimeoutMs);
  const reader = createChunkReader();
  try {
    const stream = await orAbort(options.open(any), any);
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await orAbort(chunks.next(), any);
      cancelWatch();
      if (next.done) break;
      // The reader's time, between our yields, is not the vendor's.
      for (const delta of reader.read(next.value)) yield delta;
      cancelWatch = watch(options.nextChunkTimeoutMs);
    }
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
    // Reached early when the reader stops reading, too: the connection must not outlive us.
    closed.abort();
  }
}
