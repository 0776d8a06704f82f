import type { HangupCause } from '../ports/index.ts';
import type { CallPrice } from '../rates/index.ts';
import type { CallRow } from './calls.repo.ts';
import type { CallEndReason, CallStatus } from './calls.schema.ts';

/** The carrier of calls that have none: their media socket is all there is of them. */
export const BROWSER = 'browser';

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

/** What a call is charged by: fixed when it was asked for, whatever the rate card says since. */
export function chargeOf(
  call: Pick<CallRow, 'rate_per_minute' | 'billing_first_s' | 'billing_next_s'>,
): Pick<CallPrice, 'microsPerMinute' | 'rounding'> {
  return {
    microsPerMinute: call.rate_per_minute,
    rounding: { firstSeconds: call.billing_first_s, nextSeconds: call.billing_next_s },
  };
}

/** Nearest-rank percentile (share in 0..1); null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
