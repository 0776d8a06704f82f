/** Frames that keep coming this much later than their place on the line: there was a gap. */
const GAP_MS = 200;
/** For how long they have to: a burst after a stall is late only until it has been read. */
const WINDOW_MS = 500;
/** Frames this much before their time: the place was taken from one that had been held up. */
const EARLY_MS_MAX = 200;

/**
 * Where frames belong on the time of a call. They follow one another whatever their packets did on
 * the way: a burst after a stall keeps its own time, and only a true gap in the line moves what
 * comes after it.
 */
export interface Timeline {
  /** Where a frame of `durationMs` that arrived at `arrivedMs` begins. Both since the call's start. */
  place(arrivedMs: number, durationMs: number): number;
  /** The line was gone: the next frame begins when it arrives. */
  restart(): void;
}

export function createTimeline(): Timeline {
  /** NaN before the first frame. */
  let cursorMs = NaN;
  let windowStartMs = 0;
  let leastLateMs = Infinity;

  const anchor = (arrivedMs: number) => {
    cursorMs = arrivedMs;
    windowStartMs = arrivedMs;
    leastLateMs = Infinity;
  };

  return {
    place(arrivedMs, durationMs) {
      if (Number.isNaN(cursorMs) || cursorMs - arrivedMs > EARLY_MS_MAX) anchor(arrivedMs);
      if (arrivedMs - windowStartMs >= WINDOW_MS) {
        if (leastLateMs > GAP_MS && leastLateMs < Infinity) cursorMs += leastLateMs;
        windowStartMs = arrivedMs;
        leastLateMs = Infinity;
      }
      leastLateMs = Math.min(leastLateMs, arrivedMs - cursorMs);
      const at = cursorMs;
      cursorMs += durationMs;
      return at;
    },
    restart() {
      cursorMs = NaN;
    },
  };
}
