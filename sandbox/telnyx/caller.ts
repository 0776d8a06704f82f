/**
 * The person on the phone, as a pure reducer: hears by energy, waits for their turn, speaks the next
 * line of a script, hangs up. No clock, no audio: time comes with the events, one every 20 ms.
 */

export interface CallerLine {
  readonly say: string;
  /** Does not wait for the agent to finish: starts this long after the agent begins. */
  readonly interruptAfterMs?: number;
}

/** When a person speaks and when they give up; all in ms. */
export const callerTiming = {
  /** A pause of the agent this long is the caller's turn. */
  turnQuiet: 700,
  /** Nobody speaks after the pick-up: "¿Aló?". */
  helloAfter: 4_000,
  /** Everything has been said and the agent is quiet for this long: hangs up. */
  farewellQuiet: 4_000,
  /** Neither side has made a sound: hangs up. */
  mutualSilence: 20_000,
  /** Less sound than this is a click, not speech. */
  speechMin: 60,
  frame: 20,
} as const;

export const helloText = '¿Aló?';

export interface CallerState {
  readonly phase: 'waiting' | 'listening' | 'speaking' | 'gone';
  readonly lines: readonly CallerLine[];
  /** Index of the next line. */
  readonly position: number;
  readonly saidHello: boolean;
  readonly answeredAtMs: number;
  /** When either side was last heard. */
  readonly lastSoundAtMs: number;
  /** What the agent has said since the caller's last word. */
  readonly agent: {
    readonly beganAtMs: number;
    readonly lastAtMs: number;
    readonly heardMs: number;
  };
}

export type CallerEvent =
  | { readonly type: 'answered'; readonly atMs: number }
  /** 20 ms of what plays in the caller's ear. */
  | { readonly type: 'heard'; readonly atMs: number; readonly audible: boolean }
  /** The caller's own words are over. */
  | { readonly type: 'said'; readonly atMs: number };

export type CallerEffect =
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'hang_up'; readonly reason: 'finished' | 'silence' };

export interface CallerStep {
  readonly state: CallerState;
  readonly effects: readonly CallerEffect[];
}

const nothingHeard = { beganAtMs: 0, lastAtMs: 0, heardMs: 0 };

export function createCaller(lines: readonly CallerLine[]): CallerState {
  return {
    phase: 'waiting',
    lines,
    position: 0,
    saidHello: false,
    answeredAtMs: 0,
    lastSoundAtMs: 0,
    agent: nothingHeard,
  };
}

export function stepCaller(state: CallerState, event: CallerEvent): CallerStep {
  if (state.phase === 'gone') return stay(state);
  switch (event.type) {
    case 'answered':
      if (state.phase !== 'waiting') return stay(state);
      return stay({
        ...state,
        phase: 'listening',
        answeredAtMs: event.atMs,
        lastSoundAtMs: event.atMs,
      });
    case 'said':
      if (state.phase !== 'speaking') return stay(state);
      return stay({
        ...state,
        phase: 'listening',
        lastSoundAtMs: event.atMs,
        agent: nothingHeard,
      });
    case 'heard':
      return hear(state, event.atMs, event.audible);
  }
}

function hear(before: CallerState, atMs: number, audible: boolean): CallerStep {
  if (before.phase === 'waiting') return stay(before);
  const state = audible ? withSound(before, atMs) : before;
  return state.phase === 'speaking' ? stay(state) : decide(state, atMs);
}

function withSound(state: CallerState, atMs: number): CallerState {
  const { agent } = state;
  return {
    ...state,
    lastSoundAtMs: atMs,
    agent: {
      beganAtMs: agent.heardMs === 0 ? atMs : agent.beganAtMs,
      lastAtMs: atMs,
      heardMs: agent.heardMs + callerTiming.frame,
    },
  };
}

/** The caller listens: is it time to speak, or to hang up? */
function decide(state: CallerState, atMs: number): CallerStep {
  const { agent } = state;
  const agentSpoke = agent.heardMs >= callerTiming.speechMin;
  const quietMs = atMs - agent.lastAtMs;
  const line = state.lines[state.position];

  if (line && agentSpoke) {
    const interrupts =
      line.interruptAfterMs !== undefined && atMs - agent.beganAtMs >= line.interruptAfterMs;
    if (interrupts || quietMs >= callerTiming.turnQuiet) {
      return say({ ...state, position: state.position + 1 }, line.say);
    }
  }
  if (!line && agentSpoke && quietMs >= callerTiming.farewellQuiet) return leave(state, 'finished');
  if (atMs - state.lastSoundAtMs >= callerTiming.mutualSilence) return leave(state, 'silence');
  if (
    !state.saidHello &&
    state.position === 0 &&
    !agentSpoke &&
    atMs - state.answeredAtMs >= callerTiming.helloAfter
  ) {
    return say({ ...state, saidHello: true }, helloText);
  }
  return stay(state);
}

const stay = (state: CallerState): CallerStep => ({ state, effects: [] });

const say = (state: CallerState, text: string): CallerStep => ({
  state: { ...state, phase: 'speaking' },
  effects: [{ type: 'say', text }],
});

const leave = (state: CallerState, reason: 'finished' | 'silence'): CallerStep => ({
  state: { ...state, phase: 'gone' },
  effects: [{ type: 'hang_up', reason }],
});
