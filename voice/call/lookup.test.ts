import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '@alo/core/kernel';
import { asksForFacts, createLookups } from './lookup.ts';

describe('what is looked up ahead', () => {
  it.each([
    ['¿Cuánto vale la torta?', true],
    ['buenas cuánto vale la torta', true],
    ['¿Y la de chocolate?', true],
    ['Quiero dos almojábanas', true],
    ['¿Tienen parqueadero?', true],
    ['Do you have chocolate cake?', true],
    ['Muchas gracias, eso es todo, hasta luego.', false],
    ['Gracias, ¿y a qué hora cierran?', true],
    ['Sí, señora', false],
    ['Mi nombre es Carlos', false],
    ['Aló', false],
    ['¿Aló?', false],
    ['', false],
  ])('%j: %s', (text, asks) => expect(asksForFacts(text)).toBe(asks));

  function setup(
    search: (query: string, signal: AbortSignal) => Promise<{ text: string; source: string }[]>,
    before = '',
  ) {
    const clock = createVirtualClock();
    const call = new AbortController();
    const lookups = createLookups({
      searchKnowledge: search,
      saidBefore: () => before,
      clock,
      signal: call.signal,
    });
    return { clock, call, lookups };
  }
  const price = [{ text: 'Torta $ 45.000', source: 'p.pdf' }];

  it('is looked up once for the same words', async () => {
    const queries: string[] = [];
    const { lookups, call } = setup(async (query) => (queries.push(query), price));
    lookups.begin('¿cuánto vale la torta?');
    lookups.begin('Cuánto vale la torta');
    expect(await lookups.take('¿Cuánto vale la torta?', call.signal)).toEqual({
      query: '¿cuánto vale la torta?',
      results: price,
    });
    expect(queries).toHaveLength(1);
  });

  it('leans on what was said before where it is short', async () => {
    const queries: string[] = [];
    const { lookups } = setup(
      async (query) => (queries.push(query), price),
      '¿Cuánto vale la torta?',
    );
    lookups.begin('¿Y la de chocolate?');
    lookups.begin('¿A qué hora abren los domingos en el centro?');
    expect(queries).toEqual([
      '¿Cuánto vale la torta? ¿Y la de chocolate?',
      '¿A qué hora abren los domingos en el centro?',
    ]);
  });

  it('is not waited for beyond a quarter of a second, and a failure is nothing found', async () => {
    const slow = setup(() => new Promise(() => undefined));
    const taken = slow.lookups.take('¿Cuánto vale la torta?', slow.call.signal);
    await slow.clock.advance(250);
    expect(await taken).toBeNull();
    expect(slow.clock.pendingTimers).toBe(0);
    const broken = setup(() => Promise.reject(new Error('down')));
    expect(await broken.lookups.take('¿Cuánto vale la torta?', broken.call.signal)).toBeNull();
  });

  it('is nothing for a business without documents', async () => {
    let searches = 0;
    const { lookups, call, clock } = setup(async () => (searches++, []));
    lookups.warmUp();
    await clock.advance(0);
    expect(await lookups.take('¿Cuánto vale la torta?', call.signal)).toBeNull();
    expect(searches).toBe(1);
  });

  it('is stopped when other words replace it', () => {
    const signals: AbortSignal[] = [];
    const { lookups } = setup((_query, signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    lookups.begin('¿Cuánto vale la torta?');
    lookups.begin('¿Cuánto vale la torta de chocolate?');
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  });
});
