import { randomBytes, randomUUID } from 'node:crypto';
import type { AgentsService } from '../agents/index.ts';
import { notify, type Db, type OrgScope, type SystemTx } from '../db/index.ts';
import {
  AppError,
  assert,
  limits,
  sha256Hex,
  type Clock,
  type Id,
  type NewId,
} from '../kernel/index.ts';
import { callCostMicros, type RatesService } from '../rates/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { presentCall } from './calls.present.ts';
import * as repo from './calls.repo.ts';
import { BROWSER } from './calls.rules.ts';
import type { CallWire } from './calls.schema.ts';

export interface TalksDeps {
  readonly db: Db;
  readonly wallet: Pick<WalletService, 'hold'>;
  readonly rates: Pick<RatesService, 'talkPrice'>;
  readonly agents: Pick<AgentsService, 'get'>;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Where a browser connects: `wss://host/media/browser`; the token is appended. */
  readonly mediaUrl: string;
}

/** A call that waits for its media socket. */
export interface OpenedTalk {
  readonly call: CallWire;
  /** The WebSocket to connect to, the token included. It serves one call. */
  readonly url: string;
  readonly token: string;
  /** Nobody is waited for longer than a phone may ring. */
  readonly expiresAt: Date;
}

export type TalksService = ReturnType<typeof createTalksService>;

/** Calls without a phone: somebody speaks, or writes, through a media socket of their own. */
export function createTalksService(deps: TalksDeps) {
  const { db, clock, newId } = deps;

  async function insertTalk(
    tx: SystemTx,
    scope: OrgScope,
    id: Id<'call'>,
    agent: { id: Id<'agt'>; version: number },
  ): Promise<repo.CallRow> {
    const price = await deps.rates.talkPrice(tx, scope.orgId);
    const now = clock.now();
    const call = await repo.insertCall(tx, {
      id,
      org_id: scope.orgId,
      agent_id: agent.id,
      agent_version: agent.version,
      kind: 'talk',
      from_number: BROWSER,
      to_number: BROWSER,
      status: 'dialing',
      command_id: randomUUID(),
      carrier: BROWSER,
      rate_per_minute: price.microsPerMinute,
      billing_first_s: price.rounding.firstSeconds,
      billing_next_s: price.rounding.nextSeconds,
      rate_card: price.card,
      currency: price.currency,
      dialed_at: now,
      created_by: scope.userId ?? null,
      created_at: now,
    });
    await deps.wallet.hold(tx, {
      orgId: scope.orgId,
      sourceId: id,
      amountMicros: callCostMicros(limits.call.durationMsMax, price),
      leastMicros: callCostMicros(limits.call.fundedMsMin, price),
    });
    return call;
  }

  return {
    /**
     * Opens a call that is talked through a media socket: whoever has the address is the caller.
     * The wallet holds what the longest one would cost, as for a phone call. With `id`, the same
     * request again gives its call another address, and the one before is worth nothing. Throws
     * `not_found`, `insufficient_funds`, and `conflict` for a talk that has begun.
     */
    async open(
      scope: OrgScope,
      request: { agentId: Id<'agt'>; id?: Id<'call'> },
    ): Promise<OpenedTalk> {
      const agent = await deps.agents.get(scope, request.agentId);
      const id = request.id ?? newId('call');
      const token = randomBytes(24).toString('base64url');
      const row = await db.withSystem(async (tx) => {
        const found = await repo.lockCall(tx, id);
        if (found) assert(found.org_id === scope.orgId, `${id} is another organization's call`);
        const call = found ?? (await insertTalk(tx, scope, id, agent));
        if (call.kind !== 'talk' || call.status !== 'dialing') throw begun();
        await notify(tx, repo.CALL_DIALING_CHANNEL, id);
        return repo.updateCall(tx, id, { stream_token_hash: sha256Hex(token) });
      });
      return {
        call: presentCall(row),
        url: `${deps.mediaUrl}/${token}`,
        token,
        expiresAt: new Date(
          (row.dialed_at ?? row.created_at).getTime() + limits.call.ringTimeoutMs,
        ),
      };
    },
  };
}

function begun(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'La conversación ya empezó o ya terminó: pida otra.',
      en: 'The talk has begun or is over: ask for another one.',
    },
  });
}
