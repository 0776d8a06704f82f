import { describe, expect, it } from 'vitest';
import { createChunker } from './chunker.ts';

/** Feeds the text in pieces of `size` characters, as a model streams it. */
function chunks(text: string, size: number): string[] {
  const chunker = createChunker();
  const out: string[] = [];
  for (let i = 0; i < text.length; i += size) out.push(...chunker.push(text.slice(i, i + size)));
  return [...out, ...chunker.flush()];
}

describe('the chunker', () => {
  const text =
    'Claro que sí, la torta de chocolate vale $ 45.000 y la de vainilla 38.500. Abrimos a las 7:30. ¿Le aparto una para mañana?';

  it.each([1, 3, 7, 1000])('loses and invents nothing, in pieces of %i characters', (size) => {
    expect(chunks(text, size).join(' ')).toBe(text);
  });

  it('gives the first clause out early', () => {
    expect(chunks(text, 4)[0]).toBe('Claro que sí,');
  });

  it('does not cut inside amounts and times', () => {
    const out = chunks(text, 1);
    for (const whole of ['45.000', '38.500', '7:30'])
      expect(out.some((chunk) => chunk.includes(whole))).toBe(true);
  });

  it('does not cut an abbreviation in two', () => {
    const hours = 'Atendemos el sábado de 7:00 a. m. a 7:00 p. m. ¿Desea algo más?';
    for (const size of [1, 3, 1000]) {
      expect(chunks(hours, size)).toEqual([
        'Atendemos el sábado de 7:00 a. m. a 7:00 p. m.',
        '¿Desea algo más?',
      ]);
    }
  });

  it('cuts a text without punctuation at a space', () => {
    const long = 'palabra '.repeat(100).trim();
    const out = chunks(long, 10);
    expect(out.length).toBeGreaterThan(2);
    expect(out.every((chunk) => chunk.length <= 240)).toBe(true);
    expect(out.join(' ')).toBe(long);
  });
});
