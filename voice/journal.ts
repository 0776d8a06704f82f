import type {
  CallRecords,
  CallRuntime,
  ClaimedCall,
  NewCallEvent,
  TurnRecord,
} from '@alo/core/calls';
import type { Clock, Id, Log } from '@alo/core/kernel';

/**
 * How long what happens gathers before it is written. Short enough for whoever watches a call, and
 * one transaction for all calls of the process instead of several a second for each.
 */
const GATHER_MS = 400;

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
  let writing: { readonly calls: ReadonlyMap<Id<'call'>, Gathered>; done: Promise<void> } | null =
    null;

  function entry({ callId, orgId }: Pick<ClaimedCall, 'callId' | 'orgId'>): Gathered {
    const found = gathered.get(callId) ?? { callId, orgId, events: [], turns: [] };
    gathered.set(callId, found);
    if (!writing) cancelTimer ??= clock.setTimer(GATHER_MS, write);
    return found;
  }

  function write(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    if (writing || gathered.size === 0) return;
    const calls = gathered;
    gathered = new Map();
    const done = keep([...calls.values()]).finally(() => {
      writing = null;
      if (gathered.size > 0) cancelTimer = clock.setTimer(GATHER_MS, write);
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
