import { sql } from 'kysely';
import type { SystemTx } from '../db/index.ts';
import type { Id, NewId } from '../kernel/index.ts';
import { CALL_EVENTS_CHANNEL, type NewCallEvent } from './calls.repo.ts';
import type { TurnCause } from './calls.schema.ts';

export interface TurnRecord {
  readonly position: number;
  readonly callerText: string | null;
  readonly agentText: string;
  readonly interrupted: boolean;
  readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[];
  readonly callerEndMs: number | null;
  readonly endOfTurnMs: number | null;
  readonly speculativeStartMs: number | null;
  readonly llmFirstTokenMs: number | null;
  readonly ttsFirstByteMs: number | null;
  readonly fillerOutMs: number | null;
  readonly audioOutMs: number | null;
  readonly toolMs: number;
  /** `provider:kind`. */
  readonly failure: string | null;
  readonly cause: TurnCause | null;
}

/** What one call has to keep. */
export interface CallRecords {
  readonly callId: Id<'call'>;
  readonly orgId: Id<'org'>;
  readonly events: readonly NewCallEvent[];
  readonly turns: readonly TurnRecord[];
}

/**
 * Writes what many calls have to keep, in as many statements as for one, and tells who watches them.
 * A turn that is there already stays as it is; events go behind those the call has, whose only writer
 * is the one who calls this.
 */
export async function insertRecords(
  tx: SystemTx,
  records: readonly CallRecords[],
  newId: NewId,
): Promise<void> {
  const turns = records.flatMap(({ callId, orgId, turns }) =>
    turns.map((turn) => turnRow(turn, callId, orgId, newId)),
  );
  if (turns.length > 0) {
    await tx
      .insertInto('call_turns')
      .values(turns)
      .onConflict((conflict) => conflict.columns(['call_id', 'position']).doNothing())
      .execute();
  }
  const events = records.flatMap(({ callId, orgId, events }) =>
    events.map((event, ordinal) => ({
      call_id: callId,
      org_id: orgId,
      ordinal,
      type: event.type,
      at_ms: event.atMs,
      data: event.data,
    })),
  );
  if (events.length === 0) return;
  await sql`
    with given as (
      select * from jsonb_to_recordset(${JSON.stringify(events)}::jsonb)
        as g(call_id text, org_id text, ordinal int, type text, at_ms int, data jsonb)
    ), kept as (
      insert into call_events (call_id, org_id, position, type, at_ms, data)
      select call_id, org_id,
             ordinal + (select coalesce(max(position) + 1, 0) from call_events e where e.call_id = given.call_id),
             type, at_ms, data
        from given
      returning call_id
    )
    select pg_notify(${CALL_EVENTS_CHANNEL}, call_id) from (select distinct call_id from kept) told`.execute(
    tx,
  );
}

function turnRow(turn: TurnRecord, callId: Id<'call'>, orgId: Id<'org'>, newId: NewId) {
  return {
    id: newId('trn'),
    org_id: orgId,
    call_id: callId,
    position: turn.position,
    caller_text: turn.callerText,
    agent_text: turn.agentText,
    interrupted: turn.interrupted,
    tool_calls: JSON.stringify(turn.toolCalls),
    caller_end_ms: turn.callerEndMs,
    end_of_turn_ms: turn.endOfTurnMs,
    speculative_start_ms: turn.speculativeStartMs,
    llm_first_token_ms: turn.llmFirstTokenMs,
    tts_first_byte_ms: turn.ttsFirstByteMs,
    filler_out_ms: turn.fillerOutMs,
    audio_out_ms: turn.audioOutMs,
    tool_ms: turn.toolMs,
    failure: turn.failure,
    cause: turn.cause,
  };
}
