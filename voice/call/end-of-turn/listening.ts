import { assert, unreachable, type Language } from '@alo/core/kernel';
import { nothingAsked, type Asked } from '../../turn-taking/dictation.ts';
import { turnPacks } from '../../turn-taking/turn-pack.ts';
import { joinSaid, sameWords, wordsBeyond } from './said.ts';
import {
  endOfTurnStrategies,
  type EndOfTurnStrategy,
  type Moment,
  type Scene,
} from './strategies.ts';

/**
 * The turn decision's first half: from what the recogniser and our own ear report to what the
 * caller does: speaks, has probably finished, goes on, has finished. A pure function of state and
 * event, as the turn reducer is; timers are signals.
 */
export interface Listening {
  readonly strategy: EndOfTurnStrategy;
  readonly language: Language;
  /** What the agent's last words want: a question for a number makes one patient. */
  readonly asked: Asked;
  /** The recogniser's turn at hand. */
  readonly words: string;
  /** Its settled part. */
  readonly settled: string;
  /** Earlier turns of the recogniser that patience has held back: the caller's turn goes on. */
  readonly held: string;
  /** Words of the recogniser's turn at hand that we have taken for a turn of their own. */
  readonly taken: string;
  /** The recogniser stands by the words at hand: they are settled, or it took the turn for over. */
  readonly confirmed: boolean;
  /** Our own ear hears a voice. */
  readonly voiced: boolean;
  /** It has heard one in this turn: it can be trusted to hear when it ends. */
  readonly hadVoice: boolean;
  /** Words have come since that voice began. */
  readonly worded: boolean;
  /** What was last called likely to be the whole turn. */
  readonly likely: string | null;
  readonly wait: 'none' | 'waiting' | 'rehearsing';
  /** How often a voice has put the end off, in this turn. */
  readonly putOff: number;
}

export type ListeningTimer =
  /** The words asked for patience, and it runs out. */
  | 'patience'
  /** Words, and no voice any more. */
  | 'quiet'
  /** A voice, and no words. */
  | 'unheard'
  /** A voice that goes on. */
  | 'claim';

export type HeardEvent =
  | {
      readonly type: 'stt.partial' | 'stt.final' | 'stt.eager' | 'stt.ended';
      readonly text: string;
    }
  | { readonly type: 'stt.resumed' }
  /** The recogniser's stream dropped; what it had heard stays. */
  | { readonly type: 'stt.lost' }
  | { readonly type: 'voice.started' }
  | { readonly type: 'voice.stopped'; readonly voicedMs: number }
  /** What was last called finished was not taken for a turn: it may still become one. */
  | { readonly type: 'turn.refused' }
  | { readonly type: 'agent.said'; readonly text: string }
  | { readonly type: 'timer'; readonly name: ListeningTimer };

export type HeardSignal =
  | { readonly type: 'caller.partial'; readonly text: string }
  /** These words are probably all: prepare an answer. */
  | { readonly type: 'caller.likely'; readonly text: string; readonly confirmed: boolean }
  /** They were not. */
  | { readonly type: 'caller.resumed' }
  /** The words are a turn, but the caller may have more to say. */
  | { readonly type: 'caller.held' }
  | { readonly type: 'caller.finished'; readonly text: string; readonly confirmed: boolean }
  | { readonly type: 'caller.voice'; readonly on: boolean }
  /** Somebody speaks for longer than one does to show that one listens; no words so far. */
  | { readonly type: 'caller.claims' }
  /** Somebody has spoken, and the recogniser has nothing to show for it. */
  | { readonly type: 'caller.unheard' }
  /** The recogniser is to settle what it has heard. */
  | { readonly type: 'settle' }
  | { readonly type: 'startTimer'; readonly name: ListeningTimer; readonly ms: number }
  | { readonly type: 'cancelTimer'; readonly name: ListeningTimer };

export interface ListeningStep {
  readonly state: Listening;
  readonly signals: readonly HeardSignal[];
}

/** Before patience runs out, an answer is prepared for so long. */
const REHEARSAL_MS = 600;
/** While a voice goes on, an end that is due waits for its words, so long and so often. */
const PUT_OFF_MS = 400;
const PUT_OFF_MAX = 4;
/** Longer than any "ajá" or "sí, señora". */
const CLAIM_MS = 700;
/** Voice of this length is no click, and has words. */
const WORDED_VOICE_MS = 500;
const UNHEARD_MS = 1_800;

export function initialListening(strategy: EndOfTurnStrategy, language: Language): Listening {
  return {
    strategy,
    language,
    asked: nothingAsked,
    words: '',
    settled: '',
    held: '',
    taken: '',
    confirmed: false,
    voiced: false,
    hadVoice: false,
    worded: false,
    likely: null,
    wait: 'none',
    putOff: 0,
  };
}

/** The caller's words that have not become a turn. */
export function saidSoFar(state: Listening): string {
  return joinSaid(state.held, state.words);
}

/** What the caller does. */
export function listen(state: Listening, event: HeardEvent): ListeningStep {
  switch (event.type) {
    case 'stt.partial':
      return onWords(state, { text: event.text });
    case 'stt.final': {
      const settled = joinSaid(state.settled, event.text);
      return judged(onWords(state, { text: settled, settled, confirmed: true }), 'settled');
    }
    case 'stt.eager':
      return judged(onWords(state, { text: event.text, confirmed: true }), 'eager');
    case 'stt.ended':
      return onEnded(state, event.text);
    case 'stt.resumed':
      return resumed(state);
    case 'stt.lost':
      return onLost(state);
    case 'voice.started':
      return {
        state: { ...state, voiced: true, hadVoice: true, worded: false },
        signals: [
          { type: 'caller.voice', on: true },
          { type: 'cancelTimer', name: 'quiet' },
          { type: 'cancelTimer', name: 'unheard' },
          { type: 'startTimer', name: 'claim', ms: CLAIM_MS },
        ],
      };
    case 'voice.stopped':
      return onVoiceStopped(state, event.voicedMs);
    case 'turn.refused':
      return stay({ ...state, taken: '' });
    case 'agent.said':
      return stay({ ...state, asked: turnPacks[state.language].asked(event.text) });
    case 'timer':
      return onTimer(state, event.name);
    default:
      return unreachable(event);
  }
}

/** What the recogniser says of its turn at hand, from its beginning. */
interface Transcript {
  readonly text: string;
  readonly settled?: string;
  readonly confirmed?: boolean;
}

function onWords(before: Listening, transcript: Transcript): ListeningStep {
  const state: Listening = { ...before, settled: transcript.settled ?? before.settled };
  const words = wordsBeyond(transcript.text, state.taken);
  if (words === '') return stay(state);
  const signals: HeardSignal[] = [];
  if (!state.worded) signals.push({ type: 'cancelTimer', name: 'unheard' });
  const same = sameWords(words, state.words);
  const known = transcript.confirmed === true || (same && state.confirmed);
  let next: Listening = { ...state, words, confirmed: known, worded: true };
  if (!same) {
    const back = resumed(next);
    next = back.state;
    signals.push(...back.signals);
    if (next.wait !== 'none') {
      next = { ...next, wait: 'none' };
      signals.push({ type: 'cancelTimer', name: 'patience' });
    }
  }
  signals.push({ type: 'caller.partial', text: joinSaid(next.held, words) });
  if (!next.voiced) signals.push(startQuiet(next));
  return { state: next, signals };
}

function onEnded(state: Listening, text: string): ListeningStep {
  const words = wordsBeyond(text, state.taken);
  const heard = words === '' ? state.words : words;
  const step = onWords({ ...state, taken: '' }, { text: words, settled: '', confirmed: true });
  const ended: Listening = {
    ...step.state,
    words: '',
    settled: '',
    taken: '',
    held: joinSaid(state.held, heard),
  };
  // Nothing new: we had taken the turn already.
  if (ended.held === '') return { state: ended, signals: [{ type: 'cancelTimer', name: 'quiet' }] };
  return judged({ state: ended, signals: step.signals }, 'ended');
}

function onVoiceStopped(state: Listening, voicedMs: number): ListeningStep {
  const signals: HeardSignal[] = [
    { type: 'caller.voice', on: false },
    { type: 'cancelTimer', name: 'claim' },
  ];
  const next: Listening = { ...state, voiced: false };
  if (saidSoFar(next) === '') {
    if (!next.worded && voicedMs >= WORDED_VOICE_MS)
      signals.push({ type: 'startTimer', name: 'unheard', ms: UNHEARD_MS });
    return { state: next, signals };
  }
  signals.push(startQuiet(next));
  if (endOfTurnStrategies[next.strategy].settlesInPauses && !isConfirmed(next))
    signals.push({ type: 'settle' });
  return judged({ state: next, signals }, 'paused');
}

function onLost(state: Listening): ListeningStep {
  const held = saidSoFar(state);
  const next: Listening = { ...state, held, words: '', settled: '', taken: '' };
  return { state: next, signals: held !== '' && !next.voiced ? [startQuiet(next)] : [] };
}

function onTimer(state: Listening, name: ListeningTimer): ListeningStep {
  switch (name) {
    case 'patience':
      return onPatience(state);
    case 'quiet':
      return judged(stay(state), 'quiet');
    case 'unheard':
      return { state, signals: [{ type: 'caller.unheard' }] };
    case 'claim':
      return state.voiced && !state.worded
        ? { state, signals: [{ type: 'caller.claims' }] }
        : stay(state);
    default:
      return unreachable(name);
  }
}

function onPatience(state: Listening): ListeningStep {
  if (state.wait === 'none') return stay(state);
  if (state.voiced && state.putOff < PUT_OFF_MAX) {
    return {
      state: { ...state, putOff: state.putOff + 1 },
      signals: [{ type: 'startTimer', name: 'patience', ms: PUT_OFF_MS }],
    };
  }
  if (state.wait === 'rehearsing') return over(stay(state));
  const rehearsed = likely({ ...state, wait: 'rehearsing' });
  return {
    state: rehearsed.state,
    signals: [...rehearsed.signals, { type: 'startTimer', name: 'patience', ms: REHEARSAL_MS }],
  };
}

/** Asks the strategy about the words so far, and does what it says. */
function judged(step: ListeningStep, moment: Moment): ListeningStep {
  const { state } = step;
  const text = saidSoFar(state);
  if (text === '' || state.wait !== 'none') return step;
  const scene: Scene = {
    moment,
    voiced: state.voiced,
    patience: turnPacks[state.language].patience({ text, asked: state.asked }),
  };
  const verdict = endOfTurnStrategies[state.strategy].judge(scene);
  switch (verdict.type) {
    case 'listen':
      return step;
    case 'likely':
      return then(step, likely(state));
    case 'over':
      return over(step);
    case 'wait': {
      const rehearses = verdict.ms <= REHEARSAL_MS;
      const ms = rehearses ? verdict.ms : verdict.ms - REHEARSAL_MS;
      const waiting: ListeningStep = {
        state: { ...state, wait: rehearses ? 'rehearsing' : 'waiting', putOff: 0 },
        signals: [
          { type: 'cancelTimer', name: 'quiet' },
          ...(isConfirmed(state) ? [{ type: 'caller.held' } as const] : []),
          { type: 'startTimer', name: 'patience', ms },
        ],
      };
      return then(step, rehearses ? then(waiting, likely(waiting.state)) : waiting);
    }
    default:
      return unreachable(verdict);
  }
}

function likely(state: Listening): ListeningStep {
  const text = saidSoFar(state);
  // Said again where the recogniser now stands by it.
  if (state.likely !== null && sameWords(state.likely, text) && !isConfirmed(state))
    return stay(state);
  return {
    state: { ...state, likely: text },
    signals: [{ type: 'caller.likely', text, confirmed: isConfirmed(state) }],
  };
}

function resumed(state: Listening): ListeningStep {
  if (state.likely === null) return stay(state);
  return { state: { ...state, likely: null }, signals: [{ type: 'caller.resumed' }] };
}

function over({ state, signals }: ListeningStep): ListeningStep {
  const text = saidSoFar(state);
  assert(text !== '', 'a turn has words');
  return {
    state: {
      ...state,
      // Where the recogniser's turn goes on, its transcript will begin with these words again.
      taken: joinSaid(state.taken, state.words),
      words: '',
      held: '',
      confirmed: false,
      hadVoice: state.voiced,
      likely: null,
      wait: 'none',
      putOff: 0,
    },
    signals: [
      ...signals,
      { type: 'cancelTimer', name: 'quiet' },
      { type: 'cancelTimer', name: 'patience' },
      { type: 'caller.finished', text, confirmed: isConfirmed(state) },
    ],
  };
}

const isConfirmed = (state: Listening) => state.confirmed || state.held !== '';

function startQuiet(state: Listening): HeardSignal {
  const { settled, unsettled } = endOfTurnStrategies[state.strategy].quietMs;
  const ms = state.hadVoice && isConfirmed(state) ? settled : unsettled;
  return { type: 'startTimer', name: 'quiet', ms };
}

function then(before: ListeningStep, after: ListeningStep): ListeningStep {
  return { state: after.state, signals: [...before.signals, ...after.signals] };
}

function stay(state: Listening): ListeningStep {
  return { state, signals: [] };
}
