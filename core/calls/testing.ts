import { createAgentsService } from '../agents/index.ts';
import type { OrgScope } from '../db/index.ts';
import type { TestDb } from '../db/testing.ts';
import {
  createLog,
  createVirtualClock,
  newId,
  type Id,
  type ProviderError,
  type VirtualClock,
} from '../kernel/index.ts';
import { wholeFile, type DialRequest, type TelephonyProvider } from '../ports/index.ts';
import { createRatesService } from '../rates/index.ts';
import { createWalletService, type WalletService } from '../wallet/index.ts';
import { createCallRuntime, type CallRuntime } from './call-runtime.ts';
import type { CallWatcher } from './call-watcher.ts';
import { createCallsService, type CallsService } from './calls.service.ts';
import { createTalksService, type TalksService } from './talks.service.ts';

export const PESOS = 1_000_000n;
const log = createLog({ level: 'silent' });

/** A carrier that notes what it is asked and answers as told. */
function createTelephone(): TelephonyProvider & {
  dials: DialRequest[];
  hangups: string[];
  fail?: ProviderError | undefined;
} {
  const dials: DialRequest[] = [];
  const hangups: string[] = [];
  return {
    name: 'telnyx',
    dials,
    hangups,
    async dial(request) {
      dials.push(request);
      if (this.fail) throw this.fail;
      return { carrierCallId: `v3:${request.callId}`, carrierLegId: 'leg' };
    },
    hangup: async (id) => void hangups.push(id),
    parseWebhook: () => Promise.reject(new Error('not here')),
  };
}

export interface World {
  scope: OrgScope;
  agentId: Id<'agt'>;
  clock: VirtualClock;
  telephone: ReturnType<typeof createTelephone>;
  queued: string[];
  files: Map<string, Uint8Array>;
  calls: CallsService;
  talks: TalksService;
  runtime: CallRuntime;
  /** Another process of the same platform. */
  createRuntime: () => CallRuntime;
  wallet: () => Promise<{ balance: bigint; held: bigint }>;
  walletService: WalletService;
}

/** An organization on Pro with an agent and this much in its wallet, its carrier and its clock. */
export async function createWorld(
  { t, watcher }: { t: TestDb; watcher: CallWatcher },
  funds = 10_000n * PESOS,
): Promise<World> {
  const clock = createVirtualClock();
  const scope: OrgScope = { orgId: newId('org') };
  const wallet = createWalletService({ db: t.db, newId, clock });
  const agents = createAgentsService({ db: t.db, clock, newId });
  const telephone = createTelephone();
  const queued: string[] = [];
  const files = new Map<string, Uint8Array>();
  await t.db.withSystem(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: scope.orgId, name: 'Pan', plan: 'pro', founded_by: null })
      .execute();
    if (funds > 0n)
      await wallet.credit(tx, {
        orgId: scope.orgId,
        amountMicros: funds,
        kind: 'adjustment',
        sourceId: newId('pay'),
      });
  });
  const agent = await agents.create(scope, { config: { business_name: 'Panadería La Espiga' } });
  const rates = createRatesService({ db: t.db, clock });
  const common = { db: t.db, wallet, rates, agents, clock, newId, log };
  const jobs = {
    enqueue: async (_name: string, _payload: unknown, id: string) => void queued.push(id),
  };
  const createRuntime = () =>
    createCallRuntime({
      ...common,
      jobs,
      telephony: telephone,
      instance: newId('ins'),
      mediaUrl: 'ws://voice.test/media/telnyx',
      webhookUrl: 'http://api.test/v1/webhooks/telnyx',
      storage: {
        put: async (_bucket, path, content) => void files.set(path, await wholeFile(content)),
      },
    });
  return {
    scope,
    agentId: agent.id,
    clock,
    telephone,
    queued,
    files,
    calls: createCallsService({
      ...common,
      jobs,
      watcher,
      testFromNumber: '+576015550100',
      carrier: 'telnyx',
      storage: { get: async (_bucket, path) => files.get(path) ?? null },
    }),
    talks: createTalksService({ ...common, mediaUrl: 'ws://voice.test/media/browser' }),
    runtime: createRuntime(),
    createRuntime,
    walletService: wallet,
    async wallet() {
      const { rows } = await t.pool.query(
        'select wallet_balance, wallet_held from organizations where id = $1',
        [scope.orgId],
      );
      return { balance: rows[0].wallet_balance, held: rows[0].wallet_held };
    },
  };
}

/** What the carrier shows when it connects with a call's audio. */
export const tokenOf = (dial: DialRequest | undefined) => dial?.streamUrl.split('/').at(-1) ?? '';
