import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createVirtualClock, newId, type Id } from '../kernel/index.ts';
import type { TurnRecord } from './call-records.ts';
import { createCallWatcher, type CallWatcher } from './call-watcher.ts';
import { latencyQuerySchema } from './latency.schema.ts';
import { createLatencyService } from './latency.service.ts';
import { createWorld, type World } from './testing.ts';

const DAY_MS = 86_400_000;
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

const turn = (position: number, waitMs: number | null, more: Partial<TurnRecord>): TurnRecord => ({
  position,
  callerText: 'hola',
  agentText: 'buenas',
  interrupted: false,
  toolCalls: [],
  callerEndMs: waitMs === null ? null : 1_000,
  endOfTurnMs: 1_200,
  speculativeStartMs: null,
  llmFirstTokenMs: 1_300,
  ttsFirstByteMs: 1_400,
  fillerOutMs: null,
  audioOutMs: waitMs === null ? 900 : 1_000 + waitMs,
  toolMs: 0,
  failure: null,
  cause: waitMs === null ? null : 'endpointing',
  ...more,
});

async function keep(turns: readonly TurnRecord[]): Promise<Id<'call'>> {
  const { id } = await world.calls.startTest(world.scope, {
    agentId: world.agentId,
    to: '+573001234567',
  });
  await world.runtime.keep([
    { callId: id as Id<'call'>, orgId: world.scope.orgId, events: [], turns },
  ]);
  return id as Id<'call'>;
}
const report = (scope = world.scope, sinceMs = 7 * DAY_MS) =>
  createLatencyService({ db: t.db, clock: world.clock }).report(scope, sinceMs);

describe('the latency ledger', () => {
  it('keeps why each caller waited, and shows it with the turn', async () => {
    const id = await keep([
      turn(0, 950, { cause: 'tool', toolMs: 610, speculativeStartMs: 1_100, fillerOutMs: 1_500 }),
      turn(1, 700, { cause: 'model', failure: 'groq:timeout' }),
    ]);
    const { turns } = await world.calls.get(world.scope, id);
    expect(turns).toMatchObject([
      {
        voice_to_voice_ms: 950,
        cause: 'tool',
        tool_ms: 610,
        speculative_start_ms: 1_100,
        filler_out_ms: 1_500,
        failure: null,
      },
      { voice_to_voice_ms: 700, cause: 'model', tool_ms: 0, failure: 'groq:timeout' },
    ]);
  });

  it('adds up the share over the target by cause; what answers nobody is not in it', async () => {
    await keep([
      turn(0, null, { callerText: null }),
      turn(1, 500, { speculativeStartMs: 1_050 }),
      turn(2, 800, {}),
    ]);
    await keep([turn(0, 900, { cause: 'model', failure: 'groq:timeout' }), turn(1, 1_600, {})]);
    expect(await report()).toMatchObject({
      calls: 2,
      turns: 4,
      target_ms: 800,
      voice_to_voice_ms: { p50: 800, p95: 1_600, p99: 1_600 },
      over_target: { turns: 2, share: 0.5 },
      speculated: 1,
      failed: 1,
      causes: [
        { cause: 'endpointing', turns: 3, p50: 800, p95: 1_600, over_target: 1, share: 0.25 },
        { cause: 'model', turns: 1, p50: 900, p95: 900, over_target: 1, share: 0.25 },
      ],
    });
  });

  it("leaves out older calls and other organizations' calls", async () => {
    await keep([turn(0, 500, {})]);
    const nothing = { calls: 0, turns: 0, voice_to_voice_ms: null, causes: [] };
    expect(await report({ orgId: newId('org') })).toMatchObject(nothing);
    await world.clock.advance(2 * DAY_MS);
    expect(await report(world.scope, DAY_MS)).toMatchObject({
      ...nothing,
      over_target: { turns: 0, share: 0 },
    });
    expect(await report(world.scope, 3 * DAY_MS)).toMatchObject({ turns: 1 });
  });
});

describe('how far back', () => {
  it.each([
    ['90m', 5_400_000],
    ['24h', DAY_MS],
    ['7d', 7 * DAY_MS],
  ])('%s is %d ms', (since, ms) => {
    expect(latencyQuerySchema.parse({ since })).toEqual({ since: ms });
  });
  it('is 7 days where nothing is said', () => {
    expect(latencyQuerySchema.parse({})).toEqual({ since: 7 * DAY_MS });
  });
  it.each(['', '0d', '-1d', '7', '7w', '1.5h', '91d', '99999m', ' 7d'])('is not "%s"', (since) => {
    expect(latencyQuerySchema.safeParse({ since }).success).toBe(false);
  });
});
