import type { CallEvent } from '@alo/sdk';
import type { Line } from './line.ts';
import type { LineMessage } from './wire.ts';

/** Who takes part in a talk, and how: by voice, or in writing. */
export interface Party {
  /**
   * Talks on the line until there is nothing more to say, which hangs up; for ever, if that is for
   * others to decide. `over` fires when the call is. Rejects where it cannot go on.
   */
  takePart(line: Line, over: AbortSignal): Promise<void>;
  onMessage(message: LineMessage, line: Line): void;
  onEvent(event: CallEvent): void;
  onLineLost(): void;
  leave(): Promise<void>;
}
