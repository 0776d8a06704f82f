import type { CallEvent } from '@alo/sdk';

/**
 * Whose turn it is, as a call's events tell: a script must not talk into the answer to its line
 * before. A person may.
 */
export interface Floor {
  /** What the written line waits for: to be taken, then to be answered; null: for nothing. */
  readonly waits: 'greeting' | 'taken' | 'answered' | null;
  /** A person speaks in the agent's place: what is written may stay unanswered. */
  readonly operated: boolean;
}

export const newFloor: Floor = { waits: 'greeting', operated: false };

export const isFree = (floor: Floor): boolean => floor.waits === null;

/** The floor after a line has been written. */
export const writtenOn = (floor: Floor): Floor => ({ ...floor, waits: 'taken' });

/** The floor after one more event. */
export function floorAfter(floor: Floor, event: CallEvent): Floor {
  switch (event.type) {
    case 'caller.said':
      return floor.waits === 'taken'
        ? { ...floor, waits: floor.operated ? null : 'answered' }
        : floor;
    case 'turn.completed':
      // What a line cut short is over before that line is taken: no answer to it.
      return floor.waits === 'answered' || floor.waits === 'greeting'
        ? { ...floor, waits: null }
        : floor;
    case 'operator.took_over':
      return { waits: floor.waits === 'taken' ? 'taken' : null, operated: true };
    case 'operator.handed_back':
      return { ...floor, operated: false };
    case 'call.ended':
      return { ...floor, waits: null };
    default:
      return floor;
  }
}
