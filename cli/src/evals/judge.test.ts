import type { CallDetail } from '@alo/sdk';
import { describe, expect, it } from 'vitest';
import { turns as someTurns, call as someCall } from '../testing/fake-platform.ts';
import { judge } from './judge.ts';
import type { Scenario } from './scenario.ts';

const scenario: Scenario = {
  name: 'Horario',
  number: '+573001112233',
  lines: ['¿A qué hora abren?'],
  expect: { facts: [], never: [], tools: [] },
  latency: {},
};
const said = (agent: string, more: Partial<CallDetail> = {}) =>
  ({
    ...someCall,
    voice_to_voice_ms: { p50: 640, p95: 900 },
    turns: someTurns.map((turn) => ({
      ...turn,
      agent,
      tool_calls: [{ name: 'search_knowledge', arguments: '{}' }],
    })),
    ...more,
  }) as unknown as CallDetail;
const failures = (change: Partial<Scenario>, call: CallDetail) =>
  judge({ ...scenario, ...change }, call).map((failure) => failure.es);
const facts = (...expected: string[][]) => ({
  expect: { ...scenario.expect, facts: expected },
});

describe('a scenario', () => {
  it('holds where everything was said, in any of the ways, however it is written', () => {
    const call = said('¡Claro! Vale $ 12.500, y ABRIMOS a las seis.');
    expect(failures(facts(['12.500'], ['a las 6', 'a las séis'], ['abrimos']), call)).toEqual([]);
  });
  it('holds however numbers and hours are written', () => {
    const call = said('El sábado de 7:00 a. m. a 7:30 p. m.; la torta vale $78.000 y el pan 1,5.');
    expect(failures(facts(['de 7 a.m.', '7 a. m.'], ['78000'], ['78,000'], ['1,5']), call)).toEqual(
      [],
    );
    expect(failures(facts(['7 p. m.'], ['78'], ['15']), call)).toHaveLength(3);
  });
  it('does not take a part of a word or of a number for it', () => {
    const call = said('Vale 112.500 y abrimos temprano.');
    expect(failures(facts(['12.500'], ['temp', 'prano']), call)).toEqual([
      'no dijo «12.500»',
      'no dijo «temp» o «prano»',
    ]);
  });
  it('fails by what must never be said, and by a tool that was not used', () => {
    const change = { expect: { facts: [], never: ['descuento'], tools: ['send_message'] } };
    expect(failures(change, said('Le hago un descuento.'))).toEqual([
      'dijo «descuento»',
      'no usó send_message',
    ]);
  });
  it('fails by what took too long, and by what was not measured', () => {
    const latency = { p50_ms: 640, p95_ms: 800 };
    expect(failures({ latency }, said('Sí.'))).toEqual(['p95 900 ms > 800 ms']);
    const unmeasured = said('Sí.', { voice_to_voice_ms: null });
    expect(failures({ latency }, unmeasured)).toEqual(['p50 sin medir', 'p95 sin medir']);
  });
  it('fails where the caller was never heard', () => {
    expect(failures({}, said('Sí.', { turns: [] }))).toEqual([
      'no se oyó a quien llamó (tenía 1 frases)',
    ]);
  });
});
