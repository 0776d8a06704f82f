import { randomBytes, randomUUID } from 'node:crypto';
import type { AgentForCall, AgentsService } from '../agents/index.ts';
import { callCostMicros } from '../billing/index.ts';
import { notify, type Db, type SystemTx } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  isId,
  limits,
  minorFromMicros,
  ProviderError,
  sha256Hex,
  type Clock,
  type Id,
  type Log,
  type NewId,
  type ProviderErrorKind,
} from '../kernel/index.ts';
import type { FileStorage, TelephonyEvent, TelephonyProvider } from '../ports/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { insertRecords, type CallRecords } from './call-records.ts';
import * as repo from './calls.repo.ts';
import { endOfAnswered, endOfUnanswered, type CallEnd } from './calls.rules.ts';
import type { CallEndReason } from './calls.schema.ts';

/** A queued call that nobody dialled for this long would surprise who asked for it. */
const QUEUED_MS_MAX = 5 * 60_000;
/** Left alone for this long: the job is on its way. */
const QUEUED_PATIENCE_MS = 5_000;
/** Beyond the ring time: answering, the socket's way to us, a late webhook. */
const DIALING_GRACE_MS = 15_000;

/** Failures after which the carrier may have made the call: it only could not say so. */
const mayHaveDialed: readonly ProviderErrorKind[] = ['timeout', 'connection', 'unavailable'];

export interface CallRuntimeDeps {
  readonly db: Db;
  readonly wallet: WalletService;
  readonly agents: Pick<AgentsService, 'loadForCall'>;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly storage: Pick<FileStorage, 'put'>;
  readonly telephony: TelephonyProvider;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** This process. */
  readonly instance: Id<'ins'>;
  /** Where the carrier connects with audio: `wss://host/media/<carrier>`; the token is appended. */
  readonly mediaUrl: string;
  /** Where the carrier reports. */
  readonly webhookUrl: string;
}

/** A call whose media has reached us. */
export interface ClaimedCall {
  readonly callId: Id<'call'>;
  readonly orgId: Id<'org'>;
  readonly carrierCallId: string;
  readonly agent: AgentForCall;
}

export interface FinishedCall {
  readonly reason: CallEndReason;
  readonly durationMs: number;
  readonly recording: Uint8Array;
}

export type CallRuntime = ReturnType<typeof createCallRuntime>;

/**
 * Calls as the machinery sees them: dialled by a job, claimed by a media socket, reported on by the
 * carrier, settled exactly once by whoever comes first: the session, a webhook, or the sweep.
 */
export function createCallRuntime(deps: CallRuntimeDeps) {
  const { db, clock, telephony, log } = deps;

  /** Ends a call once: status, charge, hold and last event in one transaction. False if it was over already. */
  async function end(
    tx: SystemTx,
    call: repo.CallRow,
    outcome: CallEnd & { durationMs: number; recordingPath?: string },
  ): Promise<boolean> {
    if (call.ended_at !== null) return false;
    const used = callCostMicros(outcome.durationMs, call.rate_per_minute);
    const cost = await deps.wallet.settle(tx, { sourceId: call.id, usedMicros: used });
    await repo.updateCall(tx, call.id, {
      status: outcome.status,
      end_reason: outcome.reason,
      ended_at: clock.now(),
      duration_ms: outcome.durationMs,
      cost,
      stream_token_hash: null,
      ...(outcome.recordingPath === undefined ? {} : { recording_path: outcome.recordingPath }),
    });
    await repo.appendEvents(tx, call, [
      {
        type: 'call.ended',
        atMs: outcome.durationMs,
        data: {
          status: outcome.status,
          reason: outcome.reason,
          duration_ms: outcome.durationMs,
          cost: { amount: minorFromMicros(cost), currency: call.currency },
        },
      },
    ]);
    return true;
  }

  async function endById(id: Id<'call'>, outcome: Parameters<typeof end>[2]): Promise<boolean> {
    return db.withSystem(async (tx) => {
      const call = await repo.lockCall(tx, id);
      return call !== undefined && end(tx, call, outcome);
    });
  }

  /** Best effort: the carrier's own time limit ends the call if this cannot. */
  async function hangup(carrierCallId: string | null): Promise<void> {
    if (carrierCallId === null) return;
    try {
      await telephony.hangup(carrierCallId, randomUUID());
    } catch (error) {
      log.warn({ err: error, carrier_call_id: carrierCallId }, 'hang-up failed');
    }
  }

  /**
   * Whether the process that has a call in progress is gone: it has not been heard of for a lease,
   * or has missed two beats and is not connected to the database any more.
   */
  async function isAbandoned(call: repo.CallRow, silentMs: number): Promise<boolean> {
    if (silentMs > limits.call.leaseMs) return true;
    const { owner_instance: owner } = call;
    if (owner === null || owner === deps.instance || silentMs <= 2 * limits.call.heartbeatMs)
      return false;
    return !(await db.withSystem((tx) => db.isPresent(tx, owner)));
  }

  /** Marks the call as ours to dial. Null if it is not waiting to be dialled (any more). */
  async function startDialing(
    id: Id<'call'>,
  ): Promise<{ call: repo.CallRow; token: string } | null> {
    const token = randomBytes(24).toString('base64url');
    return db.withSystem(async (tx) => {
      const call = await repo.lockCall(tx, id);
      if (call?.status !== 'queued') return null;
      const row = await repo.updateCall(tx, id, {
        status: 'dialing',
        dialed_at: clock.now(),
        stream_token_hash: sha256Hex(token),
      });
      await repo.appendEvents(tx, call, [
        { type: 'call.dialing', atMs: 0, data: { to: call.to_number } },
      ]);
      return { call: row, token };
    });
  }

  return {
    /**
     * Dials a queued call, once: a call that was ever marked as dialling is never dialled again,
     * because nobody can tell whether a phone has rung. The sweep settles such a call.
     */
    async dial(id: Id<'call'>): Promise<void> {
      const started = await startDialing(id);
      if (!started) return;
      const { call, token } = started;
      try {
        const dialed = await telephony.dial({
          to: call.to_number,
          from: call.from_number,
          commandId: call.command_id,
          callId: id,
          streamUrl: `${deps.mediaUrl}/${token}`,
          streamToken: token,
          webhookUrl: deps.webhookUrl,
          ringTimeoutMs: limits.call.ringTimeoutMs,
          durationMsMax: limits.call.durationMsMax,
        });
        await db.withSystem((tx) =>
          repo.updateCall(tx, id, { carrier_call_id: dialed.carrierCallId }),
        );
      } catch (error) {
        log.error({ err: error, call_id: id }, 'dialling failed');
        // The phone may be ringing all the same: its webhooks or the sweep will tell.
        const unsure = error instanceof ProviderError && mayHaveDialed.includes(error.kind);
        if (!unsure)
          await endById(id, { status: 'failed', reason: 'carrier_error', durationMs: 0 });
      }
    },

    /** Whether a media socket with this token may wait for its call to start. */
    async admits(token: string): Promise<boolean> {
      const row = await db.withSystem((tx) =>
        tx
          .selectFrom('calls')
          .select('id')
          .where('stream_token_hash', '=', sha256Hex(token))
          .where('status', '=', 'dialing')
          .executeTakeFirst(),
      );
      return row !== undefined;
    },

    /**
     * Takes the call whose media has started. Each token serves once, and only for the call it was
     * made for. Null for anything else.
     */
    async claim(token: string, carrierCallId: string): Promise<ClaimedCall | null> {
      const now = clock.now();
      const call = await db.withSystem((tx) =>
        tx
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
          .where('status', '=', 'dialing')
          .where((where) =>
            where.or([
              where('carrier_call_id', 'is', null),
              where('carrier_call_id', '=', carrierCallId),
            ]),
          )
          .returningAll()
          .executeTakeFirst(),
      );
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
        await deps.storage.put('recordings', path, finished.recording, 'audio/wav');
        kept = true;
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
      await db.withSystem(async (tx) => {
        const echoed =
          event.callId !== undefined && isId('call', event.callId) ? event.callId : undefined;
        const found = echoed
          ? await repo.findCall(tx, echoed)
          : await repo.findCallByCarrierId(tx, telephony.name, event.carrierCallId);
        const call = found && (await repo.lockCall(tx, found.id));
        if (!call || call.ended_at !== null) return;
        if (call.carrier_call_id === null) {
          await repo.updateCall(tx, call.id, { carrier_call_id: event.carrierCallId });
        } else if (call.carrier_call_id !== event.carrierCallId) {
          log.warn({ call_id: call.id }, 'an event of another leg');
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
      if (event.type === 'streaming.failed') await hangup(event.carrierCallId);
    },

    /** Lets the other processes know that this one is alive, so that they leave its calls alone. */
    register: () => db.presence(deps.instance),

    /** Runs `onHangup` with the id of each call of any process that its carrier reports as hung up. */
    onHangupReported: (onHangup: (callId: string) => void) =>
      db.listen(repo.CALL_CONTROL_CHANNEL, onHangup),

    /**
     * Settles what nobody owns any more and queues what was never queued. `alone`: no other process
     * serves this database, so whatever is open now belongs to a process that is gone.
     */
    async sweep({ alone }: { alone: boolean }): Promise<void> {
      const open = await db.withSystem((tx) => repo.listOpenCalls(tx));
      const nowMs = clock.now().getTime();
      const since = (date: Date | null) => nowMs - (date?.getTime() ?? 0);
      for (const call of open) {
        if (call.status === 'queued') {
          if (since(call.created_at) > QUEUED_MS_MAX) {
            await endById(call.id, { status: 'failed', reason: 'expired', durationMs: 0 });
          } else if (alone || since(call.created_at) > QUEUED_PATIENCE_MS) {
            await deps.jobs.enqueue('call.dial', { call_id: call.id }, call.id);
          }
        } else if (call.status === 'dialing') {
          if (!alone && since(call.dialed_at) <= limits.call.ringTimeoutMs + DIALING_GRACE_MS)
            continue;
          await hangup(call.carrier_call_id);
          const reason = alone ? 'interrupted' : 'no_answer';
          await endById(call.id, { status: alone ? 'failed' : 'no_answer', reason, durationMs: 0 });
        } else if (alone || (await isAbandoned(call, since(call.heartbeat_at)))) {
          log.warn({ call_id: call.id }, 'settling a call whose process is gone');
          await hangup(call.carrier_call_id);
          const lastSign = call.heartbeat_at?.getTime() ?? 0;
          const durationMs = Math.max(0, lastSign - (call.answered_at?.getTime() ?? lastSign));
          await endById(call.id, { ...endOfAnswered('interrupted'), durationMs });
        }
      }
    },
  };
}
