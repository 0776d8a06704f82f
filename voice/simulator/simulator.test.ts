import { describe, expect, it } from 'vitest';
import { invariants } from './invariants.ts';
import { retell } from './retell.ts';
import { observe, simulate, type Observed } from './simulate.ts';

describe('simulated calls', () => {
  it('of a hundred seeds, with everything that goes wrong in them, keep every invariant', async () => {
    const broken = [];
    for (let seed = 1; seed <= 100; seed++) {
      const { violations } = await simulate(seed);
      if (violations.length > 0)
        broken.push({ replay: `npm run sim -- --seed ${seed}`, violations });
    }
    expect(broken).toEqual([]);
  });

  it('of one seed are the same call', async () => {
    expect(await simulate(42)).toEqual(await simulate(42));
  });

  it('are told so that a person can follow them: who said what when, and what held', async () => {
    const told = retell(7, await observe(7), [
      { invariant: 'a call ends once', what: 'it ended 2 times' },
    ]);
    expect(told).toMatch(/^seed 7: caller_hangup after [\d.]+ s\nwhat may go wrong: /);
    expect(told).toMatch(/\n {3}0\.0 {2}agent {3}Aló, buenas, habla con la panadería\.\n/);
    expect(told).toMatch(/\n +[\d.]+ {2}caller {2}quiero saber cuánto vale el \w+, por favor\n/);
    expect(told).toContain('\n✓ metered is call time\n');
    expect(told).toContain('\n✗ a call ends once: it ended 2 times\n');
  });
});

/** A call in which all is well, to be spoilt one thing at a time. */
function fine(): Observed {
  const sound = { mark: 1, text: 'cotano vale diez mil.', bytes: 8_000 };
  const turn = {
    position: 0,
    callerText: 'hola',
    agentText: 'cotano vale diez mil.',
    interrupted: false,
  };
  return {
    outcome: { reason: 'caller_hangup', durationMs: 20_000 },
    endedAtMs: 20_000,
    endings: 1,
    hangups: 0,
    callerHungUp: true,
    finished: [{ token: 'ruvalo', text: 'cuánto vale el ruvalo', atMs: 5_000 }],
    callerSoundsMs: [],
    events: [{ type: 'caller.said', atMs: 5_000, data: { text: 'cuánto vale el ruvalo' } }],
    turns: [{ turn, atMs: 9_000, heardChars: 21 }],
    line: {
      log: [{ atMs: 5_400, event: 'media', mark: 1 }],
      heardMs: new Map([[1, 1_000]]),
      sounded: [
        { atMs: 5_400, mark: 1 },
        { atMs: 7_000, mark: 1 },
      ],
      longestQueueMs: 180,
    },
    mind: {
      answers: [{ token: 'cotano', ended: true }],
      remembered: ['cotano vale diez mil.'],
      mostAtOnce: 1,
    },
    sounds: { made: new Map([[1, sound]]) },
    deeds: [{ what: 'ruvalo', beganMs: 5_100, done: true }],
    funds: [],
    purse: { grantedMicros: 600n, usedMicros: 200n, heldMicros: 0n, settlements: 1 },
    openStreams: 0,
    pendingTimers: 0,
  } as unknown as Observed;
}

describe('what must hold in every call', () => {
  it('holds in one where all is well', () => {
    for (const check of Object.values(invariants)) expect(check(fine())).toEqual([]);
  });

  const spoilt: [keyof typeof invariants, (call: Observed) => object][] = [
    ['one active turn', ({ mind }) => ({ mind: { ...mind, mostAtOnce: 2 } })],
    [
      'no stale audio after a barge-in',
      ({ turns }) => ({
        turns: turns.map((each) => ({
          ...each,
          atMs: 5_000,
          turn: { ...each.turn, interrupted: true },
        })),
      }),
    ],
    [
      'no stale audio after a barge-in',
      ({ turns, line }) => ({
        turns: turns.map((each) => ({
          ...each,
          atMs: 6_000,
          turn: { ...each.turn, interrupted: true },
        })),
        line: { ...line, log: [] },
      }),
    ],
    [
      'history is what was heard',
      ({ turns }) => ({
        turns: turns.map((each) => ({
          ...each,
          turn: { ...each.turn, agentText: 'cotano '.repeat(20) },
        })),
      }),
    ],
    [
      'history is what was heard',
      ({ mind }) => ({ mind: { ...mind, remembered: ['cotano vale veinte mil.'] } }),
    ],
    ['every turn is answered or the call ends', () => ({ events: [] })],
    ['metered is call time', ({ outcome }) => ({ outcome: { ...outcome, durationMs: 19_000 } })],
    ['what was held is settled', ({ purse }) => ({ purse: { ...purse, settlements: 0 } })],
    ['what was held is settled', ({ purse }) => ({ purse: { ...purse, settlements: 2 } })],
    ['what was held is settled', ({ purse }) => ({ purse: { ...purse, heldMicros: 1n } })],
    ['what was held is settled', ({ purse }) => ({ purse: { ...purse, usedMicros: 601n } })],
    [
      'what is done is done once, and only when asked',
      ({ deeds }) => ({ deeds: [...deeds, ...deeds] }),
    ],
    [
      'what is done is done once, and only when asked',
      () => ({ deeds: [{ what: 'ruvalo', beganMs: 4_900, done: false }] }),
    ],
    ['a call ends once', () => ({ endings: 2 })],
    ['a call ends once', () => ({ outcome: undefined })],
    ['a call ends once', () => ({ callerHungUp: false })],
    ['nothing is left behind', () => ({ pendingTimers: 1 })],
    ['nothing is left behind', () => ({ openStreams: 1 })],
    ['queues stay within bounds', ({ line }) => ({ line: { ...line, longestQueueMs: 5_000 } })],
    [
      'no silence while the caller waits',
      ({ line }) => ({ line: { ...line, sounded: [{ atMs: 7_600, mark: 1 }] } }),
    ],
    [
      'no silence while the caller waits',
      ({ turns }) => ({
        turns: turns.map((each) => ({
          atMs: 9_600,
          turn: { ...each.turn, callerText: 'cuánto vale el ruvalo' },
        })),
      }),
    ],
  ];
  it.each(spoilt)('%s: is seen to be broken', (invariant, spoil) => {
    const call = fine();
    expect(invariants[invariant]({ ...call, ...spoil(call) } as Observed)).not.toEqual([]);
  });
});
