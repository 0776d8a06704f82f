import type { Call, CallEvent } from '@alo/sdk';

/** A call as the screen shows it: what its events add up to. */
export interface CallState {
  readonly to: string;
  readonly phase: 'queued' | 'dialing' | 'talking' | 'ended';
  readonly said: readonly Said[];
  /** What the recogniser has of the sentence that is being said. */
  readonly hearing: string;
  readonly speaking: 'caller' | 'agent' | null;
  readonly latencies: readonly number[];
  /** Of the last event: milliseconds since the call's first frame. */
  readonly atMs: number;
  readonly outcome: CallOutcomeView | null;
}

export interface Said {
  readonly who: 'caller' | 'agent' | 'note';
  readonly text: string;
  /** The turn is over: nothing is added to it, nothing replaces it. */
  readonly settled?: boolean;
  /** From the caller's last sound to the first of this answer. */
  readonly latencyMs?: number;
}

export interface CallOutcomeView {
  readonly status: string;
  readonly durationMs: number | null;
  readonly cost: { readonly amount: number; readonly currency: string } | null;
}

export function newCallState(to: string): CallState {
  return {
    to,
    phase: 'queued',
    said: [],
    hearing: '',
    speaking: null,
    latencies: [],
    atMs: 0,
    outcome: null,
  };
}

/** The state after one more event. Events this program does not know change nothing. */
export function callReducer(state: CallState, event: CallEvent): CallState {
  const next = { ...state, atMs: Math.max(state.atMs, event.at_ms) };
  const { data } = event;
  switch (event.type) {
    case 'call.dialing':
      return { ...next, phase: 'dialing' };
    case 'call.started':
      return { ...next, phase: 'talking' };
    case 'caller.partial':
      return { ...next, speaking: 'caller', hearing: textOf(data['text']) };
    case 'caller.said':
      return {
        ...next,
        speaking: null,
        hearing: '',
        said: [...state.said, { who: 'caller', text: textOf(data['text']) }],
      };
    case 'agent.speaking':
      return { ...next, speaking: 'agent', said: withAgentText(state.said, textOf(data['text'])) };
    case 'tool.called':
      return withNote(next, textOf(data['name']));
    case 'operator.said':
    case 'operator.whispered':
    case 'operator.took_over':
    case 'operator.handed_back':
    case 'operator.hung_up':
    case 'line.lost':
    case 'line.back':
      return withNote(next, event.type);
    case 'turn.completed':
      return withTurn(next, data);
    case 'call.ended':
      return { ...next, phase: 'ended', speaking: null, hearing: '', outcome: outcomeOf(data) };
    default:
      return next;
  }
}

function withNote(state: CallState, text: string): CallState {
  return { ...state, said: [...state.said, { who: 'note', text }] };
}

/** The agent speaks in pieces; together they are one thing said. */
function withAgentText(said: readonly Said[], text: string): readonly Said[] {
  const last = said.at(-1);
  if (last?.who !== 'agent' || last.settled) return [...said, { who: 'agent', text }];
  return [...said.slice(0, -1), { who: 'agent', text: `${last.text} ${text}`.trim() }];
}

/** The turn as it was really heard replaces what was on its way to be said. */
function withTurn(state: CallState, data: CallEvent['data']): CallState {
  const latencyMs = data['voice_to_voice_ms'];
  const measured = typeof latencyMs === 'number';
  const text = textOf(data['agent']);
  const turn: Said = { who: 'agent', text, settled: true, ...(measured && { latencyMs }) };
  return {
    ...state,
    speaking: null,
    said: withHeard(state.said, turn),
    latencies: measured ? [...state.latencies, latencyMs] : state.latencies,
  };
}

/** Where its last piece was said: what has happened since comes after it. */
function withHeard(said: readonly Said[], turn: Said): readonly Said[] {
  const isPiece = ({ who, settled }: Said) => who === 'agent' && !settled;
  const last = said.findLastIndex(isPiece);
  const at = last < 0 ? said.length : last;
  const whole = turn.text === '' ? [] : [turn];
  return [
    ...said.slice(0, at).filter((one) => !isPiece(one)),
    ...whole,
    ...said.slice(at).filter((one) => !isPiece(one)),
  ];
}

function outcomeOf(data: CallEvent['data']): CallOutcomeView {
  const { status, duration_ms: durationMs, cost } = data;
  return {
    status: textOf(status),
    durationMs: typeof durationMs === 'number' ? durationMs : null,
    cost: isMoney(cost) ? cost : null,
  };
}

function isMoney(value: unknown): value is { amount: number; currency: string } {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What decides the cost of a call. */
export type CallPrice = Pick<Call, 'rate_per_minute' | 'rounding'>;

/** What a call has cost after `elapsedMs`, in minor units: every step that began, by the minute's price. */
export function costSoFar({ rate_per_minute: rate, rounding }: CallPrice, elapsedMs: number) {
  const { first_seconds: first, next_seconds: next } = rounding;
  const seconds = Math.ceil(elapsedMs / 1_000);
  const steps = Math.ceil(Math.max(0, seconds - first) / next);
  const billed = seconds === 0 ? 0 : first + steps * next;
  return Math.ceil((rate.amount * billed) / 60);
}
