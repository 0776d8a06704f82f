import { describe, expect, it } from 'vitest';
import { createCaller, helloText, stepCaller, type CallerLine } from './caller.ts';

interface Happening {
  readonly atMs: number;
  readonly does: string;
}

/**
 * Runs a caller for `untilMs` against an agent who makes sound during `agent` (spans in ms) and
 * returns what the caller did and when. Each of the caller's lines lasts 1 s.
 */
function converse(
  lines: readonly CallerLine[],
  agent: readonly [number, number][],
  untilMs: number,
) {
  let state = createCaller(lines);
  let talkingUntilMs = 0;
  const happened: Happening[] = [];
  const tell = (event: Parameters<typeof stepCaller>[1]) => {
    const step = stepCaller(state, event);
    state = step.state;
    for (const effect of step.effects) {
      happened.push({
        atMs: event.atMs,
        does: effect.type === 'say' ? effect.text : effect.reason,
      });
      if (effect.type === 'say') talkingUntilMs = event.atMs + 1_000;
    }
  };
  tell({ type: 'answered', atMs: 0 });
  for (let atMs = 0; atMs < untilMs; atMs += 20) {
    if (state.phase === 'speaking' && atMs >= talkingUntilMs) tell({ type: 'said', atMs });
    tell({ type: 'heard', atMs, audible: agent.some(([from, to]) => atMs >= from && atMs < to) });
  }
  return happened;
}

const say = (...texts: string[]): CallerLine[] => texts.map((text) => ({ say: text }));

describe('the caller', () => {
  it('speaks 700 ms after the agent has, and not in a pause', () => {
    expect(
      converse(
        say('hola'),
        [
          [200, 1_000],
          [1_500, 2_000],
        ],
        3_000,
      ),
    ).toEqual([{ atMs: 2_680, does: 'hola' }]);
  });

  it('says its lines one for each turn of the agent', () => {
    const agent: [number, number][] = [
      [0, 1_000],
      [4_000, 5_000],
    ];
    expect(converse(say('uno', 'dos'), agent, 6_000)).toEqual([
      { atMs: 1_680, does: 'uno' },
      { atMs: 5_680, does: 'dos' },
    ]);
  });

  it('says nothing more until the agent has answered', () => {
    expect(converse(say('uno', 'dos'), [[0, 1_000]], 10_000)).toEqual([
      { atMs: 1_680, does: 'uno' },
    ]);
  });

  it('does not take a click for speech', () => {
    const happened = converse(say('uno'), [[1_000, 1_040]], 3_900);
    expect(happened).toEqual([]);
  });

  it('asks ¿Aló? once when nobody speaks for 4 s, which costs no line', () => {
    const agent: [number, number][] = [[6_000, 7_000]];
    expect(converse(say('uno'), agent, 9_000)).toEqual([
      { atMs: 4_000, does: helloText },
      { atMs: 7_680, does: 'uno' },
    ]);
  });

  it('hangs up after 20 s of mutual silence', () => {
    expect(converse(say('uno'), [], 40_000)).toEqual([
      { atMs: 4_000, does: helloText },
      { atMs: 25_000, does: 'silence' },
    ]);
    expect(converse(say('uno', 'dos'), [[0, 1_000]], 40_000)).toEqual([
      { atMs: 1_680, does: 'uno' },
      { atMs: 22_680, does: 'silence' },
    ]);
  });

  it('hangs up 4 s after the agent answered the last line, if the agent does not', () => {
    const agent: [number, number][] = [
      [0, 1_000],
      [3_000, 4_000],
      [6_000, 7_000],
    ];
    expect(converse(say('chao'), agent, 20_000)).toEqual([
      { atMs: 1_680, does: 'chao' },
      { atMs: 10_980, does: 'finished' },
    ]);
  });

  it('who has nothing to say listens, then hangs up', () => {
    expect(converse([], [[0, 2_000]], 20_000)).toEqual([{ atMs: 5_980, does: 'finished' }]);
  });

  it('interrupts as long after the agent begins as the line says', () => {
    const lines = [{ say: 'espere', interruptAfterMs: 500 }, { say: 'gracias' }];
    expect(converse(lines, [[1_000, 9_000]], 11_000)).toEqual([
      { atMs: 1_500, does: 'espere' },
      { atMs: 9_680, does: 'gracias' },
    ]);
  });

  it('interrupts an agent who is done before that in the ordinary way', () => {
    const lines = [{ say: 'espere', interruptAfterMs: 5_000 }];
    expect(converse(lines, [[0, 1_000]], 3_000)).toEqual([{ atMs: 1_680, does: 'espere' }]);
  });

  it('does nothing before the answer and nothing after hanging up', () => {
    const fresh = createCaller(say('uno'));
    expect(stepCaller(fresh, { type: 'heard', atMs: 50_000, audible: true })).toEqual({
      state: fresh,
      effects: [],
    });
    expect(stepCaller(fresh, { type: 'said', atMs: 5 }).state).toBe(fresh);
    expect(
      converse(
        [],
        [
          [0, 1_000],
          [10_000, 11_000],
        ],
        60_000,
      ),
    ).toHaveLength(1);
  });
});
