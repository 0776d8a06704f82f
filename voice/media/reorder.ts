/** How many frames may be missing before we go on without them: 60 ms. */
const GAP_FRAMES_MAX = 3;

/**
 * Puts frames back in order. Late and repeated frames are dropped; a frame that stays away for
 * longer than 60 ms is given up.
 */
export interface Reorder<T> {
  /** Returns the frames that are due now, in order. */
  push(sequence: number, frame: T): T[];
}

export function createReorder<T>(): Reorder<T> {
  let next: number | undefined;
  const waiting = new Map<number, T>();
  return {
    push(sequence, frame) {
      next ??= sequence;
      if (sequence < next) return [];
      waiting.set(sequence, frame);
      const due: T[] = [];
      const drain = () => {
        for (
          let found = waiting.get(next ?? 0);
          found !== undefined;
          found = waiting.get(next ?? 0)
        ) {
          waiting.delete(next ?? 0);
          next = (next ?? 0) + 1;
          due.push(found);
        }
      };
      drain();
      if (waiting.size > GAP_FRAMES_MAX) {
        next = Math.min(...waiting.keys());
        drain();
      }
      return due;
    },
  };
}
