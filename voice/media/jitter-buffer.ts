/** How many frames may wait for one that is missing: 60 ms. */
const WAITING_MAX = 3;
/** Beyond so many missing frames (a second) nothing is made up for them: the line begins anew. */
const LOST_MAX = 50;
/** So many late frames in a row (half a second) are a carrier that counts from the start again. */
const LATE_MAX = 25;

/**
 * Puts the frames of a line in order. What comes in order passes at once: the recogniser needs no
 * steady pace, so nothing is delayed for the sake of one. Frames behind a missing one wait until it
 * comes, for 60 ms at most; repeated ones and those that come too late are dropped.
 */
export interface JitterBuffer<T> {
  push(sequence: number, frame: T): void;
  /** Whatever comes next is the first frame of a new numbering. */
  restart(): void;
}

export interface JitterBufferDeps<T> {
  /** A frame is due. */
  onFrame(frame: T): void;
  /** So many frames are given up: before the next one, that much of the line is missing. */
  onLost(frames: number): void;
}

export function createJitterBuffer<T>({ onFrame, onLost }: JitterBufferDeps<T>): JitterBuffer<T> {
  /** NaN before the first frame. */
  let next = NaN;
  let late = 0;
  const waiting = new Map<number, T>();

  function due(frame: T): void {
    next += 1;
    onFrame(frame);
  }

  function drain(): void {
    for (let frame = waiting.get(next); frame !== undefined; frame = waiting.get(next)) {
      waiting.delete(next);
      due(frame);
    }
  }

  /** Goes on with the first frame there is. */
  function giveUp(): void {
    const first = Math.min(...waiting.keys());
    onLost(first - next);
    next = first;
    drain();
  }

  function jump(sequence: number): void {
    while (waiting.size > 0) giveUp();
    next = sequence;
    late = 0;
  }

  return {
    push(sequence, frame) {
      if (sequence === next && waiting.size === 0) {
        late = 0;
        return due(frame);
      }
      if (Number.isNaN(next)) next = sequence;
      if (sequence < next) {
        late += 1;
        if (late < LATE_MAX) return;
        jump(sequence);
      } else if (sequence - next > LOST_MAX) {
        jump(sequence);
      }
      late = 0;
      if (waiting.has(sequence)) return;
      waiting.set(sequence, frame);
      drain();
      if (waiting.size > WAITING_MAX) giveUp();
    },
    restart() {
      while (waiting.size > 0) giveUp();
      next = NaN;
      late = 0;
    },
  };
}
