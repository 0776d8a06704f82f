import { describe, expect, it } from 'vitest';
import { languages } from '@alo/core/kernel';
import { loadCases } from './case-files.ts';
import { readCases, score, total } from './score.ts';

const cases = loadCases();

describe('the labelled cases', () => {
  it.each(languages)('are answered rightly, held-out ones too, in %s', (language) => {
    const { kinds } = score(cases.filter((item) => item.language === language));
    for (const part of ['tuned', 'heldOut'] as const) {
      const { right, of } = total(kinds.map((kind) => kind[part]));
      expect(of).toBeGreaterThan(20);
      expect(right / of).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('are of all kinds, and none is there twice', () => {
    const spanish = cases.filter((item) => item.language === 'es');
    expect(spanish.length).toBeGreaterThan(600);
    const keys = spanish.map((item) =>
      JSON.stringify([item.kind === item.right ? item.right : '', item.text, item.asked]),
    );
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
  });

  it('mean the same when the recogniser writes neither accents nor punctuation', () => {
    const spoken = cases.filter((item) => !/[?…@#\d+-]|\.\.|,$/.test(item.text));
    const bare = spoken.map((item) => ({
      ...item,
      text: item.text
        .normalize('NFD')
        .replaceAll(/\p{M}/gu, '')
        .toLowerCase()
        .replaceAll(/[.,;:¡!¿]/g, ''),
    }));
    const { right, of } = total(score(bare).kinds.flatMap((kind) => [kind.tuned, kind.heldOut]));
    expect(right / of).toBeGreaterThanOrEqual(0.95);
  });

  it('are refused in another shape', () => {
    expect(() => readCases('es', { overlap: { applause: ['bravo'] } })).toThrow(/applause/);
    expect(() => readCases('es', { patience: [{ asked: '¿Sí?' }] })).toThrow(/kind/);
    expect(() => readCases('es', ['ajá'])).toThrow(/object/);
  });
});
