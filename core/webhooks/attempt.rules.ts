import { limits } from '../kernel/index.ts';
import type { WebhookResult } from '../ports/index.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits between attempts, as Standard Webhooks recommends: ten attempts over about three days. */
export const retryWaitsMs = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
export const attemptsMax = retryWaitsMs.length + 1;

/** Added to a wait at most, as a part of it: endpoints that failed together are not tried together. */
const JITTER = 0.2;
const RETRY_AFTER_MS_MAX = 24 * HOUR;

/** What an attempt means for its delivery, and for the endpoint. */
export type Settlement =
  | { readonly delivery: 'delivered'; readonly endpoint: 'healthy' }
  | { readonly delivery: 'retry'; readonly waitMs: number; readonly endpoint: 'failing' }
  | { readonly delivery: 'failed'; readonly endpoint: 'failing' | 'gone' };

/**
 * Only 2xx is a success: redirects are not followed. 410 means that nobody wants these events any
 * more. `step`: attempts of this round, this one included. `random`: uniform in [0, 1).
 */
export function settlementOf(result: WebhookResult, step: number, random: number): Settlement {
  if (result.type === 'answered') {
    if (result.status >= 200 && result.status < 300)
      return { delivery: 'delivered', endpoint: 'healthy' };
    if (result.status === 410) return { delivery: 'failed', endpoint: 'gone' };
  }
  const planned = retryWaitsMs[step - 1];
  if (planned === undefined) return { delivery: 'failed', endpoint: 'failing' };
  const asked = result.type === 'answered' ? (result.retryAfterMs ?? 0) : 0;
  const waitMs = Math.max(planned * (1 + JITTER * random), Math.min(asked, RETRY_AFTER_MS_MAX));
  return { delivery: 'retry', waitMs: Math.round(waitMs), endpoint: 'failing' };
}

/** Whether an endpoint has failed for so long that it is given up. */
export function isLost(failingSince: Date, now: Date): boolean {
  return now.getTime() - failingSince.getTime() >= limits.webhooks.failingMsMax;
}

/**
 * Names one asking for a delivery: the queue does the same asking once. While it is late, a new name
 * each minute, in case the job that had the name before was lost.
 */
export function askingOf(delivery: { id: string; next_attempt_at: Date }, now: Date): string {
  const dueMs = delivery.next_attempt_at.getTime();
  const lateMinutes = Math.max(0, Math.floor((now.getTime() - dueMs) / MINUTE));
  return `${delivery.id}-${dueMs}-${lateMinutes}`;
}
