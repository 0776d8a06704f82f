import type { HangupCause } from '../ports/index.ts';
import type { CallEndReason, CallStatus } from './calls.schema.ts';

export interface CallEnd {
  readonly status: Extract<CallStatus, 'completed' | 'no_answer' | 'busy' | 'failed'>;
  readonly reason: CallEndReason;
}

/** How a call that nobody took ends, by the carrier's cause. */
export function endOfUnanswered(cause: HangupCause): CallEnd {
  switch (cause) {
    case 'busy':
      return { status: 'busy', reason: 'busy' };
    case 'no_answer':
    case 'time_limit':
    case 'normal':
      return { status: 'no_answer', reason: 'no_answer' };
    case 'rejected':
      return { status: 'no_answer', reason: 'rejected' };
    default:
      return { status: 'failed', reason: 'carrier_error' };
  }
}

/** The outcome of a call that was in progress. */
export function endOfAnswered(reason: CallEndReason): CallEnd {
  const broken: readonly CallEndReason[] = [
    'technical_failure',
    'carrier_error',
    'shutdown',
    'interrupted',
  ];
  return { status: broken.includes(reason) ? 'failed' : 'completed', reason };
}

/** Nearest-rank percentile (share in 0..1); null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
