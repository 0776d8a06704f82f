import { ProviderError, type Clock } from '@alo/core/kernel';
import type { LlmDelta, LlmProvider, LlmRequest } from '@alo/core/ports';
import { inOrder, type Candidate } from './candidates.ts';

/** Later than this, another model's answer is the quicker one. */
const FIRST_DELTA_MS = 1_200;

export interface FailoverLlmOptions {
  readonly clock: Clock;
  readonly firstDeltaMs?: number;
}

/**
 * Several models behind one port. A model that fails or says nothing in time, before its first word,
 * gives way to the next; the last one's error is thrown, and the last one may take its time. Once
 * words have come, an error in the middle is the caller's to handle: they may have been spoken.
 */
export function createFailoverLlm(
  candidates: readonly Candidate<LlmProvider>[],
  { clock, firstDeltaMs = FIRST_DELTA_MS }: FailoverLlmOptions,
): LlmProvider {
  return {
    name: candidates[0]?.provider.name ?? 'none',
    warm: () => inOrder(candidates)[0]?.provider.warm?.(),
    async *stream(request, signal) {
      const order = inOrder(candidates);
      for (const [index, candidate] of order.entries()) {
        const last = index === order.length - 1;
        const opened = await open(
          candidate,
          request,
          signal,
          last ? undefined : firstDeltaMs,
          clock,
        );
        if (opened instanceof Error) {
          if (last || signal.aborted) throw opened;
          continue;
        }
        yield* opened;
        return;
      }
    },
  };
}

/** The stream from its first delta on, or what kept that from coming. */
async function open(
  { provider, breaker }: Candidate<LlmProvider>,
  request: LlmRequest,
  signal: AbortSignal,
  withinMs: number | undefined,
  clock: Clock,
): Promise<AsyncIterable<LlmDelta> | Error> {
  const late = new AbortController();
  const cancel =
    withinMs === undefined
      ? undefined
      : clock.setTimer(withinMs, () =>
          late.abort(new ProviderError(provider.name, 'timeout', `no word in ${withinMs} ms`)),
        );
  const stream = provider.stream(request, AbortSignal.any([signal, late.signal]));
  const deltas = stream[Symbol.asyncIterator]();
  try {
    const first = await deltas.next();
    breaker.succeeded();
    return rest(first, deltas, breaker, signal);
  } catch (error) {
    if (signal.aborted) return asError(error);
    breaker.failed();
    return late.signal.aborted ? asError(late.signal.reason) : asError(error);
  } finally {
    cancel?.();
  }
}

async function* rest(
  first: IteratorResult<LlmDelta>,
  deltas: AsyncIterator<LlmDelta>,
  breaker: Candidate<LlmProvider>['breaker'],
  signal: AbortSignal,
): AsyncGenerator<LlmDelta> {
  try {
    for (let next = first; !next.done; next = await deltas.next()) yield next.value;
  } catch (error) {
    if (!signal.aborted) breaker.failed();
    throw error;
  } finally {
    await deltas.return?.();
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
