import { randomUUID } from 'node:crypto';
import type { AgentsService } from '../agents/index.ts';
import { callRateMicrosPerMinute, worstCaseMicros } from '../billing/index.ts';
import type { Db, OrgScope } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  AppError,
  assert,
  cursorId,
  limits,
  notFound,
  pageOf,
  parsePhone,
  type Clock,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { FileStorage } from '../ports/index.ts';
import type { WalletService } from '../wallet/index.ts';
import type { CallWatcher } from './call-watcher.ts';
import { presentCall, presentCallDetail } from './calls.present.ts';
import * as repo from './calls.repo.ts';
import type { CallDetailWire, CallEventWire, CallWire } from './calls.schema.ts';

export interface CallsDeps {
  readonly db: Db;
  readonly wallet: WalletService;
  readonly agents: Pick<AgentsService, 'get'>;
  readonly jobs: Pick<JobQueue, 'enqueue'>;
  readonly storage: Pick<FileStorage, 'get'>;
  readonly watcher: CallWatcher;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The generic number that test calls come from. */
  readonly testFromNumber: string;
  /** The carrier that dials: the telephony provider's name. */
  readonly carrier: string;
}

export type CallsService = ReturnType<typeof createCallsService>;

/** Calls as their organization sees them. */
export function createCallsService(deps: CallsDeps) {
  const { db, clock, newId } = deps;

  async function read(scope: OrgScope, id: Id<'call'>): Promise<repo.CallRow> {
    const row = await db.withOrg(scope, (tx) => repo.findCall(tx, id));
    if (!row) throw notFound('call_id');
    return row;
  }

  return {
    /**
     * Rings `to` from the generic number and puts the agent on the line. The worst case is held in
     * the wallet before anything is dialled. Throws `not_found`, `invalid_phone_number`,
     * `insufficient_funds`.
     */
    async startTest(
      scope: OrgScope,
      request: { agentId: Id<'agt'>; to: string },
    ): Promise<CallWire> {
      const agent = await deps.agents.get(scope, request.agentId);
      const to = parsePhone(request.to);
      if (!to) throw new AppError('invalid_phone_number', { param: 'to' });
      const id = newId('call');
      const row = await db.withSystem(async (tx) => {
        const organization = await tx
          .selectFrom('organizations')
          .select(['plan', 'currency'])
          .where('id', '=', scope.orgId)
          .executeTakeFirst();
        assert(organization, 'the organization of a member exists');
        const rate = callRateMicrosPerMinute(organization.currency, organization.plan, to.country);
        const call = await repo.insertCall(tx, {
          id,
          org_id: scope.orgId,
          agent_id: agent.id,
          agent_version: agent.version,
          kind: 'test',
          from_number: deps.testFromNumber,
          to_number: to.e164,
          command_id: randomUUID(),
          carrier: deps.carrier,
          rate_per_minute: rate,
          currency: organization.currency,
          created_by: scope.userId ?? null,
          created_at: clock.now(),
        });
        const amountMicros = worstCaseMicros(rate, limits.call.durationMsMax);
        await deps.wallet.hold(tx, { orgId: scope.orgId, sourceId: id, amountMicros });
        return call;
      });
      // A crash before this line loses nothing: the sweep queues what is still waiting.
      await deps.jobs.enqueue('call.dial', { call_id: id }, id);
      return presentCall(row);
    },

    /** One call with its turns and latency. Throws `not_found`. */
    async get(scope: OrgScope, id: Id<'call'>): Promise<CallDetailWire> {
      return db.withOrg(scope, async (tx) => {
        const row = await repo.findCall(tx, id);
        if (!row) throw notFound('call_id');
        return presentCallDetail(row, await repo.listTurns(tx, id));
      });
    },

    /** Newest first. */
    async list(scope: OrgScope, query: PageQuery): Promise<Page<CallWire>> {
      const before = cursorId('call', query.cursor);
      const rows = await db.withOrg(scope, (tx) => repo.listCalls(tx, before, query.limit));
      return pageOf(rows, query.limit, presentCall);
    },

    /** What has happened in a call so far. Throws `not_found`. */
    async listEvents(scope: OrgScope, id: Id<'call'>): Promise<CallEventWire[]> {
      await read(scope, id);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listEvents(tx, id, -1, limits.call.eventsMax),
      );
      return rows.map(presentEvent);
    },

    /**
     * The events of a call after `position`, those to come included, until it ends or the signal
     * aborts. Throws `not_found` before the first event.
     */
    async watchEvents(
      scope: OrgScope,
      id: Id<'call'>,
      position: number,
    ): Promise<(signal: AbortSignal) => AsyncGenerator<CallEventWire>> {
      await read(scope, id);
      return async function* watch(signal) {
        let after = position;
        using changes = deps.watcher.watch(id, signal);
        while (!signal.aborted) {
          const rows = await db.withOrg(scope, (tx) =>
            repo.listEvents(tx, id, after, limits.http.pageSizeMax),
          );
          for (const row of rows) {
            after = row.position;
            yield presentEvent(row);
            if (row.type === 'call.ended') return;
          }
          if (rows.length === 0) await changes.next();
        }
      };
    },

    /** The WAV of a call: caller left, agent right. Throws `not_found` if there is none (yet). */
    async getRecording(scope: OrgScope, id: Id<'call'>): Promise<Uint8Array> {
      const row = await read(scope, id);
      const bytes =
        row.recording_path === null
          ? null
          : await deps.storage.get('recordings', row.recording_path);
      if (!bytes) throw notFound('call_id');
      return bytes;
    },
  };
}

function presentEvent(row: Awaited<ReturnType<typeof repo.listEvents>>[number]): CallEventWire {
  return {
    type: row.type as CallEventWire['type'],
    position: row.position,
    at_ms: row.at_ms,
    data: row.data as Record<string, unknown>,
  };
}
