import { minorFromMicros } from '../kernel/index.ts';
import { billedSeconds } from '../rates/index.ts';
import type { HoldReceipt } from '../wallet/index.ts';
import type { CallRow, CallTurnRow } from './calls.repo.ts';
import { chargeOf, percentile } from './calls.rules.ts';
import type { CallDetailWire, CallEndReason, CallReceiptWire, CallWire } from './calls.schema.ts';

export function presentCall(row: CallRow): CallWire {
  return {
    id: row.id,
    agent_id: row.agent_id,
    agent_version: row.agent_version,
    kind: row.kind,
    from: row.from_number,
    to: row.to_number,
    status: row.status,
    end_reason: row.end_reason as CallEndReason | null,
    rate_per_minute: { amount: minorFromMicros(row.rate_per_minute), currency: row.currency },
    rounding: presentRounding(row),
    cost: row.cost === null ? null : { amount: minorFromMicros(row.cost), currency: row.currency },
    duration_ms: row.duration_ms,
    recording_available: row.recording_path !== null,
    created_at: row.created_at.toISOString(),
    answered_at: row.answered_at?.toISOString() ?? null,
    ended_at: row.ended_at?.toISOString() ?? null,
  };
}

function presentRounding(row: CallRow): CallWire['rounding'] {
  const { rounding } = chargeOf(row);
  return { first_seconds: rounding.firstSeconds, next_seconds: rounding.nextSeconds };
}

export function presentCallDetail(row: CallRow, turns: readonly CallTurnRow[]): CallDetailWire {
  const waits = turns.flatMap((turn) => turn.voice_to_voice_ms ?? []);
  const p50 = percentile(waits, 0.5);
  const p95 = percentile(waits, 0.95);
  return {
    ...presentCall(row),
    turns: turns.map((turn) => ({
      position: turn.position,
      caller: turn.caller_text,
      agent: turn.agent_text,
      interrupted: turn.interrupted,
      tool_calls: turn.tool_calls as { name: string; arguments: string }[],
      caller_end_ms: turn.caller_end_ms,
      end_of_turn_ms: turn.end_of_turn_ms,
      speculative_start_ms: turn.speculative_start_ms,
      llm_first_token_ms: turn.llm_first_token_ms,
      tts_first_byte_ms: turn.tts_first_byte_ms,
      filler_out_ms: turn.filler_out_ms,
      audio_out_ms: turn.audio_out_ms,
      tool_ms: turn.tool_ms,
      failure: turn.failure,
      cause: turn.cause,
      voice_to_voice_ms: turn.voice_to_voice_ms,
    })),
    voice_to_voice_ms: p50 === null || p95 === null ? null : { p50, p95 },
  };
}

/** What a call that is over was charged: by the figures of the call and of the ledger, not recomputed. */
export function presentReceipt(row: CallRow, { hold, entry }: HoldReceipt): CallReceiptWire {
  const money = (micros: bigint) => ({ amount: minorFromMicros(micros), currency: row.currency });
  const { rounding } = chargeOf(row);
  const durationMs = row.duration_ms ?? 0;
  return {
    call_id: row.id,
    to: row.to_number,
    answered_at: row.answered_at?.toISOString() ?? null,
    ended_at: (row.ended_at ?? row.created_at).toISOString(),
    duration_ms: durationMs,
    seconds: entry?.seconds ?? billedSeconds(durationMs, rounding),
    rate: {
      card: row.rate_card,
      prefix: row.rate_prefix,
      per_minute: money(row.rate_per_minute),
      rounding: presentRounding(row),
    },
    amount: money(row.cost ?? 0n),
    hold: {
      id: hold.id,
      held: money(hold.amount),
      released: money(hold.amount - (hold.captured ?? 0n)),
    },
    entry_id: entry?.id ?? null,
    balance_after: entry ? money(entry.balance_after) : null,
  };
}
