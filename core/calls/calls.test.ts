import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createVirtualClock, limits, newId, ProviderError } from '../kernel/index.ts';
import type { TelephonyEvent } from '../ports/index.ts';
import { createCallWatcher, type CallWatcher } from './call-watcher.ts';
import { endOfUnanswered, percentile } from './calls.rules.ts';
import { createWorld, PESOS, tokenOf, type World } from './testing.ts';

let t: TestDb;
let watcher: CallWatcher;

beforeAll(async () => {
  t = await createTestDb();
  watcher = await createCallWatcher({ db: t.db, clock: createVirtualClock() });
});
afterAll(async () => {
  await watcher.close();
  await t.close();
});

const aTurn = {
  position: 0,
  callerText: '¿A qué hora abren?',
  agentText: 'A las siete.',
  interrupted: false,
  toolCalls: [],
  callerEndMs: 1_000,
  endOfTurnMs: 1_300,
  speculativeStartMs: null,
  llmFirstTokenMs: 1_400,
  ttsFirstByteMs: 1_500,
  fillerOutMs: null,
  audioOutMs: 1_520,
  toolMs: 0,
  failure: null,
  cause: 'endpointing' as const,
};

const makeWorld = (funds?: bigint) => createWorld({ t, watcher }, funds);

let world: World;
beforeEach(async () => {
  world = await makeWorld();
});

const start = () =>
  world.calls.startTest(world.scope, { agentId: world.agentId, to: '300 123 4567' });
const event = (over: Partial<TelephonyEvent> & Pick<TelephonyEvent, 'type'>): TelephonyEvent =>
  ({
    eventId: newId('evt'),
    occurredAt: new Date(),
    carrierCallId: 'v3:x',
    callId: undefined,
    ...over,
  }) as TelephonyEvent;

describe('a test call', () => {
  it('holds its worst case, is dialled, claimed once, charged by what it used, and frees the rest', async () => {
    const call = await start();
    expect(call).toMatchObject({
      status: 'queued',
      to: '+573001234567',
      rate_per_minute: { amount: 35_000, currency: 'COP' },
    });
    expect(await world.wallet()).toEqual({ balance: 10_000n * PESOS, held: 3_500n * PESOS });
    expect(world.queued).toEqual([call.id]);

    await world.runtime.dial(call.id);
    const [dial] = world.telephone.dials;
    expect(dial).toMatchObject({ to: '+573001234567', from: '+576015550100', callId: call.id });
    const token = tokenOf(dial);
    expect(await world.runtime.admits(token)).toBe(true);
    const claimed = await world.runtime.claim(token, `v3:${call.id}`);
    expect(claimed).toMatchObject({
      callId: call.id,
      agent: { businessName: 'Panadería La Espiga' },
    });
    expect(await world.runtime.claim(token, `v3:${call.id}`)).toBeNull();
    expect(await world.runtime.admits(token)).toBe(false);
    if (!claimed) return;

    await world.runtime.keep([{ ...claimed, events: [], turns: [aTurn] }]);
    await world.runtime.finish(claimed, {
      reason: 'agent_hangup',
      durationMs: 30_000,
      recording: Uint8Array.of(1, 2),
    });
    const detail = await world.calls.get(world.scope, call.id);
    expect(detail).toMatchObject({
      status: 'completed',
      end_reason: 'agent_hangup',
      duration_ms: 30_000,
      cost: { amount: 17_500, currency: 'COP' },
      voice_to_voice_ms: { p50: 520, p95: 520 },
    });
    expect(await world.wallet()).toEqual({ balance: 9_825n * PESOS, held: 0n });
    expect([...(await world.calls.getRecording(world.scope, call.id))]).toEqual([1, 2]);
  });

  it('ends and is charged as any other when its recording could not be kept', async () => {
    world = await makeWorld();
    const call = await start();
    await world.runtime.dial(call.id);
    const claimed = await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`);
    if (!claimed) throw new Error('not claimed');
    await world.runtime.finish(claimed, {
      reason: 'caller_hangup',
      durationMs: 30_000,
      recording: null,
    });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'completed',
      cost: { amount: 17_500 },
      recording_available: false,
    });
    await expect(world.calls.getRecording(world.scope, call.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is refused, and nothing is held, when the wallet cannot cover its first minute', async () => {
    world = await makeWorld(349n * PESOS);
    await expect(start()).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(await world.wallet()).toEqual({ balance: 349n * PESOS, held: 0n });
    expect(world.queued).toEqual([]);
  });

  it.each(['018000123456', '123', '+1 900 555 1234', "+573001112233'; drop table calls"])(
    'refuses to dial %j',
    async (to) => {
      await expect(
        world.calls.startTest(world.scope, { agentId: world.agentId, to }),
      ).rejects.toMatchObject({ code: 'invalid_phone_number', param: 'to' });
    },
  );

  it("cannot use another organization's agent, nor be seen by it", async () => {
    const call = await start();
    const other = await makeWorld();
    await expect(
      other.calls.startTest(other.scope, { agentId: world.agentId, to: '+573001234567' }),
    ).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.calls.get(other.scope, call.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(other.calls.listEvents(other.scope, call.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(other.calls.getRecording(other.scope, call.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect((await other.calls.list(other.scope, { limit: 10 })).data).toEqual([]);
  });

  it('belongs to the leg it was dialled on: a stream of another leg is turned away', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    const token = tokenOf(world.telephone.dials[0]);
    expect(await world.runtime.claim(token, 'v3:somebody-else')).toBeNull();
    expect(await world.runtime.claim('forged', `v3:${call.id}`)).toBeNull();
    expect(await world.runtime.claim(token, `v3:${call.id}`)).not.toBeNull();
  });
});

describe('dialling', () => {
  it('happens once, however often the job runs', async () => {
    const call = await start();
    await Promise.all([world.runtime.dial(call.id), world.runtime.dial(call.id)]);
    await world.runtime.dial(call.id);
    expect(world.telephone.dials).toHaveLength(1);
  });

  it('ends the call at no charge when the carrier refuses', async () => {
    world.telephone.fail = new ProviderError('telnyx', 'invalid_request', '422');
    const call = await start();
    await world.runtime.dial(call.id);
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'failed',
      cost: { amount: 0 },
    });
    expect((await world.wallet()).held).toBe(0n);
  });

  it.each(['timeout', 'connection', 'unavailable'] as const)(
    'does not take %s for a refusal: the phone may be ringing',
    async (kind) => {
      world.telephone.fail = new ProviderError('telnyx', kind, 'no answer');
      const call = await start();
      await world.runtime.dial(call.id);
      expect(await world.calls.get(world.scope, call.id)).toMatchObject({ status: 'dialing' });
      await world.runtime.onTelephonyEvent(
        event({ type: 'call.initiated', callId: call.id, carrierCallId: `v3:real-${kind}` }),
      );
      expect(
        await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:real-${kind}`),
      ).not.toBeNull();
    },
  );
});

describe('what the carrier reports', () => {
  it.each([
    ['busy', 'busy', 'busy'],
    ['no_answer', 'no_answer', 'no_answer'],
    ['rejected', 'no_answer', 'rejected'],
    ['unknown', 'failed', 'carrier_error'],
  ] as const)('ends an unanswered call on %s', async (cause, status, reason) => {
    const call = await start();
    await world.runtime.dial(call.id);
    const hangup = event({
      type: 'call.hangup',
      cause,
      callId: call.id,
      carrierCallId: `v3:${call.id}`,
    } as never);
    await world.runtime.onTelephonyEvent(hangup);
    await world.runtime.onTelephonyEvent(hangup);
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status,
      end_reason: reason,
      cost: { amount: 0 },
    });
    expect((await world.wallet()).held).toBe(0n);
  });

  it('never brings an ended call back, and is deaf to other legs and unknown calls', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.runtime.onTelephonyEvent(
      event({
        type: 'call.hangup',
        cause: 'busy',
        callId: call.id,
        carrierCallId: 'v3:other',
      } as never),
    );
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({ status: 'dialing' });
    await world.runtime.onTelephonyEvent(
      event({ type: 'call.hangup', cause: 'busy', carrierCallId: `v3:${call.id}` } as never),
    );
    await world.runtime.onTelephonyEvent(
      event({ type: 'call.answered', carrierCallId: `v3:${call.id}` }),
    );
    await world.runtime.onTelephonyEvent(event({ type: 'call.answered', callId: 'call_nonsense' }));
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({ status: 'busy' });
    expect(
      await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`),
    ).toBeNull();
  });

  it('reaches the process that has the call when it says hung up', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`);
    const heard = Promise.withResolvers<string>();
    const stop = await world.runtime.onHangupReported(heard.resolve);
    await world.runtime.onTelephonyEvent(
      event({ type: 'call.hangup', cause: 'normal', carrierCallId: `v3:${call.id}` } as never),
    );
    await expect(heard.promise).resolves.toBe(call.id);
    await stop();
  });
});

describe('the sweep', () => {
  it('settles a call whose process is gone by the last sign of it, and hangs up its leg', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`);
    await world.clock.advance(6_000);
    await world.runtime.heartbeat([call.id]);
    await world.clock.advance(limits.call.leaseMs - 1);
    await world.runtime.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({ status: 'in_progress' });
    await world.clock.advance(2);
    await world.runtime.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'failed',
      end_reason: 'interrupted',
      duration_ms: 6_000,
      cost: { amount: 3_500 },
    });
    // Calls that other tests left open are settled as well: the sweep knows no tenant.
    expect(world.telephone.hangups.filter((id) => id === `v3:${call.id}`)).toHaveLength(1);
    expect(await world.wallet()).toEqual({ balance: 9_965n * PESOS, held: 0n });
  });

  it('settles a call within two missed beats when its process is no longer connected', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`);
    const successor = world.createRuntime();
    await world.clock.advance(2 * limits.call.heartbeatMs);
    await successor.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({ status: 'in_progress' });
    await world.clock.advance(1);
    await successor.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'failed',
      end_reason: 'interrupted',
    });
    expect(await world.wallet()).toMatchObject({ held: 0n });
  });

  it('at the start of the only process takes whatever is open for abandoned, and dials nobody again', async () => {
    const dialled = await start();
    await world.runtime.dial(dialled.id);
    const talking = await start();
    await world.runtime.dial(talking.id);
    await world.runtime.claim(tokenOf(world.telephone.dials[1]), `v3:${talking.id}`);
    await world.runtime.sweep({ alone: true });
    await world.runtime.dial(dialled.id);
    await world.runtime.dial(talking.id);
    expect(world.telephone.dials).toHaveLength(2);
    for (const { id } of [dialled, talking]) {
      expect(await world.calls.get(world.scope, id)).toMatchObject({
        status: 'failed',
        end_reason: 'interrupted',
      });
    }
    expect((await world.wallet()).held).toBe(0n);
  });

  it('queues a call that a crash kept from the queue, unless it has waited for too long', async () => {
    const call = await start();
    world.queued.length = 0;
    await world.clock.advance(6_000);
    await world.runtime.sweep({ alone: false });
    expect(world.queued).toContain(call.id);
    await world.clock.advance(6 * 60_000);
    await world.runtime.sweep({ alone: false });
    expect(await world.calls.get(world.scope, call.id)).toMatchObject({
      status: 'failed',
      end_reason: 'expired',
    });
  });
});

describe('events', () => {
  it('come in order, from any position on, and end with the call', async () => {
    const call = await start();
    await world.runtime.dial(call.id);
    const watch = await world.calls.watchEvents(world.scope, call.id, -1);
    const seen: string[] = [];
    const watching = (async () => {
      for await (const item of watch(new AbortController().signal))
        seen.push(`${item.position} ${item.type}`);
    })();
    const claimed = await world.runtime.claim(tokenOf(world.telephone.dials[0]), `v3:${call.id}`);
    if (!claimed) throw new Error('not claimed');
    const events = [
      { type: 'call.started', atMs: 0, data: {} },
      { type: 'caller.said', atMs: 900, data: { text: 'hola' } },
    ] as const;
    await world.runtime.keep([{ ...claimed, events, turns: [] }]);
    await world.runtime.finish(claimed, {
      reason: 'caller_hangup',
      durationMs: 2_000,
      recording: Uint8Array.of(0),
    });
    await watching;
    expect(seen).toEqual(['0 call.dialing', '1 call.started', '2 caller.said', '3 call.ended']);
    const later = await world.calls.watchEvents(world.scope, call.id, 2);
    const rest = [];
    for await (const item of later(new AbortController().signal)) rest.push(item.type);
    expect(rest).toEqual(['call.ended']);
  });

  it('of many calls are kept at once: each behind its own, a repeated turn once, or none of it', async () => {
    const claims = await Promise.all(
      [await start(), await start()].map(async ({ id }) => {
        await world.runtime.dial(id);
        const dial = world.telephone.dials.find((dial) => dial.callId === id);
        const claimed = await world.runtime.claim(tokenOf(dial), `v3:${id}`);
        if (!claimed) throw new Error('not claimed');
        return claimed;
      }),
    );
    const said = (text: string) => ({ type: 'caller.said' as const, atMs: 1, data: { text } });
    const keep = (texts: readonly string[], turns = [aTurn]) =>
      world.runtime.keep(claims.map((call) => ({ ...call, events: texts.map(said), turns })));
    await keep(['uno', 'dos "comillas" \u{1f35e}']);
    await keep(['tres']);
    await expect(keep(['nunca'], [{ ...aTurn, position: 1.5 }])).rejects.toThrow(/integer/);
    for (const { callId } of claims) {
      const detail = await world.calls.get(world.scope, callId);
      expect(detail.turns).toHaveLength(1);
      const { rows } = await t.pool.query(
        `select position, data->>'text' as text from call_events where call_id = $1 order by 1`,
        [callId],
      );
      expect(rows.map(({ position, text }) => `${position} ${text ?? ''}`.trim())).toEqual([
        '0',
        '1 uno',
        '2 dos "comillas" \u{1f35e}',
        '3 tres',
      ]);
    }
  });

  it('stop when the watcher goes away', async () => {
    const call = await start();
    const gone = new AbortController();
    const watch = await world.calls.watchEvents(world.scope, call.id, -1);
    const watching = (async () => {
      for await (const _ of watch(gone.signal)) expect.unreachable();
    })();
    gone.abort();
    await expect(watching).resolves.toBeUndefined();
  });
});

describe('rules', () => {
  it('take nearest-rank percentiles', () => {
    expect(percentile([], 0.5)).toBeNull();
    expect(percentile([30, 10, 20], 0.5)).toBe(20);
    expect(percentile([30, 10, 20], 0.95)).toBe(30);
  });

  it('know an end for every cause', () => {
    for (const cause of [
      'normal',
      'busy',
      'no_answer',
      'rejected',
      'time_limit',
      'not_found',
      'unknown',
    ] as const) {
      expect(endOfUnanswered(cause).status).not.toBe('completed');
    }
  });
});
