import { unreachable, type Language } from '@alo/core/kernel';
import { isBackchannel } from './backchannel.ts';
import { lines, type LineName } from './lines.ts';

/**
 * The conversation's control: a pure function of state and event. No clock, no I/O, no audio.
 * Timers are effects; whatever belongs to an older utterance of the agent carries an older
 * `generation` and is ignored.
 */
export type Phase =
  | 'starting'
  /** The floor is the caller's. */
  | 'listening'
  /** The caller has finished; nothing of the answer has been heard yet. */
  | 'thinking'
  /** The agent is being heard. */
  | 'speaking'
  /** The last words, which nothing interrupts; then the line is hung up. */
  | 'closing'
  | 'ended';

export type EndReason =
  | 'caller_hangup'
  | 'agent_hangup'
  | 'silence'
  | 'time_limit'
  | 'technical_failure'
  | 'carrier_error'
  | 'shutdown';

export interface TurnState {
  readonly phase: Phase;
  readonly language: Language;
  /** Number of the agent's utterance at hand. */
  readonly generation: number;
  /** Caller's words of the reply underway: if they go on speaking, both parts are one turn. */
  readonly answering: string | null;
  /** Words of an abandoned reply, to be joined with what follows. */
  readonly carriedOver: string;
  readonly silentPrompts: number;
  readonly failures: number;
  readonly endReason: EndReason | null;
}

export type TurnEvent =
  | { readonly type: 'call.started'; readonly greeting: string }
  | { readonly type: 'caller.partial'; readonly text: string }
  | { readonly type: 'caller.finished'; readonly text: string }
  | { readonly type: 'reply.audible'; readonly generation: number }
  | {
      readonly type: 'reply.completed';
      readonly generation: number;
      readonly spoke: boolean;
      readonly endCall: boolean;
    }
  | { readonly type: 'reply.failed'; readonly generation: number }
  | { readonly type: 'playout.finished'; readonly generation: number }
  | { readonly type: 'timer'; readonly name: TimerName }
  | { readonly type: 'hearing.failed' }
  | { readonly type: 'voice.failed' }
  | {
      readonly type: 'carrier.ended';
      readonly reason: 'caller_hangup' | 'carrier_error' | 'shutdown';
    };

export type TimerName =
  /** The caller says nothing. */
  | 'silence'
  /** The call has lasted as long as it may. */
  | 'limit'
  /** The last words never finished playing. */
  | 'closing';

export type TurnEffect =
  | { readonly type: 'speak'; readonly generation: number; readonly text: string }
  | { readonly type: 'reply'; readonly generation: number; readonly text: string }
  /** Stops what is being heard or prepared: carrier, voice, model; the history keeps what was heard. */
  | { readonly type: 'interrupt'; readonly generation: number }
  | { readonly type: 'startTimer'; readonly name: TimerName }
  | { readonly type: 'cancelTimer'; readonly name: TimerName }
  | { readonly type: 'hangup' }
  | { readonly type: 'finish'; readonly reason: EndReason };

const SILENT_PROMPTS_MAX = 2;
const FAILURES_MAX = 2;

export interface Step {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}

export function initialTurnState(language: Language): TurnState {
  return {
    phase: 'starting',
    language,
    generation: 0,
    answering: null,
    carriedOver: '',
    silentPrompts: 0,
    failures: 0,
    endReason: null,
  };
}

/** What happens next. */
export function turn(state: TurnState, event: TurnEvent): Step {
  if (state.phase === 'ended') return stay(state);
  switch (event.type) {
    case 'call.started':
      if (state.phase !== 'starting') return stay(state);
      return say(state, 'speaking', event.greeting, [{ type: 'startTimer', name: 'limit' }]);
    case 'caller.partial':
      return onPartial(state, event.text);
    case 'caller.finished':
      return onFinished(state, event.text);
    case 'reply.audible':
      if (!isCurrent(state, event) || state.phase !== 'thinking') return stay(state);
      return stay({ ...state, phase: 'speaking' });
    case 'reply.completed':
      return onReplyCompleted(state, event);
    case 'reply.failed':
      return isCurrent(state, event) ? onReplyFailed(state) : stay(state);
    case 'playout.finished':
      return isCurrent(state, event) ? onPlayoutFinished(state) : stay(state);
    case 'timer':
      return onTimer(state, event.name);
    case 'hearing.failed':
      return close(state, 'technical_failure', 'hearingFailed');
    case 'voice.failed':
      // Nothing can be said any more, not even that.
      return end(state, 'technical_failure', true);
    case 'carrier.ended':
      return end(state, state.endReason ?? event.reason, event.reason === 'shutdown');
    default:
      return unreachable(event);
  }
}

function onPartial(state: TurnState, text: string): Step {
  if (text.trim() === '') return stay(state);
  switch (state.phase) {
    case 'listening':
      return {
        state: { ...state, silentPrompts: 0 },
        effects: [{ type: 'cancelTimer', name: 'silence' }],
      };
    case 'thinking':
    case 'speaking':
      return isBackchannel(text) ? stay(state) : takeFloor(state);
    default:
      return stay(state);
  }
}

/** The caller goes on, or cuts in: the agent falls silent and listens. */
function takeFloor(state: TurnState): Step {
  // Nothing was heard of the answer yet: what they said before and what they say now is one turn.
  const carriedOver = state.phase === 'thinking' ? (state.answering ?? '') : '';
  return {
    state: { ...state, phase: 'listening', answering: null, carriedOver, silentPrompts: 0 },
    effects: [
      { type: 'interrupt', generation: state.generation },
      // Runs out only if the words that took the floor never become a turn (a cough, a TV).
      { type: 'startTimer', name: 'silence' },
    ],
  };
}

function onFinished(state: TurnState, text: string): Step {
  if (text.trim() === '') return stay(state);
  switch (state.phase) {
    case 'listening':
      return answer(state, text, []);
    case 'thinking':
    case 'speaking': {
      if (isBackchannel(text)) return stay(state);
      const taken = takeFloor(state);
      return answer(taken.state, text, taken.effects);
    }
    default:
      return stay(state);
  }
}

function answer(state: TurnState, text: string, before: readonly TurnEffect[]): Step {
  const whole = `${state.carriedOver} ${text}`.trim();
  const generation = state.generation + 1;
  return {
    state: {
      ...state,
      phase: 'thinking',
      generation,
      answering: whole,
      carriedOver: '',
      silentPrompts: 0,
    },
    effects: [
      ...before,
      { type: 'cancelTimer', name: 'silence' },
      { type: 'reply', generation, text: whole },
    ],
  };
}

function onReplyCompleted(
  state: TurnState,
  event: Extract<TurnEvent, { type: 'reply.completed' }>,
): Step {
  if (!isCurrent(state, event)) return stay(state);
  const next: TurnState = { ...state, failures: 0 };
  if (event.endCall) {
    if (!event.spoke) return close(next, 'agent_hangup', 'goodbye');
    return {
      state: { ...next, phase: 'closing', endReason: 'agent_hangup' },
      effects: [{ type: 'startTimer', name: 'closing' }],
    };
  }
  return event.spoke ? stay(next) : onReplyFailed(state);
}

function onReplyFailed(state: TurnState): Step {
  const failures = state.failures + 1;
  const next = { ...state, failures };
  if (failures >= FAILURES_MAX) return close(next, 'technical_failure', 'thinkingFailed');
  return say(next, 'speaking', lines[state.language].sayAgain, [
    { type: 'interrupt', generation: state.generation },
  ]);
}

function onPlayoutFinished(state: TurnState): Step {
  if (state.phase === 'closing') return end(state, state.endReason ?? 'agent_hangup', true);
  if (state.phase !== 'speaking') return stay(state);
  return {
    state: { ...state, phase: 'listening', answering: null },
    effects: [{ type: 'startTimer', name: 'silence' }],
  };
}

function onTimer(state: TurnState, name: TimerName): Step {
  switch (name) {
    case 'silence': {
      if (state.phase !== 'listening') return stay(state);
      const silentPrompts = state.silentPrompts + 1;
      if (silentPrompts > SILENT_PROMPTS_MAX) return close(state, 'silence', 'silenceGoodbye');
      return say({ ...state, silentPrompts }, 'speaking', lines[state.language].stillThere, []);
    }
    case 'limit':
      return state.phase === 'closing' ? stay(state) : close(state, 'time_limit', 'timeLimit');
    case 'closing':
      return end(state, state.endReason ?? 'agent_hangup', true);
    default:
      return unreachable(name);
  }
}

/** Speaks a fixed line as a new utterance. */
function say(state: TurnState, phase: Phase, text: string, effects: readonly TurnEffect[]): Step {
  const generation = state.generation + 1;
  return {
    state: { ...state, phase, generation, answering: null },
    effects: [...effects, { type: 'speak', generation, text }],
  };
}

/** Says the last words and hangs up when they have been heard. */
function close(state: TurnState, endReason: EndReason, line: LineName): Step {
  return say({ ...state, endReason }, 'closing', lines[state.language][line], [
    { type: 'interrupt', generation: state.generation },
    { type: 'cancelTimer', name: 'silence' },
    { type: 'startTimer', name: 'closing' },
  ]);
}

function end(state: TurnState, reason: EndReason, hangup: boolean): Step {
  return {
    state: { ...state, phase: 'ended', endReason: reason },
    effects: [
      { type: 'interrupt', generation: state.generation },
      { type: 'cancelTimer', name: 'silence' },
      { type: 'cancelTimer', name: 'limit' },
      { type: 'cancelTimer', name: 'closing' },
      ...(hangup ? [{ type: 'hangup' } as const] : []),
      { type: 'finish', reason },
    ],
  };
}

function isCurrent(state: TurnState, event: { readonly generation: number }): boolean {
  return event.generation === state.generation;
}

function stay(state: TurnState): Step {
  return { state, effects: [] };
}
