import type { ToolCall } from '@alo/core/ports';
import { joinSaid } from './end-of-turn/said.ts';

/** What the caller waited for longest. */
export type TurnCause = 'endpointing' | 'tool' | 'model' | 'voice' | 'pacing';

/** One exchange, with the moments that decide how long the caller waited. Milliseconds since the call's start. */
export interface Turn {
  position: number;
  /** Null for what the agent says unasked. */
  readonly callerText: string | null;
  agentText: string;
  interrupted: boolean;
  readonly toolCalls: { readonly name: string; readonly arguments: string }[];
  /** The last voiced frame of the caller, as it reached the socket. */
  readonly callerEndMs: number | null;
  /** When the turn was declared over. */
  readonly endOfTurnMs: number | null;
  /** When the answer was begun before that; null if it was not. */
  readonly speculativeStartMs: number | null;
  /** The first word of the answer, after any tool. */
  llmFirstTokenMs: number | null;
  ttsFirstByteMs: number | null;
  /** The first frame of a filler ("un momento…"), which is no answer. */
  fillerOutMs: number | null;
  /** The first frame of the answer, as it left the socket. */
  audioOutMs: number | null;
  /** Time in tools before the first word. */
  toolMs: number;
  /** What failed while it was being prepared: `provider:kind`. */
  failure: string | null;
  /** The slowest part; null of what answers nobody. */
  cause: TurnCause | null;
}

export type Moment = 'llmFirstTokenMs' | 'ttsFirstByteMs' | 'fillerOutMs' | 'audioOutMs';

/** The latency ledger: one turn open at a time, by the agent's generation. */
export interface TurnLedger {
  /** A turn is at hand. */
  readonly isOpen: boolean;
  /** An answer is begun that may come to nothing. What is noted of it counts once it is opened. */
  speculate(generation: number, atMs: number): void;
  open(
    generation: number,
    caller: { text: string; endMs: number | null; endOfTurnMs: number } | null,
  ): void;
  /** Notes a moment of the turn at hand; the first one counts. */
  note(generation: number, moment: Moment, atMs: number): void;
  tool(generation: number, call: ToolCall): void;
  toolTook(generation: number, ms: number): void;
  failed(failure: string): void;
  /**
   * The turn of what the caller said and the agent does not answer: `text`, and before it what they
   * heard no answer to. Null if that is nothing.
   */
  unanswered(text: string): Turn | null;
  /**
   * Closes the turn at hand with what was heard. A turn of which nothing was heard is not a turn:
   * the caller's words go over to the next thing the agent says. Returns the turn, if it was one.
   */
  close(heard: string, interrupted: boolean): Turn | null;
}

export function createTurnLedger(): TurnLedger {
  let position = 0;
  let current: { generation: number; turn: Turn } | null = null;
  let prepared: { generation: number; turn: Turn } | null = null;
  let unheard: Turn | null = null;
  /** A failure that belongs to the next thing said. */
  let failure: string | null = null;

  const at = (generation: number) => {
    if (current?.generation === generation) return current.turn;
    return prepared?.generation === generation ? prepared.turn : null;
  };

  return {
    get isOpen() {
      return current !== null;
    },
    speculate(generation, atMs) {
      prepared = { generation, turn: { ...blank(), speculativeStartMs: Math.round(atMs) } };
    },
    open(generation, caller) {
      const waiting = unheard;
      const goesOn = caller === null ? waiting : null;
      const begun = prepared?.generation === generation ? prepared.turn : blank();
      unheard = null;
      prepared = null;
      current = {
        generation,
        turn: {
          ...begun,
          callerText: caller?.text ?? goesOn?.callerText ?? null,
          toolCalls: [...(waiting?.toolCalls ?? []), ...begun.toolCalls],
          callerEndMs: caller?.endMs ?? goesOn?.callerEndMs ?? null,
          endOfTurnMs: caller?.endOfTurnMs ?? goesOn?.endOfTurnMs ?? null,
          llmFirstTokenMs: begun.llmFirstTokenMs ?? goesOn?.llmFirstTokenMs ?? null,
          fillerOutMs: goesOn?.fillerOutMs ?? null,
          toolMs: begun.toolMs + (goesOn?.toolMs ?? 0),
          failure: waiting?.failure ?? failure,
        },
      };
      failure = null;
    },
    note(generation, moment, atMs) {
      const turn = at(generation);
      if (turn) turn[moment] ??= Math.round(atMs);
    },
    tool(generation, call) {
      at(generation)?.toolCalls.push({ name: call.name, arguments: call.arguments });
    },
    toolTook(generation, ms) {
      const turn = at(generation);
      if (turn && turn.llmFirstTokenMs === null) turn.toolMs += Math.round(ms);
    },
    failed(what) {
      if (current) current.turn.failure ??= what;
      else failure ??= what;
    },
    unanswered(text) {
      const callerText = joinSaid(unheard?.callerText ?? '', text);
      if (callerText === '') return null;
      const turn = { ...(unheard ?? blank()), position: position++, callerText };
      unheard = null;
      return turn;
    },
    close(heard, interrupted) {
      const turn = current?.turn;
      current = null;
      if (!turn) return null;
      // Cut before its first word, it was no answer either.
      const nothingHeard = interrupted && heard === '' && turn.callerText !== null;
      if (turn.audioOutMs === null || nothingHeard) {
        if (turn.callerText !== null) unheard = turn;
        return null;
      }
      turn.position = position++;
      turn.agentText = heard;
      turn.interrupted = interrupted;
      turn.cause = causeOf(turn);
      return turn;
    },
  };
}

function blank(): Turn {
  return {
    position: 0,
    callerText: null,
    agentText: '',
    interrupted: false,
    toolCalls: [],
    callerEndMs: null,
    endOfTurnMs: null,
    speculativeStartMs: null,
    llmFirstTokenMs: null,
    ttsFirstByteMs: null,
    fillerOutMs: null,
    audioOutMs: null,
    toolMs: 0,
    failure: null,
    cause: null,
  };
}

/** Which part of the wait was the longest. What happened before the turn was over cost nothing. */
function causeOf(turn: Turn): TurnCause | null {
  const { callerEndMs, endOfTurnMs, audioOutMs } = turn;
  if (callerEndMs === null || endOfTurnMs === null || audioOutMs === null) return null;
  const wordMs = Math.max(endOfTurnMs, turn.llmFirstTokenMs ?? endOfTurnMs);
  const voiceMs = Math.max(wordMs, turn.ttsFirstByteMs ?? wordMs);
  const thinkingMs = wordMs - endOfTurnMs;
  const toolMs = Math.min(turn.toolMs, thinkingMs);
  const parts: readonly [TurnCause, number][] = [
    ['endpointing', endOfTurnMs - callerEndMs],
    ['tool', toolMs],
    ['model', thinkingMs - toolMs],
    ['voice', voiceMs - wordMs],
    ['pacing', audioOutMs - voiceMs],
  ];
  return parts.reduce((slowest, part) => (part[1] > slowest[1] ? part : slowest))[0];
}
