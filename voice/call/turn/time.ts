import { unreachable } from '@alo/core/kernel';
import { lines } from '../lines.ts';
import { goOn, RESUME_MS } from './caller.ts';
import { answer, awaitsTurn, close, end, owesWords, say, stay } from './moves.ts';
import { onReplyFailed } from './reply.ts';
import type { Step, TurnState, TurnTimer } from './state.ts';

/** What happens when nothing happens, as rules of the turn reducer. */

/** From the end of the reply's audio, or of a filler, to the next filler. With its own delay: 2.5 s. */
export const GAP_MS = 2_000;
const FILLERS_MAX = 2;
const SILENT_PROMPTS_MAX = 2;

export function onTimer(state: TurnState, name: TurnTimer): Step {
  switch (name) {
    case 'silence':
      return onSilence(state);
    case 'gap':
      return owesWords(state) ? onGap(state) : stay(state);
    case 'resume':
      return onNoTurn(state);
    case 'limit':
      return close(state, 'time_limit', 'timeLimit');
    case 'closing':
      return end(state, state.endReason ?? 'agent_hangup', true);
    default:
      return unreachable(name);
  }
}

function onSilence(state: TurnState): Step {
  if (state.phase !== 'listening') return stay(state);
  const silentPrompts = state.silentPrompts + 1;
  if (silentPrompts > SILENT_PROMPTS_MAX) return close(state, 'silence', 'silenceGoodbye');
  return say({ ...state, silentPrompts }, lines[state.language].stillThere);
}

/** The caller waits and hears nothing: a filler, and when those have been said, the next step. */
function onGap(state: TurnState): Step {
  const { language, generation, fillers } = state;
  if (fillers >= FILLERS_MAX) {
    if (state.phase === 'thinking') return onReplyFailed(state, false);
    return say({ ...state, failures: state.failures + 1 }, lines[language].cutOff, [
      { type: 'interrupt', generation },
    ]);
  }
  const first = state.looking ? 'checking' : 'oneMoment';
  return {
    state: { ...state, fillers: fillers + 1 },
    effects: [
      { type: 'fill', generation, text: lines[language][fillers === 0 ? first : 'stillChecking'] },
      { type: 'startTimer', name: 'gap', ms: GAP_MS },
    ],
  };
}

/** What made the agent stop was no turn: it goes on where it was. */
function onNoTurn(state: TurnState): Step {
  const { generation } = state;
  if (state.voiced && (state.hushed || awaitsTurn(state)))
    return { state, effects: [{ type: 'startTimer', name: 'resume', ms: RESUME_MS }] };
  if (state.phase === 'speaking') return goOn(state);
  if (state.phase !== 'listening' || state.speculation) return stay(state);
  if (state.cut) {
    return {
      state: { ...state, phase: 'speaking', cut: false, callerTalking: false },
      effects: [{ type: 'resume', generation }],
    };
  }
  return state.carriedOver === ''
    ? stay(state)
    : answer(state, '', { waitedMs: RESUME_MS, nothingHeard: true });
}
