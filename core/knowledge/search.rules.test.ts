import { describe, expect, it } from 'vitest';
import { safeFilename, storageName } from './filename.rules.ts';
import { fuseRanks, matchLines, putFirst, rankByWords, wordWeight } from './rank.rules.ts';
import { searchWords } from './query.rules.ts';
import { toVectorText } from './vector.rules.ts';
import { limits } from '../kernel/index.ts';

describe('searchWords', () => {
  it('keeps what a question is about', () => {
    expect(searchWords('Hola, ¿cuánto vale el CAFÉ con leche, por favor?')).toEqual([
      'cafe',
      'leche',
    ]);
    expect(searchWords('¿Tienen almojábanas?')).toEqual(['almojabanas']);
  });

  it('keeps everything where nothing would be left', () => {
    expect(searchWords('¿Qué precios tienen?')).toEqual(['que', 'precios', 'tienen']);
    expect(searchWords('¿?')).toEqual([]);
  });

  it('bounds a speech', () => {
    expect(
      searchWords(Array.from({ length: 500 }, (_, index) => `palabra${index}`).join(' ')),
    ).toHaveLength(40);
  });
});

describe('fuseRanks', () => {
  it('puts first what both rankings have high', () => {
    const fused = fuseRanks([
      ['a', 'b', 'c'],
      ['b', 'd'],
    ]);
    expect(fused.map(([id]) => id)).toEqual(['b', 'a', 'd', 'c']);
    expect(fuseRanks([['a'], ['a']])).toEqual([['a', 1]]);
  });

  it('gives way to a text that has the whole question in one line', () => {
    const fused = fuseRanks([['a', 'b'], ['a']]);
    const ranked = putFirst(fused, new Set(['b'] as const));
    expect(ranked.map(([id]) => id)).toEqual(['b', 'a']);
    expect(ranked[0]?.[1]).toBeGreaterThan(0.5);
  });
});

describe('rankByWords', () => {
  const words = ['pastillas', 'mazda', '2018'].map((word) => ({ word, weight: 1 }));

  it('prefers one row with all the words to several that share them', () => {
    const scattered = 'pastillas kia 2018\nfiltro mazda 2021';
    const together = 'filtro kia 2012\npastilla mazda 2018 $ 50.900';
    const { ranking, complete } = rankByWords(
      [
        { id: 'a', score: 3, folded: scattered },
        { id: 'b', score: 3, folded: together },
      ],
      words,
    );
    expect(ranking).toEqual(['b', 'a']);
    expect([...complete]).toEqual(['b']);
  });

  it('leaves out what has little of what the best has', () => {
    const candidates = [
      { id: 'a', score: 3, folded: 'pastillas mazda 2018' },
      { id: 'b', score: 1, folded: 'abierto desde 2018' },
    ];
    expect(rankByWords(candidates, words).ranking).toEqual(['a']);
  });

  it('sees through plural and gender', () => {
    const asked = ['bujias', 'leches', 'blanca', 'champinones'].map((word) => ({
      word,
      weight: 1,
    }));
    expect(matchLines('bujia leche blanco champinon', asked)).toEqual({
      score: 4,
      isComplete: true,
    });
  });

  it('weighs rare words more', () => {
    expect(wordWeight(100, 1)).toBeGreaterThan(wordWeight(100, 50));
  });
});

describe('safeFilename', () => {
  it.each([
    ['C:\\Users\\ana\\Menú 2026.pdf', 'Menú 2026.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['precios\u202efdp.exe', 'preciosfdp.exe'],
    ['uno\r\ndos\0.pdf', 'unodos.pdf'],
    ['...', 'documento'],
    ['', 'documento'],
  ])('%j is shown as %j', (name, shown) => {
    expect(safeFilename(name)).toBe(shown);
  });

  it('is bounded and keeps its extension', () => {
    const name = safeFilename(`${'ñ'.repeat(500)}.pdf`);
    expect([...name]).toHaveLength(limits.knowledge.filenameCharsMax);
    expect(name.endsWith('.pdf')).toBe(true);
  });
});

describe('storageName', () => {
  it('is plain ASCII', () => {
    expect(storageName('Menú de la semana (2).pdf')).toBe('Menu-de-la-semana-2-.pdf');
    expect(storageName('菜单')).toBe('documento');
  });
});

describe('toVectorText', () => {
  it('writes what pgvector reads and refuses anything else', () => {
    expect(toVectorText([0.5, -1], 2)).toBe('[0.5,-1]');
    expect(() => toVectorText([0.5], 2)).toThrow('a vector of 1 where 2 belong');
    expect(() => toVectorText([0.5, Number.NaN], 2)).toThrow('finite');
  });
});
