import type { Clock } from '@alo/core/kernel';
import type { Call } from './call.ts';

/** The calls the stand-in knows of, and the commands it has carried out. */
export interface CallRegistry {
  add(call: Call): void;
  find(callControlId: string): Call | undefined;
  all(): readonly Call[];
  /** Calls that occupy a channel. */
  alive(): number;
  /**
   * Whether a command with this id came before (within a minute, for the same call or, for Dial, the
   * whole account): returns what it made, or undefined and remembers `made`.
   */
  seen(scope: string, commandId: string): Call | undefined;
  remember(scope: string, commandId: string, call: Call): void;
}

/** The vendor answers for a call until 10 minutes after its end. */
const FORGET_AFTER_MS = 600_000;
/** The vendor ignores a repeated command id for this long. */
const COMMAND_ID_MS = 60_000;

export function createCallRegistry(clock: Clock): CallRegistry {
  const calls = new Map<string, Call>();
  const commands = new Map<string, { call: Call; atMs: number }>();

  function forget() {
    const now = clock.now().getTime();
    for (const [id, { record }] of calls) {
      if (record.endedAt && now - record.endedAt.getTime() > FORGET_AFTER_MS) calls.delete(id);
    }
    for (const [key, { atMs }] of commands) {
      if (clock.monotonicMs() - atMs > COMMAND_ID_MS) commands.delete(key);
    }
  }
  const keyOf = (scope: string, commandId: string) => `${scope}\n${commandId}`;

  return {
    add(call) {
      forget();
      calls.set(call.record.callControlId, call);
    },
    find(callControlId) {
      forget();
      return calls.get(callControlId);
    },
    all: () => [...calls.values()],
    alive: () => [...calls.values()].filter(({ record }) => record.state !== 'ended').length,
    seen(scope, commandId) {
      forget();
      return commands.get(keyOf(scope, commandId))?.call;
    },
    remember(scope, commandId, call) {
      commands.set(keyOf(scope, commandId), { call, atMs: clock.monotonicMs() });
    },
  };
}
