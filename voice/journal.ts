import type {
  CallRecords,
  CallRuntime,
  ClaimedCall,
  NewCallEvent,
  TurnRecord,
} from '@alo/core/calls';
import type { Clock, Id, Log } from '@alo/core/kernel';

/**
 * One transaction a second for all calls of the process, however many they are: each is several round trips,
 * however little is in it. What happens after a quiet second is written almost at once, for whoever watches.
 * A process that is killed takes what it has not written with it: a second at most.
 */
const EVERY_MS = 1_000;
const GATHER_MS = 100;

/** What happens in one call, to be kept. */
export interface CallJournal {
  event(event: NewCallEvent): void;
  turn(turn: TurnRecord): void;
  /** Resolves when everything handed over has been written (or has failed and been logged). */
  drain(): Promise<void>;
}

/** Writes what happens in this process's calls to the database, in order and off the audio path. */
export interface Journal {
  of(call: Pick<ClaimedCall, 'callId' | 'orgId'>): CallJournal;
}

interface Gathered extends CallRecords {
  readonly events: NewCallEvent[];
  readonly turns: TurnRecord[];
}

export function createJournal(deps: {
  runtime: Pick<CallRuntime, 'keep'>;
  clock: Clock;
  log: Log;
}): Journal {
  const { runtime, clock, log } = deps;
  let gathered = new Map<Id<'call'>, Gathered>();
  let cancelTimer: (() => void) | undefined;
  let wroteMs = -Infinity;
  let writing: { readonly calls: ReadonlyMap<Id<'call'>, Gathered>; done: Promise<void> } | null =
    null;

  function entry({ callId, orgId }: Pick<ClaimedCall, 'callId' | 'orgId'>): Gathered {
    const found = gathered.get(callId) ?? { callId, orgId, events: [], turns: [] };
    gathered.set(callId, found);
    if (!writing) writeSoon();
    return found;
  }

  function writeSoon(): void {
    const waitMs = Math.max(GATHER_MS, wroteMs + EVERY_MS - clock.monotonicMs());
    cancelTimer ??= clock.setTimer(waitMs, write);
  }

  function write(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (writing || gathered.size === 0) return;
    wroteMs = clock.monotonicMs();
    const calls = gathered;
    gathered = new Map();
    const done = keep([...calls.values()]).finally(() => {
      writing = null;
      if (gathered.size > 0) writeSoon();
    });
    writing = { calls, done };
  }

  /** All together; if that fails, each call for itself, so that none pays for another's. */
  async function keep(records: readonly CallRecords[]): Promise<void> {
    try {
      await runtime.keep(records);
    } catch (error) {
      if (records.length > 1) {
        for (const record of records) await keep([record]);
        return;
      }
      for (const { callId, events, turns } of records) {
        log.error(
          { err: error, call_id: callId, lost_events: events.length, lost_turns: turns.length },
          'journal not written',
        );
      }
    }
  }

  return {
    of: (call) => ({
      event: (event) => void entry(call).events.push(event),
      turn: (turn) => void entry(call).turns.push(turn),
      async drain() {
        const has = () => gathered.has(call.callId) || writing?.calls.has(call.callId) === true;
        while (has()) {
          write();
          await writing?.done;
        }
      },
    }),
  };
}
