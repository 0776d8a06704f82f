import type { ApiError } from './errors.ts';

const firstDelayMs = 500;
const delayMsMax = 8_000;
/** A server that asks for more patience than this gets its error shown instead. */
const retryAfterMsMax = 60_000;

/**
 * Whether an error answer is worth another try. The server's `x-should-retry` has the last word;
 * without it: 408, 409 while the same request is still running, 429 and 5xx.
 */
export function isRetryable(error: ApiError): boolean {
  const told = error.headers.get('x-should-retry');
  if (told === 'true') return true;
  if (told === 'false') return false;
  if (error.status === 409) return error.code === 'idempotency_in_progress';
  return error.status === 408 || error.status === 429 || error.status >= 500;
}

/**
 * Milliseconds to wait before try number `attempt + 1` (the first is 0), or null to give up
 * because the server wants us to stay away for longer than a caller would wait.
 */
export function retryDelayMs(
  attempt: number,
  headers: Headers | undefined,
  clock: { readonly now: () => number; readonly random: () => number },
): number | null {
  const asked = headers ? retryAfterMs(headers, clock.now()) : undefined;
  if (asked !== undefined) return asked <= retryAfterMsMax ? asked : null;
  const delay = Math.min(firstDelayMs * 2 ** attempt, delayMsMax);
  // Up to a quarter less, so that clients that failed together do not come back together.
  return delay * (1 - clock.random() / 4);
}

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3); `retry-after-ms` is finer. */
function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const precise = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(precise) && precise >= 0) return precise;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
