/** What the carrier does with our audio: plays it at the line's pace, echoes marks when they are reached. */
export interface Speaker {
  /** So much audio has come. Returns whether the line had run dry in the middle of an utterance. */
  push(nowMs: number, audioMs: number): boolean;
  /** Calls back once everything before the mark has been played. */
  mark(nowMs: number, reached: () => void): void;
  /** Forgets what has not been played; its marks are reached at once. */
  clear(): void;
  /** How much waits to be played, in milliseconds. */
  waitingMs(nowMs: number): number;
  close(): void;
}

/** Audio later than this after the line ran dry is a gap somebody hears. */
const GAP_HEARD_MS = 5;

export function createSpeaker(): Speaker {
  /** When the last of it will have been played. */
  let endMs = 0;
  let inUtterance = false;
  const marks = new Map<NodeJS.Timeout, () => void>();

  return {
    push(nowMs, audioMs) {
      const dry = inUtterance && nowMs - endMs > GAP_HEARD_MS;
      inUtterance = true;
      endMs = Math.max(endMs, nowMs) + audioMs;
      return dry;
    },
    mark(nowMs, reached) {
      inUtterance = false;
      const timer = setTimeout(
        () => {
          marks.delete(timer);
          reached();
        },
        Math.max(0, endMs - nowMs),
      );
      marks.set(timer, reached);
    },
    clear() {
      endMs = 0;
      inUtterance = false;
      for (const [timer, reached] of marks) {
        clearTimeout(timer);
        reached();
      }
      marks.clear();
    },
    waitingMs: (nowMs) => Math.max(0, endMs - nowMs),
    close() {
      for (const timer of marks.keys()) clearTimeout(timer);
      marks.clear();
    },
  };
}
