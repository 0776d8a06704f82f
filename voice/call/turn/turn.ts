import { limits, unreachable } from '@alo/core/kernel';
import { lines } from '../lines.ts';
import {
  onClaims,
  onFinished,
  onLikely,
  onPartial,
  onResumed,
  onUnheard,
  onWrites,
  onWrote,
} from './caller.ts';
import {
  close,
  end,
  handOver,
  isCurrent,
  isHeard,
  owesWords,
  say,
  sayWhenFree,
  stay,
} from './moves.ts';
import {
  onHandedBack,
  onPlayoutFinished,
  onReplyCompleted,
  onReplyFailed,
  onWhisper,
} from './reply.ts';
import type { Step, TurnEvent, TurnState } from './state.ts';
import { GAP_MS, onTimer } from './time.ts';

/**
 * The conversation's control: a pure function of state and event. No clock, no I/O, no audio.
 * Timers are effects; whatever belongs to an older utterance of the agent carries an older
 * `generation` and is ignored.
 */
export function turn(state: TurnState, event: TurnEvent): Step {
  if (state.phase === 'ended') return stay(state);
  switch (event.type) {
    case 'call.started':
      if (state.phase !== 'starting') return stay(state);
      return say(state, event.greeting, [
        { type: 'startTimer', name: 'limit', ms: limits.call.durationMsMax - 15_000 },
      ]);
    case 'caller.partial':
      return isHeard(event) || state.phase === 'listening'
        ? onPartial(state, event.text)
        : stay(state);
    case 'caller.likely':
      return onLikely(state, event);
    case 'caller.resumed':
      return onResumed(state);
    case 'caller.held':
      return { state, effects: [{ type: 'cancelTimer', name: 'resume' }] };
    case 'caller.finished':
      return onFinished(state, event);
    case 'caller.wrote':
      return onWrote(state, event);
    case 'caller.writes':
      return onWrites(state);
    case 'caller.voice':
      return stay({ ...state, voiced: event.on });
    case 'caller.claims':
      return onClaims(state);
    case 'caller.unheard':
      return onUnheard(state);
    case 'tool.started':
      return isCurrent(state, event) ? stay({ ...state, looking: true }) : stay(state);
    case 'reply.audible':
      if (!isCurrent(state, event) || state.phase !== 'thinking') return stay(state);
      return stay({ ...state, phase: 'speaking' });
    case 'reply.completed':
      return isCurrent(state, event) ? onReplyCompleted(state, event) : stay(state);
    case 'reply.failed':
      return isCurrent(state, event) ? onReplyFailed(state, event.spoke) : stay(state);
    case 'playout.sounding':
      return isCurrent(state, event)
        ? { state, effects: [{ type: 'cancelTimer', name: 'gap' }] }
        : stay(state);
    case 'playout.drained':
      return isCurrent(state, event) && owesWords(state)
        ? { state, effects: [{ type: 'startTimer', name: 'gap', ms: GAP_MS }] }
        : stay(state);
    case 'playout.finished':
      return isCurrent(state, event) ? onPlayoutFinished(state) : stay(state);
    case 'timer':
      return onTimer(state, event.name);
    case 'hearing.failed':
      return close(state, 'technical_failure', 'hearingFailed');
    case 'voice.failed':
      // Nothing can be said any more, not even that, unless it was prepared.
      return event.hasLastWords && state.phase !== 'closing'
        ? close(state, 'technical_failure', 'thinkingFailed')
        : end(state, 'technical_failure', true);
    case 'funds.low':
      return sayWhenFree(state, lines[state.language].fundsLow);
    case 'funds.exhausted':
      return close(state, 'funds_exhausted', 'fundsGoodbye');
    case 'platform.stops':
      return close(state, 'shutdown', 'shutdownGoodbye');
    case 'operator.says':
      return sayWhenFree(state, event.text);
    case 'operator.whispers':
      return onWhisper(state, event.text);
    case 'operator.takes_over':
      return state.phase === 'closing' ? stay(state) : handOver(state);
    case 'operator.hands_back':
      return onHandedBack(state);
    case 'operator.hangs_up':
      return end(state, 'agent_hangup', true);
    case 'carrier.ended':
      return end(state, state.endReason ?? event.reason, event.reason === 'shutdown');
    default:
      return unreachable(event);
  }
}
