import type { Clock } from '@alo/core/kernel';
import type { SttProvider, TtsEvent, TtsProvider } from '@alo/core/ports';
import type { Breaker } from './breaker.ts';
import { inOrder, type Candidate } from './candidates.ts';

/** A voice that was asked to speak and has made no sound for so long has failed. */
const MUTE_MS = 1_000;

/**
 * Several recognisers behind one port. A stream belongs to one of them; when it is lost the call
 * opens another, and that goes to the next one that works.
 */
export function createFailoverStt(
  candidates: readonly [Candidate<SttProvider>, ...Candidate<SttProvider>[]],
): SttProvider {
  return {
    name: candidates[0].provider.name,
    get capabilities() {
      return first(candidates).provider.capabilities;
    },
    open(options, signal) {
      const { provider, breaker } = first(candidates);
      const stream = provider.open(options, signal);
      let answered = false;
      return {
        write: (audio) => stream.write(audio),
        finalize: () => stream.finalize(),
        close() {
          // Given up on without a sign of life.
          if (!answered) breaker.failed();
          answered = true;
          stream.close();
        },
        events: learn(stream.events, breaker, (event) => {
          const proof = !answered && event.type !== 'closed';
          if (proof) answered = true;
          return proof;
        }),
      };
    },
  };
}

/** Several voices behind one port, in the same way. A caller may hear another voice: better than none. */
export function createFailoverTts(
  candidates: readonly [Candidate<TtsProvider>, ...Candidate<TtsProvider>[]],
  { clock }: { clock: Clock },
): TtsProvider {
  return {
    name: candidates[0].provider.name,
    flushesPerMinuteMax: Math.min(
      ...candidates.map(({ provider }) => provider.flushesPerMinuteMax),
    ),
    open(options, signal) {
      const { provider, breaker } = first(candidates);
      const stream = provider.open(options, signal);
      let askedMs: number | undefined;
      let proven = false;
      const prove = (event: TtsEvent) => {
        if (event.type !== 'audio') return false;
        askedMs = undefined;
        if (proven) return false;
        proven = true;
        return true;
      };
      return {
        speak: (text) => stream.speak(text),
        flush() {
          askedMs ??= clock.monotonicMs();
          return stream.flush();
        },
        clear() {
          askedMs = undefined;
          stream.clear();
        },
        close() {
          if (askedMs !== undefined && clock.monotonicMs() - askedMs >= MUTE_MS) breaker.failed();
          askedMs = undefined;
          stream.close();
        },
        events: learn(stream.events, breaker, prove),
      };
    },
  };
}

function first<P>(candidates: readonly [Candidate<P>, ...Candidate<P>[]]): Candidate<P> {
  return inOrder(candidates)[0] ?? candidates[0];
}

/** Passes events on and learns from them: one that proves health, or an end with an error. */
async function* learn<E extends { readonly type: string; readonly error?: Error }>(
  events: AsyncIterable<E>,
  breaker: Breaker,
  proves: (event: E) => boolean,
): AsyncGenerator<E> {
  for await (const event of events) {
    if (proves(event)) breaker.succeeded();
    if (event.type === 'closed' && event.error) breaker.failed();
    yield event;
  }
}
