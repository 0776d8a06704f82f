import type { AgentForCall } from '../agents/index.ts';
import { notify } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { isId, sha256Hex, type Id } from '../kernel/index.ts';
import type { TelephonyEvent } from '../ports/index.ts';
import { createDialing } from './call-dialing.ts';
import { createCallEnding } from './call-ending.ts';
import { createFundsWatch } from './call-funds.ts';
import { listenForOrders, type ReceivedOrder } from './call-orders.ts';
import { insertRecords, type CallRecords } from './call-records.ts';
import { createCallSweep } from './call-sweep.ts';
import type { CallRuntimeDeps, ClaimedCall, FinishedCall } from './calls.deps.ts';
import { presentCall } from './calls.present.ts';
import * as repo from './calls.repo.ts';
import { endOfAnswered, endOfUnanswered } from './calls.rules.ts';

export type CallRuntime = ReturnType<typeof createCallRuntime>;

/**
 * Calls as the machinery sees them: dialled by a job, claimed by a media socket, reported on by the
 * carrier, settled exactly once by whoever comes first: the session, a webhook, or the sweep.
 */
export function createCallRuntime(deps: CallRuntimeDeps) {
  const { db, clock, telephony, log } = deps;
  const ending = createCallEnding(deps);
  const { end, endById, hangup } = ending;

  /** Null if the call is not being dialled any more. */
  async function awaited(callId: string): Promise<{ agent: AgentForCall; carrier: string } | null> {
    if (!isId('call', callId)) return null;
    const call = await db.withSystem((tx) => repo.findCall(tx, callId));
    if (call?.status !== 'dialing') return null;
    const agent = await deps.agents.loadForCall(call.agent_id, call.agent_version);
    return { agent, carrier: call.carrier };
  }

  return {
    ...createDialing(deps, ending),
    ...createFundsWatch(deps, ending),
    ...createCallSweep(deps, ending),

    /** Whether a media socket with this token may wait for its call to start. */
    async admits(token: string, carrier = telephony.name): Promise<boolean> {
      const row = await db.withSystem((tx) =>
        tx
          .selectFrom('calls')
          .select('id')
          .where('stream_token_hash', '=', sha256Hex(token))
          .where('carrier', '=', carrier)
          .where('status', '=', 'dialing')
          .executeTakeFirst(),
      );
      return row !== undefined;
    },

    /**
     * Takes the call whose media has started. Each token serves once, and only for the call it was
     * made for, on the carrier it was made for. Null for anything else.
     */
    async claim(
      token: string,
      carrierCallId: string | null,
      carrier = telephony.name,
    ): Promise<ClaimedCall | null> {
      const now = clock.now();
      const call = await db.withSystem(async (tx) => {
        const claimed = await tx
          .updateTable('calls')
          .set({
            status: 'in_progress',
            carrier_call_id: carrierCallId,
            owner_instance: deps.instance,
            heartbeat_at: now,
            answered_at: now,
            stream_token_hash: null,
          })
          .where('stream_token_hash', '=', sha256Hex(token))
          .where('carrier', '=', carrier)
          .where('status', '=', 'dialing')
          .where((where) =>
            where.or([
              where('carrier_call_id', 'is', null),
              where('carrier_call_id', '=', carrierCallId),
            ]),
          )
          .returningAll()
          .executeTakeFirst();
        if (!claimed) return null;
        await recordEvent(tx, {
          orgId: claimed.org_id,
          type: 'call.started',
          data: presentCall(claimed),
          at: now,
        });
        return claimed;
      });
      if (!call) return null;
      const agent = await deps.agents.loadForCall(call.agent_id, call.agent_version);
      return { callId: call.id, orgId: call.org_id, carrierCallId, agent };
    },

    /** Says that the owner of these calls is alive. */
    async heartbeat(ids: readonly Id<'call'>[]): Promise<void> {
      if (ids.length === 0) return;
      await db.withSystem((tx) =>
        tx
          .updateTable('calls')
          .set({ heartbeat_at: clock.now() })
          .where('id', 'in', ids)
          .where('ended_at', 'is', null)
          .execute(),
      );
    },

    /** Keeps what happened in calls, for whoever watches and for later: all of it, or none. */
    async keep(records: readonly CallRecords[]): Promise<void> {
      await db.withSystem((tx) => insertRecords(tx, records, deps.newId));
    },

    /** Ends a claimed call: keeps the recording, charges what was used, frees the rest. */
    async finish(
      call: Pick<ClaimedCall, 'callId' | 'orgId'>,
      finished: FinishedCall,
    ): Promise<void> {
      const path = `${call.orgId}/${call.callId}.wav`;
      let kept = false;
      try {
        if (finished.recording) {
          await deps.storage.put('recordings', path, finished.recording, 'audio/wav');
          kept = true;
        }
      } catch (error) {
        // The call is charged and over even if its recording cannot be kept.
        log.error({ err: error, call_id: call.callId }, 'recording lost');
      }
      await endById(call.callId, {
        ...endOfAnswered(finished.reason),
        durationMs: finished.durationMs,
        ...(kept ? { recordingPath: path } : {}),
      });
    },

    /** Hangs up a call of ours at the carrier. */
    hangup: (call: Pick<ClaimedCall, 'carrierCallId'>) => hangup(call.carrierCallId),

    /** What the carrier reports. Events come repeated and in any order; an ended call stays ended. */
    async onTelephonyEvent(event: TelephonyEvent): Promise<void> {
      /** A leg that rings or talks for a call that is over, or that has another one. */
      let nobodys = false;
      await db.withSystem(async (tx) => {
        const echoed =
          event.callId !== undefined && isId('call', event.callId) ? event.callId : undefined;
        const found = echoed
          ? await repo.findCall(tx, echoed)
          : await repo.findCallByCarrierId(tx, telephony.name, event.carrierCallId);
        const call = found && (await repo.lockCall(tx, found.id));
        if (call?.carrier !== telephony.name) return;
        if (call.ended_at === null && call.carrier_call_id === null) {
          await repo.updateCall(tx, call.id, { carrier_call_id: event.carrierCallId });
        } else if (call.ended_at !== null || call.carrier_call_id !== event.carrierCallId) {
          nobodys = event.type === 'call.initiated' || event.type === 'call.answered';
          return;
        }
        if (event.type === 'call.hangup') {
          if (call.status === 'in_progress') await notify(tx, repo.CALL_CONTROL_CHANNEL, call.id);
          else await end(tx, call, { ...endOfUnanswered(event.cause), durationMs: 0 });
        }
        if (event.type === 'streaming.failed' && call.status === 'dialing') {
          log.error(
            { call_id: call.id, reason: event.reason },
            'the carrier could not reach our media socket',
          );
          await end(tx, call, { status: 'failed', reason: 'carrier_error', durationMs: 0 });
        }
      });
      if (nobodys) log.warn({ call_id: event.callId }, "hanging up a leg that is nobody's");
      if (nobodys || event.type === 'streaming.failed') await hangup(event.carrierCallId);
    },

    /** Lets the other processes know that this one is alive, so that they leave its calls alone. */
    register: () => db.presence(deps.instance),

    /** Runs `onHangup` with the id of each call of any process that its carrier reports as hung up. */
    onHangupReported: (onHangup: (callId: string) => void) =>
      db.listen(repo.CALL_CONTROL_CHANNEL, onHangup),

    /** Runs `onOrder` with what operators want of the calls of any process. */
    onOrder: (onOrder: (order: ReceivedOrder) => void) => listenForOrders(deps, onOrder),

    /** Runs `onDialing` with the agent and carrier of each call that any process awaits, while it rings. */
    onDialing: (onDialing: (agent: AgentForCall, carrier: string) => void) =>
      db.listen(repo.CALL_DIALING_CHANNEL, (callId) => {
        awaited(callId).then(
          (call) => call && onDialing(call.agent, call.carrier),
          (error: unknown) => log.warn({ err: error, call_id: callId }, 'agent not prepared'),
        );
      }),
  };
}
