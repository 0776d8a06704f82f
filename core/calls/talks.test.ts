import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createVirtualClock, newId } from '../kernel/index.ts';
import type { TelephonyEvent } from '../ports/index.ts';
import { createCallWatcher, type CallWatcher } from './call-watcher.ts';
import { BROWSER } from './calls.rules.ts';
import { createWorld, PESOS, tokenOf, type World } from './testing.ts';

let t: TestDb;
let watcher: CallWatcher;
let world: World;

beforeAll(async () => {
  t = await createTestDb();
  watcher = await createCallWatcher({ db: t.db, clock: createVirtualClock() });
});
afterAll(async () => {
  await watcher.close();
  await t.close();
});
beforeEach(async () => {
  world = await createWorld({ t, watcher });
});

const open = (id?: `call_${string}`) =>
  world.talks.open(world.scope, { agentId: world.agentId, ...(id ? { id } : {}) });

describe('a talk', () => {
  it('waits for its socket, is claimed once and only there, charged at its own rate, and rings nobody', async () => {
    const { call, token, url } = await open();
    expect(url).toBe(`ws://voice.test/media/browser/${token}`);
    expect(call).toMatchObject({
      kind: 'talk',
      status: 'dialing',
      rate_per_minute: { amount: 15_000, currency: 'COP' },
    });
    expect(await world.wallet()).toEqual({ balance: 10_000n * PESOS, held: 1_500n * PESOS });
    // A phone line's socket does not open for it, nor a browser's for a phone call.
    expect(await world.runtime.admits(token)).toBe(false);
    expect(await world.runtime.claim(token, 'v3:x')).toBeNull();
    expect(await world.runtime.admits(token, BROWSER)).toBe(true);
    const claimed = await world.runtime.claim(token, null, BROWSER);
    expect(claimed).toMatchObject({ callId: call.id, carrierCallId: null });
    expect(await world.runtime.claim(token, null, BROWSER)).toBeNull();
    expect(await world.runtime.admits(token, BROWSER)).toBe(false);
    if (!claimed) throw new Error('not claimed');
    await world.runtime.hangup(claimed);
    await world.runtime.finish(claimed, {
      reason: 'caller_hangup',
      durationMs: 60_000,
      recording: new Uint8Array(44),
    });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'completed',
      cost: { amount: 15_000 },
    });
    expect((await world.calls.getReceipt(world.scope, call.id)).rate.prefix).toBeNull();
    expect(await world.wallet()).toEqual({ balance: 9_850n * PESOS, held: 0n });
    expect(world.telephone.dials).toEqual([]);
    expect(world.telephone.hangups).toEqual([]);
    expect(world.queued).toEqual([]);
  });

  it('asked for again has another address, and the one before is worth nothing', async () => {
    const id = newId('call');
    const first = await open(id);
    const again = await open(id);
    expect(again.call.id).toBe(first.call.id);
    expect(await world.runtime.admits(first.token, BROWSER)).toBe(false);
    expect(await world.runtime.claim(again.token, null, BROWSER)).not.toBeNull();
    await expect(open(id)).rejects.toMatchObject({ code: 'conflict' });
    expect((await world.wallet()).held).toBe(1_500n * PESOS);
  });

  it('that nobody comes to frees what it held', async () => {
    const { call } = await open();
    await world.clock.advance(46_000);
    await world.runtime.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'no_answer',
      cost: { amount: 0 },
    });
    expect((await world.wallet()).held).toBe(0n);
    expect(world.telephone.hangups).toEqual([]);
  });

  it("needs money, and an agent of one's own", async () => {
    const poor = await createWorld({ t, watcher }, 0n);
    await expect(poor.talks.open(poor.scope, { agentId: poor.agentId })).rejects.toMatchObject({
      code: 'insufficient_funds',
    });
    await expect(poor.talks.open(poor.scope, { agentId: world.agentId })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe("a leg that is nobody's", () => {
  const event = (callId: string, carrierCallId: string, type: 'call.answered' | 'call.hangup') =>
    ({
      eventId: newId('evt'),
      occurredAt: new Date(),
      carrierCallId,
      callId,
      type,
      ...(type === 'call.hangup' ? { cause: 'normal' } : {}),
    }) as TelephonyEvent;
  const start = () =>
    world.calls.startTest(world.scope, { agentId: world.agentId, to: '300 123 4567' });

  it('is hung up: it answers after its call is over', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.clock.advance(46_000);
    await world.runtime.sweep({ alone: false });
    const before = world.telephone.hangups.length;
    await world.runtime.onTelephonyEvent(event(call.id, `v3:${call.id}`, 'call.answered'));
    expect(world.telephone.hangups.slice(before)).toEqual([`v3:${call.id}`]);
  });

  it('is hung up: its call has another', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.runtime.onTelephonyEvent(event(call.id, 'v3:second', 'call.answered'));
    await world.runtime.onTelephonyEvent(event(call.id, 'v3:second', 'call.hangup'));
    expect(world.telephone.hangups).toEqual(['v3:second']);
    // The call itself goes on.
    const token = tokenOf(world.telephone.dials[0]);
    expect(await world.runtime.claim(token, `v3:${call.id}`)).not.toBeNull();
  });

  it('is hung up: its call was settled while the carrier was being asked', async () => {
    const call = await start();
    const dial = world.telephone.dial.bind(world.telephone);
    world.telephone.dial = async (request) => {
      await world.clock.advance(46_000);
      await world.runtime.sweep({ alone: false });
      return dial(request);
    };
    await world.runtime.dial(call.id);
    expect(world.telephone.hangups).toContain(`v3:${call.id}`);
  });
});
