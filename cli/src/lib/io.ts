import type { Readable, Writable } from 'node:stream';

export interface OutStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface InStream extends Readable {
  readonly isTTY?: boolean;
}

/** What a run of the CLI takes from the process around it. Tests pass their own. */
export interface Io {
  readonly stdin: InStream;
  readonly stdout: OutStream;
  readonly stderr: OutStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly fetch?: typeof fetch;
  readonly now: () => number;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Ctrl-C, where a screen reads the keys itself. */
  readonly interrupt: () => void;
}
