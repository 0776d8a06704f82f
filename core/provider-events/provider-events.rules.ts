/** How long a stored event may wait before the sweep takes it for forgotten. */
export const FORGOTTEN_AFTER_MS = 30_000;
/** From this age on, the tries of an event's first job are used up. */
const FIRST_JOB_OVER_AFTER_MS = 4 * 60_000;
/** Providers themselves give up after three days; so do we, loudly. */
export const GIVEN_UP_AFTER_MS = 72 * 3_600_000;

/**
 * The name of the job that an event of this age deserves. While its first job may still be waiting
 * or retrying, that job's own name, so that none is added beside it. Later a new name each time its
 * age doubles: a provider's outage of hours costs a paid event some delay and a few tries, never
 * the event.
 */
export function jobNameAt(eventId: string, ageMs: number): string {
  if (ageMs < FIRST_JOB_OVER_AFTER_MS) return eventId;
  return `${eventId}-${Math.floor(Math.log2(ageMs / FIRST_JOB_OVER_AFTER_MS)) + 1}`;
}
