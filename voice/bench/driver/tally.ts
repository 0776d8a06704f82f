/** What callers found out, call after call; plain data, to be sent to the one who reports. */
export interface Tally {
  /** Per answered turn: from the last voiced frame sent to the first frame of the answer, ms. */
  readonly answerMs: number[];
  /** Per barge-in: from its first voiced frame sent to the carrier being told to fall silent, ms. */
  readonly bargeInMs: number[];
  turns: number;
  /** Turns without an answer, or whose answer came before they had ended. */
  unanswered: number;
  early: number;
  /** Barge-ins that the agent talked over. */
  ignored: number;
  /** Frames of an answer that had been cut off, and came all the same. */
  staleFrames: number;
  /** Gaps in the middle of an utterance. */
  gaps: number;
  /** The most audio that ever waited at the carrier, ms. */
  aheadMaxMs: number;
  /** Sockets that the engine closed by itself, or never opened. */
  dropped: number;
}

export function createTally(): Tally {
  return {
    answerMs: [],
    bargeInMs: [],
    turns: 0,
    unanswered: 0,
    early: 0,
    ignored: 0,
    staleFrames: 0,
    gaps: 0,
    aheadMaxMs: 0,
    dropped: 0,
  };
}

/** Two stretches of the same thing as one. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    answerMs: [...a.answerMs, ...b.answerMs],
    bargeInMs: [...a.bargeInMs, ...b.bargeInMs],
    turns: a.turns + b.turns,
    unanswered: a.unanswered + b.unanswered,
    early: a.early + b.early,
    ignored: a.ignored + b.ignored,
    staleFrames: a.staleFrames + b.staleFrames,
    gaps: a.gaps + b.gaps,
    aheadMaxMs: Math.max(a.aheadMaxMs, b.aheadMaxMs),
    dropped: a.dropped + b.dropped,
  };
}

/** What the engine added to each turn, given the time that was the providers' own. */
export function overheadsMs(tally: Tally, providersMs: number): number[] {
  return tally.answerMs.map((ms) => ms - providersMs);
}
