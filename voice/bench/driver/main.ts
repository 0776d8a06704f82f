/** The callers, in a process of their own. */
import { createMeter } from '../engines/meter.ts';
import { serveParent } from '../ipc.ts';
import { frame } from '../scenario.ts';
import { createCaller, type Caller } from './caller.ts';
import { createTally, type Tally } from './tally.ts';

/** Where an engine takes a call. */
export interface Line {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly carrierCallId: string;
}

export interface CallsRequest {
  readonly group: string;
  readonly lines: readonly Line[];
  readonly bargeInEvery: number;
  readonly pauseEvery: number;
}

interface Group {
  readonly callers: Caller[];
  tally: Tally;
  counting: boolean;
  stopped: boolean;
}

/** Calls of a group come up one after the other, as calls do. */
const SPREAD_MS = 1_500;

const groups = new Map<string, Group>();
const meter = createMeter();

/** One frame every 20 ms, by the clock; callers are spread over those 20 ms, so frames do not come in volleys. */
function run(caller: Caller, group: Group, phaseMs: number): void {
  let dueMs = performance.now() + phaseMs;
  const next = () => {
    if (group.stopped) return;
    const nowMs = performance.now();
    for (; dueMs <= nowMs; dueMs += frame.ms) caller.tick();
    setTimeout(next, Math.max(1, Math.ceil(dueMs - performance.now())));
  };
  setTimeout(next, phaseMs);
}

function groupOf(name: string): Group {
  const group = groups.get(name);
  if (!group) throw new Error(`no group ${name}`);
  return group;
}

serveParent({
  /** Puts calls on the lines; resolves when each has been greeted. Returns how many have not. */
  async call({ group: name, lines, bargeInEvery, pauseEvery }: CallsRequest) {
    const group: Group = { callers: [], tally: createTally(), counting: false, stopped: false };
    groups.set(name, group);
    for (const [index, line] of lines.entries()) {
      const caller = createCaller({
        ...line,
        seed: index + 1,
        tally: group.tally,
        counting: () => group.counting,
        bargeInEvery,
        pauseEvery,
      });
      group.callers.push(caller);
      run(caller, group, (index * 7.3) % frame.ms);
      await new Promise((resolve) => setTimeout(resolve, SPREAD_MS / lines.length));
    }
    const greeted = await Promise.all(group.callers.map((caller) => caller.greeted));
    return greeted.filter((was) => !was).length;
  },
  count(name: string) {
    groupOf(name).counting = true;
  },
  /** Counts no further turns, and tells what was found once each of those counted has its answer, or none. */
  async found(name: string): Promise<Tally> {
    const group = groupOf(name);
    group.counting = false;
    while (group.callers.some((caller) => caller.waits)) {
      await new Promise((resolve) => setTimeout(resolve, frame.ms));
    }
    return group.tally;
  },
  async hangUp(name: string) {
    const group = groupOf(name);
    group.stopped = true;
    await Promise.all(group.callers.map((caller) => caller.hangUp()));
    groups.delete(name);
  },
  start: () => meter.start(),
  stop: () => meter.stop(),
});
