import { randomUUID } from 'node:crypto';
import type { AgentsService } from '../agents/index.ts';
import type { Db, OrgScope } from '../db/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  AppError,
  assert,
  cursorId,
  limits,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { FileStorage } from '../ports/index.ts';
import { callCostMicros, type RatesService } from '../rates/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { createCallOrders } from './call-orders.ts';
import type { CallWatcher } from './call-watcher.ts';
import { presentCall, presentCallDetail, presentReceipt } from './calls.present.ts';
import * as repo from './calls.repo.ts';
import type { CallDetailWire, CallEventWire, CallReceiptWire, CallWire } from './calls.schema.ts';

export interface CallsDeps {
  readonly db: Db;
  readonly wallet: WalletService;
  readonly rates: Pick<RatesService, 'price'>;
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
    ...createCallOrders(deps),

    /**
     * Rings `to` from the generic number and puts the agent on the line. Before anything is dialled
     * the wallet holds what the longest call would cost, or what it has, down to a minute's worth.
     * With `id`, the same request again finds its call. Throws `not_found`, `invalid_phone_number`,
     * `destination_not_served`, `plan_required`, `insufficient_funds`.
     */
    async startTest(
      scope: OrgScope,
      request: { agentId: Id<'agt'>; to: string; id?: Id<'call'> },
    ): Promise<CallWire> {
      const agent = await deps.agents.get(scope, request.agentId);
      const id = request.id ?? newId('call');
      const row = await db.withSystem(async (tx) => {
        const found = await repo.findCall(tx, id);
        if (found) {
          assert(found.org_id === scope.orgId, `${id} is another organization's call`);
          return found;
        }
        const price = await deps.rates.price(tx, scope.orgId, request.to);
        const call = await repo.insertCall(tx, {
          id,
          org_id: scope.orgId,
          agent_id: agent.id,
          agent_version: agent.version,
          kind: 'test',
          from_number: deps.testFromNumber,
          to_number: price.to.e164,
          command_id: randomUUID(),
          carrier: deps.carrier,
          rate_per_minute: price.microsPerMinute,
          billing_first_s: price.rounding.firstSeconds,
          billing_next_s: price.rounding.nextSeconds,
          rate_card: price.card,
          rate_prefix: price.prefix,
          currency: price.currency,
          created_by: scope.userId ?? null,
          created_at: clock.now(),
        });
        await deps.wallet.hold(tx, {
          orgId: scope.orgId,
          sourceId: id,
          amountMicros: callCostMicros(limits.call.durationMsMax, price),
          leastMicros: callCostMicros(limits.call.fundedMsMin, price),
        });
        return call;
      });
      // A crash before this line loses nothing: the sweep queues what is still waiting.
      if (row.status === 'queued') await deps.jobs.enqueue('call.dial', { call_id: id }, id);
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

    /** What a call that is over was charged, and how it came about. Throws `not_found`, `conflict`. */
    async getReceipt(scope: OrgScope, id: Id<'call'>): Promise<CallReceiptWire> {
      return db.withOrg(scope, async (tx) => {
        const row = await repo.findCall(tx, id);
        if (!row) throw notFound('call_id');
        if (row.ended_at === null) throw notOver();
        const receipt = await deps.wallet.findReceipt(tx, id);
        assert(receipt, 'every call had a hold');
        return presentReceipt(row, receipt);
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

function notOver(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'La llamada no ha terminado: su recibo se hace al final.',
      en: 'The call is not over: its receipt is made at the end.',
    },
  });
}

function presentEvent(row: Awaited<ReturnType<typeof repo.listEvents>>[number]): CallEventWire {
  return {
    type: row.type as CallEventWire['type'],
    position: row.position,
    at_ms: row.at_ms,
    data: row.data as Record<string, unknown>,
  };
}
