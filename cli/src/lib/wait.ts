import { setTimeout as sleep } from 'node:timers/promises';
import { CliError, cancelled } from './errors.ts';
import type { Localized } from './language.ts';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** What did not happen, for the error. */
  readonly what: Localized;
  readonly everyMs?: number;
}

/** Asks again and again until the answer is one to go on with (anything but undefined). */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  { timeoutMs, signal, now, what, everyMs = 250 }: WaitOptions,
): Promise<T> {
  const untilMs = now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (now() >= untilMs) throw new CliError('timeout', what);
    await sleep(everyMs, undefined, { signal }).catch(() => {
      throw cancelled();
    });
  }
}
