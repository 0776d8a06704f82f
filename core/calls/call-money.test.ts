import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createVirtualClock, limits, newId, type Id } from '../kernel/index.ts';
import type { ClaimedCall } from './calls.deps.ts';
import type { FundsLevel } from './call-funds.ts';
import { createCallWatcher, type CallWatcher } from './call-watcher.ts';
import { createWorld, PESOS, tokenOf, type World } from './testing.ts';

let t: TestDb;
let watcher: CallWatcher;
let world: World;
beforeAll(async () => {
  t = await createTestDb();
  watcher = await createCallWatcher({ db: t.db, clock: createVirtualClock() });
});
beforeEach(async () => {
  world = await createWorld({ t, watcher });
});
afterAll(async () => {
  await watcher.close();
  await t.close();
});

const mobile = '+573001234567';
const start = (to = mobile, id?: Id<'call'>) =>
  world.calls.startTest(world.scope, { agentId: world.agentId, to, ...(id ? { id } : {}) });

/** A call that has been answered. */
async function talk(to = mobile): Promise<ClaimedCall> {
  const { id } = await start(to);
  await world.runtime.dial(id);
  const claimed = await world.runtime.claim(tokenOf(world.telephone.dials.at(-1)), `v3:${id}`);
  if (!claimed) throw new Error('not claimed');
  return claimed;
}
const hangUp = (call: ClaimedCall, durationMs: number) =>
  world.runtime.finish(call, {
    reason: 'caller_hangup',
    durationMs,
    recording: Uint8Array.of(0),
  });
const topUp = (amountMicros: bigint) =>
  t.db.withSystem((tx) =>
    world.walletService.credit(tx, {
      orgId: world.scope.orgId,
      amountMicros,
      kind: 'top_up',
      sourceId: newId('pay'),
    }),
  );
const held = async () => (await world.wallet()).held / PESOS;

/** What a call is told about its funds, as it is told. */
function listen(call: ClaimedCall) {
  const told: FundsLevel[] = [];
  let wake: (() => void) | undefined;
  const stop = world.runtime.watchFunds(call, (level) => {
    told.push(level);
    wake?.();
  });
  return {
    told,
    stop,
    /** Resolves with the next word; what is behind it talks to a real database. */
    async next() {
      const before = told.length;
      if (told.length === before) await new Promise<void>((resolve) => (wake = resolve));
      return told.at(-1);
    },
  };
}
/** Resolves when the watch waits for its next moment. */
async function armed(timers: number) {
  await expect.poll(() => world.clock.pendingTimers).toBe(timers);
}

describe('what is held for a call', () => {
  it('is the longest call there is, or what the wallet has', async () => {
    await start();
    expect(await held()).toBe(3_500n);
    await start();
    expect(await held()).toBe(7_000n);
    await start();
    expect(await held()).toBe(10_000n);
    await expect(start()).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(await held()).toBe(10_000n);
  });

  it('is at least a minute of it', async () => {
    world = await createWorld({ t, watcher }, 350n * PESOS);
    await start();
    expect(await held()).toBe(350n);
  });

  it('follows the rate of the destination', async () => {
    const call = await start('+14155552671');
    expect(call.rate_per_minute).toEqual({ amount: 45_000, currency: 'COP' });
    expect(await held()).toBe(4_500n);
  });

  it('is nothing for a destination that is not served, and nothing is dialled', async () => {
    await expect(start('+18765551234')).rejects.toMatchObject({
      code: 'destination_not_served',
      param: 'to',
    });
    expect([await held(), world.queued]).toEqual([0n, []]);
  });

  it('is nothing for a destination abroad on the free plan', async () => {
    await t.db.withSystem((tx) =>
      tx
        .updateTable('organizations')
        .set({ plan: 'free' })
        .where('id', '=', world.scope.orgId)
        .execute(),
    );
    await expect(start('+14155552671')).rejects.toMatchObject({ code: 'plan_required' });
    expect(await held()).toBe(0n);
    const home = await start();
    expect(home.rate_per_minute.amount).toBe(50_000);
  });

  it('is held once for a request that comes twice, which finds the call of the first', async () => {
    const id = newId('call');
    const first = await start(mobile, id);
    expect(await start(mobile, id)).toEqual(first);
    expect([await held(), world.queued]).toEqual([3_500n, [id, id]]);
    const { data } = await world.calls.list(world.scope, { limit: 10 });
    expect(data).toHaveLength(1);
  });

  it('survives the sweep for as long as the call lives, and goes back when nothing of it is left', async () => {
    const call = await talk();
    const lost = newId('call');
    await t.db.withSystem((tx) =>
      world.walletService.hold(tx, {
        orgId: world.scope.orgId,
        sourceId: lost,
        amountMicros: 100n * PESOS,
      }),
    );
    await world.clock.advance(limits.wallet.holdMsMax + 1);
    const released = await world.runtime.releaseLostHolds();
    expect(released).toContain(lost);
    expect(released).not.toContain(call.callId);
    expect(await held()).toBe(3_500n);
    await hangUp(call, 60_000);
    expect(await world.wallet()).toEqual({ balance: 9_650n * PESOS, held: 0n });
  });
});

describe('a call whose money runs out', () => {
  beforeEach(async () => {
    world = await createWorld({ t, watcher }, 700n * PESOS);
  });

  it('is told, is given its goodbye, and is hung up before it costs more than was held', async () => {
    const call = await talk();
    const funds = listen(call);
    await armed(1);
    await world.clock.advance(120_000 - 46_000 - 1);
    expect(funds.told).toEqual([]);
    await world.clock.advance(1);
    expect(await funds.next()).toBe('low');
    await armed(1);
    await world.clock.advance(30_000 - 1);
    expect(funds.told).toEqual(['low']);
    await world.clock.advance(1);
    expect(await funds.next()).toBe('exhausted');
    await armed(1);
    await world.clock.advance(16_000);
    expect(world.telephone.hangups).toEqual([call.carrierCallId]);
    expect(world.clock.monotonicMs()).toBe(120_000);
    await hangUp(call, 120_400);
    expect(await world.wallet()).toEqual({ balance: 0n, held: 0n });
    expect(await world.calls.getReceipt(world.scope, call.callId)).toMatchObject({
      duration_ms: 120_400,
      amount: { amount: 70_000 },
      hold: { held: { amount: 70_000 }, released: { amount: 0 } },
    });
  });

  it('goes on without a word when money comes in before it is told', async () => {
    const call = await talk();
    const funds = listen(call);
    await armed(1);
    await topUp(10_000n * PESOS);
    await world.clock.advance(120_000 - 46_000);
    await expect.poll(held).toBe(3_500n);
    await armed(0);
    expect(funds.told).toEqual([]);
    expect(world.telephone.hangups).toEqual([]);
  });

  it('goes on when money comes in after it was told, and is told again when that runs out', async () => {
    const call = await talk();
    const funds = listen(call);
    await armed(1);
    await world.clock.advance(120_000 - 46_000);
    expect(await funds.next()).toBe('low');
    await topUp(700n * PESOS);
    await armed(1);
    await world.clock.advance(30_000);
    await expect.poll(held).toBe(1_400n);
    await armed(1);
    await world.clock.advance(240_000 - 46_000 - 104_000);
    expect(await funds.next()).toBe('low');
    expect(funds.told).toEqual(['low', 'low']);
  });

  it('goes on with what another call gives back', async () => {
    world = await createWorld({ t, watcher }, 4_200n * PESOS);
    const other = await talk();
    const call = await talk();
    expect(await held()).toBe(4_200n);
    const funds = listen(call);
    await armed(1);
    await hangUp(other, 60_000);
    await world.clock.advance(120_000 - 46_000);
    await expect.poll(held).toBe(3_500n);
    expect(funds.told).toEqual([]);
  });

  it('is left alone once it has ended', async () => {
    const call = await talk();
    const funds = listen(call);
    await armed(1);
    funds.stop();
    await armed(0);
    await world.clock.advance(600_000);
    expect([funds.told, world.telephone.hangups]).toEqual([[], []]);
  });
});

describe('calls that share a wallet', () => {
  it('never hold or cost more than there is, however they end', async () => {
    world = await createWorld({ t, watcher }, 5_000n * PESOS);
    const [first, second] = [await talk(), await talk()];
    await expect(talk()).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(await held()).toBe(5_000n);
    await Promise.all([hangUp(first, 600_000), hangUp(second, 600_000)]);
    expect(await world.wallet()).toEqual({ balance: 0n, held: 0n });
    expect(await world.walletService.verify(world.scope)).toMatchObject({ entries: 3, faults: [] });
  });
});

describe('a receipt', () => {
  it('says what was charged, by which rate, from which entry', async () => {
    const call = await talk();
    await hangUp(call, 61_200);
    const receipt = await world.calls.getReceipt(world.scope, call.callId);
    const [entry] = (await world.walletService.listEntries(world.scope, { limit: 1 })).data;
    expect(receipt).toMatchObject({
      call_id: call.callId,
      to: mobile,
      duration_ms: 61_200,
      seconds: 62,
      rate: {
        card: '2026-01',
        prefix: '573',
        per_minute: { amount: 35_000, currency: 'COP' },
        rounding: { first_seconds: 1, next_seconds: 1 },
      },
      amount: { amount: 36_167, currency: 'COP' },
      hold: { held: { amount: 350_000 }, released: { amount: 313_833 } },
      entry_id: entry?.id,
      balance_after: { amount: 963_833 },
    });
    expect(entry).toMatchObject({ amount: -36_167, seconds: 62, source_id: call.callId });
  });

  it('of a call nobody took is nothing', async () => {
    const { id } = await start();
    await world.runtime.dial(id);
    await world.runtime.onTelephonyEvent({
      type: 'call.hangup',
      cause: 'busy',
      eventId: newId('evt'),
      occurredAt: new Date(),
      carrierCallId: `v3:${id}`,
      callId: id,
    });
    expect(await world.calls.getReceipt(world.scope, id)).toMatchObject({
      seconds: 0,
      amount: { amount: 0 },
      entry_id: null,
      balance_after: null,
    });
  });

  it('is refused while the call goes on, and does not exist for another organization', async () => {
    const { id } = await start();
    const receipt = world.calls.getReceipt(world.scope, id);
    await expect(receipt).rejects.toMatchObject({ code: 'conflict' });
    const other = await createWorld({ t, watcher });
    await expect(other.calls.getReceipt(other.scope, id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
