/** How often something has happened in the window that runs. */
export interface Hit {
  /** This one included. */
  readonly count: number;
  /** Until the window ends and the count begins anew. */
  readonly resetsInMs: number;
}

/**
 * Counts of what must not happen too often, shared by every process that shares their home. Windows
 * are fixed and begin with the first hit: across the edge of two, twice the bound can pass.
 */
export interface Counters {
  /** Counts one more of `key` in its window of `windowMs`. */
  hit(key: string, windowMs: number): Promise<Hit>;
  /** Takes one hit back: it turned out not to count. Nothing happens once the window is over. */
  undo(key: string): Promise<void>;
  /** Ends the window: the next hit is the first. */
  clear(key: string): Promise<void>;
}
