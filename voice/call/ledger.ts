import type { ToolCall } from '@alo/core/ports';

/** One exchange, with the moments that decide how long the caller waited. Milliseconds since the call's start. */
export interface Turn {
  readonly position: number;
  /** Null for what the agent says unasked. */
  readonly callerText: string | null;
  agentText: string;
  interrupted: boolean;
  readonly toolCalls: { readonly name: string; readonly arguments: string }[];
  /** The last voiced frame of the caller, as it reached the socket. */
  readonly callerEndMs: number | null;
  /** When the recogniser declared the turn over. */
  readonly endOfTurnMs: number | null;
  llmFirstTokenMs: number | null;
  ttsFirstByteMs: number | null;
  /** The first frame of the answer, as it left the socket. */
  audioOutMs: number | null;
}

/** The latency ledger: one turn open at a time, by the agent's generation. */
export interface TurnLedger {
  open(
    generation: number,
    caller: { text: string; endMs: number | null; endOfTurnMs: number } | null,
  ): void;
  /** Notes a moment of the turn at hand; the first one counts. */
  note(
    generation: number,
    moment: 'llmFirstTokenMs' | 'ttsFirstByteMs' | 'audioOutMs',
    atMs: number,
  ): void;
  tool(generation: number, call: ToolCall): void;
  /**
   * Closes the turn at hand with what was heard. A turn of which nothing was heard is not a turn:
   * the caller's words go over to the next thing the agent says. Returns the turn, if it was one.
   */
  close(heard: string, interrupted: boolean): Turn | null;
}

export function createTurnLedger(): TurnLedger {
  let position = 0;
  let current: { generation: number; turn: Turn } | null = null;
  let unheard: Turn | null = null;

  const at = (generation: number) => (current?.generation === generation ? current.turn : null);

  return {
    open(generation, caller) {
      const waiting = caller === null ? unheard : null;
      unheard = null;
      current = {
        generation,
        turn: {
          position,
          callerText: caller?.text ?? waiting?.callerText ?? null,
          agentText: '',
          interrupted: false,
          toolCalls: waiting ? [...waiting.toolCalls] : [],
          callerEndMs: caller?.endMs ?? waiting?.callerEndMs ?? null,
          endOfTurnMs: caller?.endOfTurnMs ?? waiting?.endOfTurnMs ?? null,
          llmFirstTokenMs: waiting?.llmFirstTokenMs ?? null,
          ttsFirstByteMs: null,
          audioOutMs: null,
        },
      };
    },
    note(generation, moment, atMs) {
      const turn = at(generation);
      if (turn) turn[moment] ??= Math.round(atMs);
    },
    tool(generation, call) {
      at(generation)?.toolCalls.push({ name: call.name, arguments: call.arguments });
    },
    close(heard, interrupted) {
      const turn = current?.turn;
      current = null;
      if (!turn) return null;
      if (turn.audioOutMs === null) {
        if (turn.callerText !== null) unheard = turn;
        return null;
      }
      position += 1;
      turn.agentText = heard;
      turn.interrupted = interrupted;
      return turn;
    },
  };
}
