import { turnPacks } from '../../turn-taking/turn-pack.ts';
import { joinSaid, sameWords } from '../end-of-turn/said.ts';
import { lines } from '../lines.ts';
import {
  answer,
  awaitsTurn,
  isHeard,
  saidBefore,
  say,
  SILENCE_MS,
  stay,
  stopped,
} from './moves.ts';
import { isHello } from './hello.ts';
import type { Step, TurnEvent, TurnState } from './state.ts';

/** What the caller does, as rules of the turn reducer. */

/** Words or a voice that have made the agent stop become a turn within this, or were none. */
export const RESUME_MS = 1_200;
/** After that it is noise, or silence will tell. */
const UNHEARD_MAX = 2;
const FALSE_ALARMS_MAX = 2;
const SPECULATIONS_MAX = 3;

export function onPartial(before: TurnState, text: string): Step {
  if (text.trim() === '') return stay(before);
  const state: TurnState = { ...before, unheard: 0 };
  switch (state.phase) {
    case 'listening':
      return {
        state: { ...state, callerTalking: true, silentPrompts: 0 },
        effects: [
          { type: 'startTimer', name: 'silence', ms: SILENCE_MS },
          ...(awaitsTurn(state)
            ? [{ type: 'startTimer', name: 'resume', ms: RESUME_MS } as const]
            : []),
        ],
      };
    case 'thinking':
    case 'speaking':
      if (isOverGreeting(state, text)) return goOn(state);
      switch (turnPacks[state.language].overlap(text)) {
        case 'interruption':
          return takeFloor(state);
        case 'backchannel':
          return goOn(state);
        default:
          return stay(state);
      }
    default:
      return stay(state);
  }
}

/** The caller goes on, or cuts in: the agent falls silent and listens. */
function takeFloor(state: TurnState): Step {
  const { generation } = state;
  const listening: TurnState = {
    ...state,
    phase: 'listening',
    hushed: false,
    callerTalking: true,
    silentPrompts: 0,
  };
  const wait = [
    { type: 'cancelTimer', name: 'gap' },
    // Runs out only if the words that took the floor never become a turn (a cough, a TV).
    { type: 'startTimer', name: 'resume', ms: RESUME_MS },
    { type: 'startTimer', name: 'silence', ms: SILENCE_MS },
  ] as const;
  // Nothing was heard of the answer yet: what they said before and what they say now is one turn.
  if (state.phase === 'thinking') {
    return {
      state: { ...listening, answering: null, carriedOver: state.answering ?? '' },
      effects: [{ type: 'interrupt', generation }, ...wait],
    };
  }
  return {
    state: { ...listening, cut: true },
    effects: [
      ...(state.hushed ? [] : [{ type: 'pause', generation } as const]),
      { type: 'abandon', generation },
      ...wait,
    ],
  };
}

export function onLikely(
  state: TurnState,
  { text, confirmed, nothingHeard }: Extract<TurnEvent, { type: 'caller.likely' }>,
): Step {
  // What made the agent stop may be nothing: its words are kept until the recogniser stands by it.
  if (state.cut && !confirmed) return stay(state);
  if (state.phase !== 'listening' || text.trim() === '') return stay(state);
  const carriedOver = saidBefore(state, nothingHeard);
  const whole = joinSaid(carriedOver, text);
  const { speculation } = state;
  if (speculation && sameWords(speculation.text, whole)) return stay(state);
  if (state.speculations >= SPECULATIONS_MAX) return onResumed(state);
  const generation = state.generation + 1;
  return {
    state: {
      ...state,
      generation,
      cut: false,
      carriedOver,
      answering: null,
      callerTalking: true,
      speculation: { generation, text: whole },
      speculations: state.speculations + 1,
    },
    effects: [
      ...stopped(state),
      { type: 'startTimer', name: 'silence', ms: SILENCE_MS },
      { type: 'cancelTimer', name: 'resume' },
      { type: 'speculate', generation, text: whole },
    ],
  };
}

export function onResumed(state: TurnState): Step {
  const { speculation } = state;
  if (!speculation) return stay(state);
  return {
    state: { ...state, speculation: null },
    effects: [{ type: 'discard', generation: speculation.generation }],
  };
}

export function onFinished(
  before: TurnState,
  event: Extract<TurnEvent, { type: 'caller.finished' }>,
): Step {
  const { text } = event;
  if (text.trim() === '') return stay(before);
  const state: TurnState = { ...before, unheard: 0 };
  if (!event.confirmed && (state.cut || state.phase === 'thinking' || state.phase === 'speaking'))
    return stay(state, [{ type: 'refuse' }]);
  switch (state.phase) {
    case 'listening':
      return answer(state, text, event);
    case 'operated':
      return { state, effects: [{ type: 'note', text }] };
    case 'thinking':
    case 'speaking': {
      if (!isHeard(event) || isOverGreeting(state, text) || !takesFloor(state, event))
        return goOn(state);
      return cutIn(state, text, event);
    }
    default:
      return stay(state);
  }
}

/** Takes the floor with a whole turn. */
function cutIn(
  state: TurnState,
  text: string,
  event: { readonly waitedMs: number; readonly nothingHeard: boolean },
): Step {
  const taken = takeFloor(state);
  const answered = answer(taken.state, text, event);
  return { state: answered.state, effects: [...taken.effects, ...answered.effects] };
}

/** The greeting is the first thing said, and answers a hello by itself. */
function isOverGreeting(state: TurnState, text: string): boolean {
  return state.generation === 1 && isHello(text);
}

/** Nothing is heard of who writes, and they are there all the same. */
export function onWrites(state: TurnState): Step {
  if (state.phase !== 'listening') return stay(state);
  return {
    state: { ...state, silentPrompts: 0 },
    effects: [{ type: 'startTimer', name: 'silence', ms: SILENCE_MS }],
  };
}

/** Who writes means it, whoever has the floor: also a hello over the greeting. */
export function onWrote(
  state: TurnState,
  { text, nothingHeard }: Extract<TurnEvent, { type: 'caller.wrote' }>,
): Step {
  if (state.phase === 'thinking' || state.phase === 'speaking')
    return cutIn({ ...state, unheard: 0 }, text, { waitedMs: 0, nothingHeard });
  return onFinished(state, {
    type: 'caller.finished',
    text,
    confirmed: true,
    voiced: true,
    waitedMs: 0,
    nothingHeard,
    answersQuestion: true,
  });
}

/** Whether a whole turn that came over the agent is one: a thoughtful "eh…" and an "ajá" are not. */
function takesFloor(
  state: TurnState,
  { text, answersQuestion }: { text: string; answersQuestion: boolean },
): boolean {
  const pack = turnPacks[state.language];
  switch (pack.overlap(text)) {
    case 'interruption':
      return true;
    case 'backchannel':
      return answersQuestion;
    default:
      return answersQuestion || pack.patience({ text }).reason !== 'hesitation';
  }
}

/** What was heard does not take the floor: an agent that had paused for it goes on. */
export function goOn(state: TurnState): Step {
  if (!state.hushed) return stay(state);
  return {
    state: { ...state, hushed: false, falseAlarms: state.falseAlarms + 1 },
    effects: [
      { type: 'cancelTimer', name: 'resume' },
      { type: 'resume', generation: state.generation },
    ],
  };
}

export function onClaims(state: TurnState): Step {
  if (state.phase !== 'speaking' || state.hushed || state.falseAlarms >= FALSE_ALARMS_MAX)
    return stay(state);
  return {
    state: { ...state, hushed: true },
    effects: [
      { type: 'pause', generation: state.generation },
      { type: 'cancelTimer', name: 'gap' },
      { type: 'startTimer', name: 'resume', ms: RESUME_MS },
    ],
  };
}

export function onUnheard(state: TurnState): Step {
  if (state.phase !== 'listening' || state.callerTalking) return stay(state);
  const unheard = state.unheard + 1;
  const next = { ...state, unheard };
  if (unheard > UNHEARD_MAX) return stay(next);
  return say(next, lines[state.language].notHeard, unheard > 1 ? [{ type: 'rehear' }] : []);
}
