import type { Clock } from '@alo/core/kernel';

/** The vendor's bound: flushes above it are ignored, with a warning. */
export const FLUSHES_PER_MINUTE_MAX = 20;
const WINDOW_MS = 60_000;
/** After a warning, how long a flush waits to be tried again. */
const RETRY_MS = 5_000;

/** Keeps count of flushes: those asked for, those sent, those answered. */
export interface Flushes {
  /** Text has been sent that no flush covers yet. */
  spoke(): void;
  /** Asks for a flush; returns its number. */
  ask(): number;
  /** The vendor has answered the oldest flush. */
  answered(): void;
  /** The vendor has ignored the newest flush. */
  refused(): void;
  /** What was asked for so far will not be answered any more. */
  clear(): void;
  stop(): void;
}

/**
 * One flush of the vendor's may answer several of ours: where nothing was said in between, or where ours come faster
 * than the vendor allows and have to wait.
 */
export function createFlushes(options: {
  clock: Clock;
  send: () => void;
  onFlushed: (flush: number) => void;
  onHeld: () => void;
}): Flushes {
  const { clock } = options;
  let asked = 0;
  let unflushedText = false;
  /** Our numbers that wait for a flush to be sent. */
  let held: number[] = [];
  /** Our numbers that each flush under way answers, oldest first. */
  let underWay: number[][] = [];
  let sentAtMs: number[] = [];
  let cancelTimer: (() => void) | undefined;

  function later(ms: number): void {
    cancelTimer ??= clock.setTimer(ms, () => {
      cancelTimer = undefined;
      sendHeld();
    });
  }

  function sendHeld(): void {
    if (held.length === 0 || cancelTimer) return;
    const nowMs = clock.monotonicMs();
    sentAtMs = sentAtMs.filter((atMs) => atMs > nowMs - WINDOW_MS);
    const oldestMs = sentAtMs[0];
    if (oldestMs !== undefined && sentAtMs.length >= FLUSHES_PER_MINUTE_MAX) {
      options.onHeld();
      return later(oldestMs + WINDOW_MS - nowMs);
    }
    sentAtMs.push(nowMs);
    underWay.push(held);
    held = [];
    unflushedText = false;
    options.send();
  }

  function ask(): number {
    const flush = asked++;
    const last = underWay.at(-1);
    if (unflushedText || held.length > 0) {
      held.push(flush);
      sendHeld();
    } else if (last) last.push(flush);
    else options.onFlushed(flush);
    return flush;
  }

  function stop(): void {
    held = [];
    underWay = [];
    cancelTimer?.();
    cancelTimer = undefined;
  }

  return {
    spoke() {
      unflushedText = true;
    },
    ask,
    answered() {
      for (const flush of underWay.shift() ?? []) options.onFlushed(flush);
    },
    refused() {
      held = [...(underWay.pop() ?? []), ...held];
      if (held.length > 0) later(RETRY_MS);
    },
    clear() {
      stop();
      unflushedText = false;
    },
    stop,
  };
}
