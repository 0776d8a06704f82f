import fc from 'fast-check';
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

  it.each([
    ['Con mucho gusto,', 'Con mucho gusto,'],
    ['Claro que sí; con gusto', 'Claro que sí;'],
    ['¿Para cuántas personas?', '¿Para cuántas personas?'],
    ['La tenemos disponible.', 'La tenemos disponible.'],
  ])('does not wait for a next word where none can change it: %s', (text, clause) => {
    expect(createChunker().push(text)).toEqual([clause]);
  });

  it.each([
    'Le vale más o menos 45,',
    'Queda en la calle 8.',
    'Hable con la doctora Gral.',
    'Está en el apto.',
    'Atendemos desde las 7 a.',
    'La factura es de Panes S.',
    'Nuestro correo es ventas.',
    'Visite pandeyuca.',
  ])('waits for the next word where it may: %s', (text) => {
    expect(createChunker().push(text)).toEqual([]);
  });

  it('cuts the same wherever the stream is', () => {
    for (const size of [1, 2, 5, 1000]) expect(chunks(text, size)).toEqual(chunks(text, 3));
  });

  it.each([
    ['La torta de chocolate cuesta 1.500 pesos y la de fresa 2,5 dólares hoy.', ['1.500', '2,5']],
    ['Estamos ubicados en la Cra. 7 con calle 45, en el centro de la ciudad.', ['Cra. 7']],
    [
      'Lo puede atender hoy mismo el Sr. Pérez o la Dra. Gómez, como prefiera.',
      ['Sr. Pérez', 'Dra. Gómez'],
    ],
    [
      'El horario de atención es de 8 a.m. a 6 p.m. y los sábados hasta las 2.',
      ['8 a.m. a 6 p.m. y'],
    ],
    [
      'El horario de atención es de 8:00 a. m. a 6:30 p. m. todos los días.',
      ['8:00 a. m. a 6:30 p. m. todos'],
    ],
    [
      'Escríbanos a ventas@pan.com.co o mire www.pan.com.co y con gusto le ayudamos.',
      ['ventas@pan.com.co', 'www.pan.com.co'],
    ],
    [
      'Nos encuentra en la Av. Caracas No. 45-20, y también en el Km. 5 vía La Calera.',
      ['Av. Caracas No. 45-20', 'Km. 5'],
    ],
    [
      'Anote por favor el teléfono: 300 123 4567, y pregunte por Marta en la tienda.',
      ['teléfono: 300 123 4567'],
    ],
    [
      'La factura sale a nombre de Panes del Sol S. A. S. Con eso queda lista su compra.',
      ['S. A. S.'],
    ],
    [
      'Vale unos 3.1416 más o menos, que es el 12.5 % de lo que usted pagó el mes pasado.',
      ['3.1416', '12.5 %'],
    ],
    [
      'El doctor J. Ramírez tiene cita libre el martes 3 de mayo a las 10:30 de la mañana.',
      ['J. Ramírez', '10:30'],
    ],
    [
      'Please meet Mr. Brown at 5 p.m. in St. Louis, he will have the keys for you there.',
      ['Mr. Brown', 'St. Louis'],
    ],
  ])('keeps together what belongs together: %s', (sentence, wholes) => {
    for (const size of [1, 3, 1000]) {
      const out = chunks(sentence, size);
      expect(out.join(' ')).toBe(sentence);
      for (const whole of wholes)
        expect(out.filter((clause) => clause.includes(whole))).toHaveLength(1);
    }
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

  it('keeps the number of an item with it', () => {
    expect(chunks('1. Pan de bono a 2.000 pesos.\n2. Torta de chocolate.', 2)[0]).toBe(
      '1. Pan de bono a 2.000 pesos.',
    );
  });

  it('does not let a first sentence without marks wait for its end', () => {
    const long =
      'Le cuento que la torta de chocolate la tenemos disponible para mañana desde las ocho y se la podemos llevar a su casa sin ningún costo';
    expect(chunks(long, 4)[0]?.length).toBeLessThanOrEqual(60);
    expect(chunks(long, 4).join(' ')).toBe(long);
  });

  it('cuts a long sentence at a comma or before a conjunction', () => {
    const long =
      'Bueno, entonces le confirmo que su pedido son dos tortas de chocolate para doce personas con relleno de arequipe, una docena de empanadas de carne, seis jugos de mora sin azúcar y dos panes franceses que salen del horno a las cuatro de la tarde de hoy mismo';
    const out = chunks(long, 5);
    expect(out.join(' ')).toBe(long);
    expect(out.every((clause) => clause.length <= 170)).toBe(true);
    for (const clause of out.slice(1, -1)) expect(clause).toMatch(/,$/);
  });

  it('does not cut between the tens and the units of a number in words', () => {
    const long =
      'Su saldo pendiente del mes pasado quedó en total en cuarenta y cinco mil pesos exactos menos el abono que hizo';
    expect(chunks(long, 3).some((clause) => clause.endsWith('cuarenta'))).toBe(false);
  });

  it('cuts a text without punctuation at a space', () => {
    const long = 'palabra '.repeat(100).trim();
    const out = chunks(long, 10);
    expect(out.length).toBeGreaterThan(2);
    expect(out.every((chunk) => chunk.length <= 240)).toBe(true);
    expect(out.join(' ')).toBe(long);
  });

  it('loses nothing and stays within bounds, whatever the text and its pieces', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '. ',
        ', ',
        'Sr. ',
        '$1.500 ',
        '8 a. m. ',
        '\n',
        '... ',
        '¿',
        '? ',
        'a@b.co ',
        '😀',
        ' y ',
      ),
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const chunker = createChunker();
        const out = [...pieces.flatMap((part) => chunker.push(part)), ...chunker.flush()];
        const bare = (value: string) => value.replaceAll(/\s+/gu, '');
        expect(bare(out.join(''))).toBe(bare(pieces.join('')));
        for (const clause of out) {
          expect(clause.trim()).toBe(clause);
          expect(clause).not.toBe('');
          expect(clause.length).toBeLessThanOrEqual(256);
        }
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const hostile = ['1.', 'Sr. ', 'a. ', ', ', '\n', 'y ', '"', '...', '\ud83d'].map((part) =>
      part.repeat(100_000 / part.length),
    );
    for (const whole of hostile) {
      const startMs = performance.now();
      chunks(whole, 50);
      expect(performance.now() - startMs).toBeLessThan(2_000);
    }
  });
});
