import type { CallEvent } from '@alo/sdk';
import { describe, expect, test } from 'vitest';
import { callEvents } from '../testing/fake-platform.ts';
import { callReducer, costSoFar, newCallState, type CallState } from './call-state.ts';

const event = (type: string, data: object = {}, atMs = 0) =>
  ({ type, position: 0, at_ms: atMs, data }) as unknown as CallEvent;
const after = (...events: CallEvent[]): CallState =>
  events.reduce(callReducer, newCallState('+57'));

describe('a call on the screen', () => {
  test('goes from its first event to its last', () => {
    const state = after(...(callEvents as unknown as CallEvent[]));
    expect(state).toMatchObject({
      phase: 'ended',
      speaking: null,
      hearing: '',
      latencies: [640],
      atMs: 32_232,
      outcome: {
        status: 'completed',
        durationMs: 32_232,
        cost: { amount: 19_250, currency: 'COP' },
      },
    });
    expect(state.said.map(({ who, text, latencyMs }) => [who, text, latencyMs])).toEqual([
      ['agent', 'Panadería, buenas.', undefined],
      ['caller', '¿A qué hora abren?', undefined],
      ['agent', 'A las seis.', 640],
    ]);
  });

  test('joins what the agent says in pieces, also around a tool', () => {
    const pieces = [
      event('agent.speaking', { text: 'Con' }),
      event('agent.speaking', { text: 'gusto.' }),
      event('tool.called', { name: 'end_call' }),
      event('agent.speaking', { text: 'Hasta luego.' }),
    ];
    expect(after(...pieces).said.map((one) => one.text)).toEqual([
      'Con gusto.',
      'end_call',
      'Hasta luego.',
    ]);
    const heard = event('turn.completed', {
      agent: 'Con gusto. Hasta luego.',
      voice_to_voice_ms: 500,
    });
    expect(after(...pieces, heard).said.map((one) => one.text)).toEqual([
      'end_call',
      'Con gusto. Hasta luego.',
    ]);
  });

  test('shows what was heard, not what was going to be said, when the caller interrupts', () => {
    const state = after(
      event('agent.speaking', { text: 'Tenemos pan, torta, almojábana' }),
      event('turn.completed', {
        agent: 'Tenemos pan,',
        interrupted: true,
        voice_to_voice_ms: null,
      }),
    );
    expect(state.said).toEqual([{ who: 'agent', text: 'Tenemos pan,', settled: true }]);
  });

  test('leaves what was cut short before what cut it', () => {
    const state = after(
      event('agent.speaking', { text: 'La torta vale 78.000 pesos.' }),
      event('operator.took_over'),
      event('turn.completed', { agent: 'La torta vale', interrupted: true }),
    );
    expect(state.said.map(({ text }) => text)).toEqual(['La torta vale', 'operator.took_over']);
  });

  test('does not mind events it does not know, nor data of another shape', () => {
    const state = after(
      event('call.moved'),
      event('caller.said', { text: 7 }),
      event('call.ended', { cost: 'x' }),
    );
    expect(state).toMatchObject({
      phase: 'ended',
      outcome: { status: '', durationMs: null, cost: null },
    });
  });
});

test.each([
  [1, 1, 0, 0],
  [1, 1, 1, 584],
  [1, 1, 60_000, 35_000],
  [1, 1, 60_001, 35_584],
  [60, 60, 0, 0],
  [60, 60, 1, 35_000],
  [60, 60, 60_001, 70_000],
  [30, 6, 30_001, 21_000],
])('by %i s and then %i s, %i ms cost %i', (first, next, elapsedMs, expected) => {
  const price = {
    rate_per_minute: { amount: 35_000, currency: 'COP' as const },
    rounding: { first_seconds: first, next_seconds: next },
  };
  expect(costSoFar(price, elapsedMs)).toBe(expected);
});
