import { assert } from '@alo/core/kernel';
import type { Breaker } from './breaker.ts';

/** A provider with what is known of its health. */
export interface Candidate<P> {
  readonly provider: P;
  readonly breaker: Breaker;
}

/**
 * In which order to try: those that work, in the order given; then those that failed moments ago or
 * may be tried again; last those that are left alone, because a caller who waits is worth the try.
 */
export function inOrder<P>(candidates: readonly Candidate<P>[]): readonly Candidate<P>[] {
  assert(candidates.length > 0, 'there is a provider to try');
  const rank = ({ breaker }: Candidate<P>) => {
    if (breaker.state === 'open') return 2;
    return breaker.state === 'trying' || breaker.shaky ? 1 : 0;
  };
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}
