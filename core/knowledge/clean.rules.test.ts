import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPages } from './clean.rules.ts';

describe('cleanPages', () => {
  it('joins words that a line break parted, and only those', () => {
    expect(cleanPages(['choco-\nlate'])).toBe('chocolate');
    expect(cleanPages(['Coca-\nCola\n3-\n4'])).toBe('Coca-\nCola\n3-\n4');
  });

  it('drops what cannot be seen and evens out spaces', () => {
    expect(
      cleanPages(['\ufeffCa\u0301fe\u00a0\u200b con\tleche\u0000\r\nPan\u00addebono  fino']),
    ).toBe('Cáfe con leche\nPandebono fino');
    expect(cleanPages(['Pan ........... 2.500\nCafé . . . . . 4.000\nTé …… 3.000'])).toBe(
      'Pan 2.500\nCafé 4.000\nTé 3.000',
    );
  });

  it('keeps one of the lines that every page repeats at its edge', () => {
    const pages = [1, 2, 3, 4].map((page) =>
      [
        `La Espiga - Calle 10`,
        '',
        `Producto ${'abcd'[page - 1]} ${page}.000`,
        '',
        `Página ${page} de 4`,
      ].join('\n'),
    );
    const text = cleanPages(pages);
    expect(text.match(/La Espiga/g)).toHaveLength(1);
    expect(text.match(/Página/g)).toHaveLength(1);
    expect(text.match(/Producto/g)).toHaveLength(4);
  });

  it('never takes a row with a price for a footer', () => {
    const pages = ['uno', 'dos', 'tres'].map((name) => `${name}\nIVA incluido\nTalla M $ 20.000`);
    expect(cleanPages(pages).match(/Talla M/g)).toHaveLength(3);
  });

  it('keeps every letter and figure of short documents', () => {
    fc.assert(
      fc.property(fc.array(fc.lorem({ maxCount: 20 }), { maxLength: 2 }), (pages) => {
        const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
        expect(letters(cleanPages(pages))).toBe(letters(pages.join('')));
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const once = cleanPages([text]);
        expect(cleanPages([once])).toBe(once);
      }),
    );
  });
});
