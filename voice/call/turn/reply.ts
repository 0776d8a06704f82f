import { lines } from '../lines.ts';
import { onResumed } from './caller.ts';
import { close, end, say, SILENCE_MS, stay } from './moves.ts';
import type { Step, TurnEvent, TurnState } from './state.ts';

/** What becomes of the agent's words, as rules of the turn reducer. */

const FAILURES_MAX = 2;

export function onReplyCompleted(
  state: TurnState,
  event: Extract<TurnEvent, { type: 'reply.completed' }>,
): Step {
  if (!event.spoke && !event.endCall) return onReplyFailed(state, false);
  const next: TurnState = { ...state, failures: 0 };
  if (!event.endCall) return stay(next);
  if (!event.spoke) return close(next, 'agent_hangup', 'goodbye');
  return {
    state: { ...next, phase: 'closing', endReason: 'agent_hangup' },
    effects: [
      ...(state.hushed ? [{ type: 'resume', generation: state.generation } as const] : []),
      { type: 'cancelTimer', name: 'gap' },
      { type: 'cancelTimer', name: 'resume' },
      { type: 'startTimer', name: 'closing', ms: 15_000 },
    ],
  };
}

export function onReplyFailed(state: TurnState, spoke: boolean): Step {
  const failures = state.failures + 1;
  const next = { ...state, failures };
  const { generation, language } = state;
  if (failures >= FAILURES_MAX) return close(next, 'technical_failure', 'thinkingFailed');
  if (spoke) {
    return {
      state: next,
      effects: [{ type: 'append', generation, text: lines[language].cutOff }],
    };
  }
  return say(next, lines[language].sayAgain, [{ type: 'interrupt', generation }]);
}

export function onPlayoutFinished(state: TurnState): Step {
  switch (state.phase) {
    case 'closing':
      return end(state, state.endReason ?? 'agent_hangup', true);
    case 'operated':
    case 'speaking':
      return sayNext(state);
    default:
      return stay(state);
  }
}

/** What is waiting to be said, or else the floor is the caller's. */
function sayNext(state: TurnState): Step {
  const [next, ...queued] = state.queued;
  if (next !== undefined) return say({ ...state, queued }, next);
  if (state.phase === 'operated') return stay({ ...state, busy: false });
  return {
    state: {
      ...state,
      phase: 'listening',
      answering: null,
      hushed: false,
      callerTalking: false,
    },
    effects: [
      { type: 'cancelTimer', name: 'gap' },
      { type: 'cancelTimer', name: 'resume' },
      { type: 'startTimer', name: 'silence', ms: SILENCE_MS },
    ],
  };
}

export function onHandedBack(state: TurnState): Step {
  if (state.phase !== 'operated') return stay(state);
  const back: TurnState = { ...state, phase: 'speaking', busy: false };
  return state.busy ? stay(back) : sayNext(back);
}

/** The model hears of it with the caller's next turn; an answer prepared without it is out of date. */
export function onWhisper(state: TurnState, text: string): Step {
  if (text.trim() === '') return stay(state);
  const forgotten = onResumed(state);
  return {
    state: forgotten.state,
    effects: [...forgotten.effects, { type: 'instruct', text }],
  };
}
