import { ProviderError } from '@alo/core/kernel';
import type { ToolCall } from '@alo/core/ports';
import type { CallLogEvent, CallSessionDeps } from './call.ts';
import type { Conversation } from './conversation.ts';
import { createTurnLedger, type Moment } from './ledger.ts';

const PARTIAL_EVENT_GAP_MS = 250;

/** What is kept of a call while it lasts: events, turns with their latency, and what was said. */
export interface CallRecord {
  event(type: CallLogEvent['type'], data: CallLogEvent['data']): void;
  /** The words of the caller's turn so far, now and then. */
  partial(text: string): void;
  /** An answer is begun that may come to nothing. */
  speculate(generation: number): void;
  /** The caller's turn is answered from now on. */
  answer(generation: number, text: string, callerEndMs: number | null): void;
  /** The caller has said something that the agent will not answer: another person does, or the call is over. */
  unanswered(text: string): void;
  /** The agent says something of its own. */
  speak(generation: number): void;
  note(generation: number, moment: Moment): void;
  segment(generation: number, text: string, filler: boolean): void;
  toolCalled(generation: number, call: ToolCall, lookedUpAhead: boolean): void;
  toolFinished(generation: number, call: ToolCall, elapsedMs: number): void;
  failed(provider: string, error: unknown): void;
  /** What is said is over; returns whether anything was heard that is to be remembered. */
  close(heard: string, interrupted: boolean): boolean;
}

export function createRecord(
  deps: Pick<CallSessionDeps, 'onEvent' | 'onTurn'>,
  conversation: Conversation,
  nowMs: () => number,
): CallRecord {
  const ledger = createTurnLedger();
  let lastPartialMs = -Infinity;

  const event: CallRecord['event'] = (type, data) =>
    deps.onEvent({ type, atMs: Math.round(nowMs()), data });

  return {
    event,
    partial(text) {
      const atMs = nowMs();
      if (atMs - lastPartialMs < PARTIAL_EVENT_GAP_MS) return;
      lastPartialMs = atMs;
      event('caller.partial', { text });
    },
    speculate: (generation) => ledger.speculate(generation, nowMs()),
    answer(generation, text, callerEndMs) {
      ledger.open(generation, { text, endMs: callerEndMs, endOfTurnMs: Math.round(nowMs()) });
      event('caller.said', { text });
    },
    unanswered(text) {
      if (text !== '') event('caller.said', { text });
      const turn = ledger.unanswered(text);
      if (turn) deps.onTurn(turn);
    },
    speak: (generation) => ledger.open(generation, null),
    note: (generation, moment) => ledger.note(generation, moment, nowMs()),
    segment(generation, text, filler) {
      if (filler) ledger.note(generation, 'fillerOutMs', nowMs());
      event('agent.speaking', { generation, text, ...(filler ? { filler } : {}) });
    },
    toolCalled(generation, call, lookedUpAhead) {
      ledger.tool(generation, call);
      event('tool.called', {
        name: call.name,
        arguments: call.arguments,
        ...(lookedUpAhead ? { ahead: true } : {}),
      });
    },
    toolFinished(generation, call, elapsedMs) {
      ledger.toolTook(generation, elapsedMs);
      event('tool.finished', { name: call.name, elapsed_ms: Math.round(elapsedMs) });
    },
    failed(provider, error) {
      const kind = error instanceof ProviderError ? error.kind : 'unknown';
      ledger.failed(`${provider}:${kind}`);
      event('provider.failed', { provider, kind });
    },
    close(heard, interrupted) {
      const wasOpen = ledger.isOpen;
      const turn = ledger.close(heard, interrupted);
      if (!turn) {
        if (wasOpen) conversation.unanswered();
        return false;
      }
      conversation.heard(heard);
      deps.onTurn(turn);
      event('turn.completed', {
        position: turn.position,
        caller: turn.callerText,
        agent: turn.agentText,
        interrupted,
        end_of_turn_ms: turn.endOfTurnMs,
        voice_to_voice_ms:
          turn.callerEndMs === null || turn.audioOutMs === null
            ? null
            : turn.audioOutMs - turn.callerEndMs,
        cause: turn.cause,
        failure: turn.failure,
      });
      return true;
    },
  };
}
