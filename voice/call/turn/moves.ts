import { joinSaid, sameWords } from '../end-of-turn/said.ts';
import { lines, type LineName } from '../lines.ts';
import { turnTimers, type EndReason, type Step, type TurnEffect, type TurnState } from './state.ts';

/** The moves that several rules of the turn reducer have in common. */

/** From the end of the caller's turn to the first filler, if the reply is late. */
const FILLER_AFTER_MS = 1_100;
/** A filler begins this long after the caller's last sound at the latest: with its own delay, 2.5 s. */
const FILLER_BY_MS = 2_100;
const FILLER_AFTER_MS_MIN = 250;
const CLOSING_MS = 15_000;
/** How long a caller may say nothing before they are asked. */
export const SILENCE_MS = 8_000;
/** Words that our own ear has not heard are taken for words only from this many on. */
const UNVOICED_WORDS_MIN = 3;

export function stay(state: TurnState, effects: readonly TurnEffect[] = []): Step {
  return { state, effects };
}

/** The part of the caller's turn that nobody has answered: they go on with it. */
export function saidBefore(state: TurnState, nothingHeard: boolean): string {
  const cutOff = state.cut && nothingHeard ? (state.answering ?? '') : '';
  return joinSaid(cutOff, state.carriedOver);
}

/** What must stop before anything new is said. */
export function stopped(state: TurnState): readonly TurnEffect[] {
  if (state.speculation) return [{ type: 'discard', generation: state.speculation.generation }];
  return state.cut ? [{ type: 'interrupt', generation: state.generation }] : [];
}

/** Answers the caller's turn: by what has been prepared for it, if it has. */
export function answer(
  state: TurnState,
  text: string,
  { waitedMs, nothingHeard }: { waitedMs: number; nothingHeard: boolean },
): Step {
  const whole = joinSaid(saidBefore(state, nothingHeard), text);
  const prepared =
    state.speculation && sameWords(state.speculation.text, whole) ? state.speculation : null;
  const generation = prepared?.generation ?? state.generation + 1;
  const gapMs = Math.min(FILLER_AFTER_MS, FILLER_BY_MS - waitedMs);
  return {
    state: {
      ...state,
      phase: 'thinking',
      generation,
      answering: whole,
      carriedOver: '',
      speculation: null,
      speculations: 0,
      cut: false,
      hushed: false,
      callerTalking: false,
      fillers: 0,
      looking: false,
      silentPrompts: 0,
    },
    effects: [
      ...(prepared ? [] : stopped(state)),
      { type: 'cancelTimer', name: 'silence' },
      { type: 'cancelTimer', name: 'resume' },
      { type: 'startTimer', name: 'gap', ms: Math.max(FILLER_AFTER_MS_MIN, gapMs) },
      { type: prepared ? 'confirm' : 'reply', generation, text: whole },
    ],
  };
}

/** Speaks a line of our own as a new utterance. */
export function say(state: TurnState, text: string, before: readonly TurnEffect[] = []): Step {
  const generation = state.generation + 1;
  const operated = state.phase === 'operated';
  return {
    state: {
      ...state,
      phase: operated ? 'operated' : 'speaking',
      busy: operated,
      generation,
      answering: null,
      speculation: null,
      cut: false,
      hushed: false,
      callerTalking: false,
    },
    effects: [
      ...stopped(state),
      ...before,
      { type: 'cancelTimer', name: 'silence' },
      { type: 'cancelTimer', name: 'gap' },
      { type: 'cancelTimer', name: 'resume' },
      { type: 'speak', generation, text },
    ],
  };
}

/** Says a line now if nobody has the floor, else when it is free. */
export function sayWhenFree(state: TurnState, text: string): Step {
  if (text.trim() === '' || state.phase === 'closing') return stay(state);
  const free =
    state.phase === 'operated'
      ? !state.busy
      : state.phase === 'listening' && !state.callerTalking && !state.cut && !state.voiced;
  return free ? say(state, text) : stay({ ...state, queued: [...state.queued, text] });
}

/** A person takes over: the agent falls silent and answers no more. */
export function handOver(state: TurnState): Step {
  return {
    state: {
      ...state,
      phase: 'operated',
      busy: false,
      answering: null,
      carriedOver: '',
      speculation: null,
      cut: false,
      hushed: false,
      callerTalking: false,
      queued: [],
    },
    effects: [
      { type: 'interrupt', generation: state.generation },
      { type: 'cancelTimer', name: 'silence' },
      { type: 'cancelTimer', name: 'gap' },
      { type: 'cancelTimer', name: 'resume' },
    ],
  };
}

/** Says the last words and hangs up when they have been heard. */
export function close(state: TurnState, endReason: EndReason, line: LineName): Step {
  const { generation, language } = state;
  if (state.phase === 'closing') return stay(state);
  const said = say(
    { ...state, phase: 'speaking', endReason, carriedOver: '' },
    lines[language][line],
    [
      { type: 'interrupt', generation },
      { type: 'startTimer', name: 'closing', ms: CLOSING_MS },
    ],
  );
  return { ...said, state: { ...said.state, phase: 'closing', queued: [] } };
}

/** Ends the call at once. */
export function end(state: TurnState, reason: EndReason, hangup: boolean): Step {
  return {
    state: { ...state, phase: 'ended', endReason: reason, speculation: null, queued: [] },
    effects: [
      { type: 'interrupt', generation: state.generation },
      ...turnTimers.map((name) => ({ type: 'cancelTimer', name }) as const),
      ...(hangup ? [{ type: 'hangup' } as const] : []),
      { type: 'finish', reason },
    ],
  };
}

export function isCurrent(state: TurnState, event: { readonly generation: number }): boolean {
  return event.generation === state.generation;
}

/** The caller waits for words of a reply. */
export function owesWords(state: TurnState): boolean {
  if (state.hushed || state.answering === null) return false;
  return state.phase === 'thinking' || state.phase === 'speaking';
}

/** The agent has stopped for words that are to become a turn. */
export function awaitsTurn(state: TurnState): boolean {
  return state.cut || state.carriedOver !== '';
}

/** A recogniser may hear words in noise: our own ear has to have heard something, or they are many. */
export function isHeard(event: { readonly text: string; readonly voiced: boolean }): boolean {
  return event.voiced || event.text.trim().split(/\s+/).length >= UNVOICED_WORDS_MIN;
}
