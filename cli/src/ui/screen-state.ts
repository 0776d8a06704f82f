import type { CallEvent, InterviewEvent, PartialAgentConfig } from '@alo/sdk';
import { cleanDeep } from '../lib/terminal-text.ts';
import { callReducer, newCallState, type CallPrice, type CallState } from './call-state.ts';

/** Everything a live screen shows. The screen draws it; scripts change it with actions. */
export interface ScreenState {
  /** Titles of the steps, and which one is on. Empty: no header. */
  readonly steps: readonly string[];
  readonly step: number;
  /** What is done with, printed once and scrolled away. */
  readonly history: readonly HistoryLine[];
  readonly interview: InterviewState | null;
  readonly call: LiveCall | null;
  readonly card: Card | null;
  readonly busy: string | null;
  readonly prompt: PromptState | null;
}

export interface HistoryLine {
  readonly id: number;
  readonly kind: 'title' | 'good' | 'bad' | 'info' | 'interviewer' | 'owner';
  readonly text: string;
}

export interface InterviewState {
  /** The interviewer's message, as far as it has come. */
  readonly message: string;
  readonly config: PartialAgentConfig;
  /** Fields the last answer changed. */
  readonly changed: readonly string[];
}

export interface LiveCall {
  readonly state: CallState;
  readonly price: CallPrice;
  /** Whoever looks is who calls. */
  readonly isOwn: boolean;
  /** The wall clock at the call's first frame, to tick between events. */
  readonly startedAtMs: number | null;
}

export interface Card {
  readonly title: string;
  readonly lines: readonly string[];
  readonly sandbox: boolean;
}

export interface PromptState {
  /** Each prompt begins with an empty line, also one that takes the place of another. */
  readonly id: number;
  readonly label: string;
  readonly initial: string;
  readonly secret: boolean;
  readonly complaint: string | null;
}

export type ScreenAction =
  | { readonly type: 'step'; readonly step: number }
  | { readonly type: 'line'; readonly kind: HistoryLine['kind']; readonly text: string }
  | { readonly type: 'busy'; readonly label: string | null }
  | { readonly type: 'card'; readonly card: Card | null }
  | { readonly type: 'prompt'; readonly prompt: PromptState | null }
  | { readonly type: 'question'; readonly content: string }
  | { readonly type: 'interview.event'; readonly event: InterviewEvent }
  | { readonly type: 'interview.done' }
  | {
      readonly type: 'call';
      readonly to: string;
      readonly price: CallPrice;
      readonly isOwn?: boolean;
    }
  | { readonly type: 'call.event'; readonly event: CallEvent; readonly nowMs: number }
  | { readonly type: 'call.done' };

export function newScreenState(steps: readonly string[] = []): ScreenState {
  return {
    steps,
    step: 0,
    history: [],
    interview: null,
    call: null,
    card: null,
    busy: null,
    prompt: null,
  };
}

/** The state after an action. Texts of others are made safe to print here, once for all screens. */
export function screenReducer(state: ScreenState, given: ScreenAction): ScreenState {
  const action = cleanDeep(given);
  switch (action.type) {
    case 'step':
      return { ...state, step: action.step };
    case 'line': {
      const line = { id: state.history.length, kind: action.kind, text: action.text };
      return { ...state, history: [...state.history, line] };
    }
    case 'busy':
      return { ...state, busy: action.label };
    case 'card':
      return { ...state, card: action.card };
    case 'prompt':
      return { ...state, prompt: action.prompt };
    case 'question': {
      const before = state.interview ?? { config: {}, changed: [] };
      return { ...state, interview: { ...before, message: action.content } };
    }
    case 'interview.event':
      return { ...state, interview: interviewAfter(state.interview, action.event) };
    case 'interview.done':
      return { ...state, interview: null };
    case 'call':
      return { ...state, call: newLiveCall(action) };
    case 'call.event':
      return { ...state, call: state.call && callAfter(state.call, action.event, action.nowMs) };
    case 'call.done':
      return { ...state, call: null };
    default:
      return state;
  }
}

function interviewAfter(before: InterviewState | null, event: InterviewEvent): InterviewState {
  const interview = before ?? { message: '', config: {}, changed: [] };
  if (event.type === 'configuration.updated') {
    return { message: '', config: event.config, changed: Object.keys(event.patch) };
  }
  if (event.type === 'message.delta')
    return { ...interview, message: interview.message + event.text };
  if (event.type === 'message.completed') return { ...interview, message: event.message.content };
  return interview;
}

function newLiveCall({
  to,
  price,
  isOwn = false,
}: Extract<ScreenAction, { type: 'call' }>): LiveCall {
  return { state: newCallState(to), price, isOwn, startedAtMs: null };
}

function callAfter(call: LiveCall, event: CallEvent, nowMs: number): LiveCall {
  const state = callReducer(call.state, event);
  if (state.phase !== 'talking') return { ...call, state };
  // Whoever comes late is told what was before: the latest event knows best when it began.
  const startedAtMs = Math.min(call.startedAtMs ?? Infinity, nowMs - event.at_ms);
  return { ...call, state, startedAtMs };
}
