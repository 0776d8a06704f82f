import type { CallRuntime, ClaimedCall, NewCallEvent, TurnRecord } from '@alo/core/calls';
import type { Log } from '@alo/core/kernel';

/**
 * Writes what happens in a call to the database, in order and off the audio path: while one batch is
 * being written the next gathers.
 */
export interface Journal {
  event(event: NewCallEvent): void;
  turn(turn: TurnRecord): void;
  /** Resolves when everything handed over has been written (or has failed and been logged). */
  drain(): Promise<void>;
}

export function createJournal(runtime: CallRuntime, call: ClaimedCall, log: Log): Journal {
  let events: NewCallEvent[] = [];
  let turns: TurnRecord[] = [];
  let writing: Promise<void> | null = null;

  const write = async () => {
    while (events.length > 0 || turns.length > 0) {
      const [eventBatch, turnBatch] = [events, turns];
      events = [];
      turns = [];
      try {
        for (const turn of turnBatch) await runtime.saveTurn(call, turn);
        await runtime.appendEvents(call, eventBatch);
      } catch (error) {
        log.error(
          { err: error, lost_events: eventBatch.length, lost_turns: turnBatch.length },
          'journal not written',
        );
      }
    }
    writing = null;
  };
  const start = () => {
    writing ??= Promise.resolve().then(write);
  };

  return {
    event(event) {
      events.push(event);
      start();
    },
    turn(turn) {
      turns.push(turn);
      start();
    },
    async drain() {
      while (writing) await writing;
    },
  };
}
