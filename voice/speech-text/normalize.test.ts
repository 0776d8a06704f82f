import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { languages, type Language } from '@alo/core/kernel';
import { describe, expect, it } from 'vitest';
import { normalizeForSpeech } from './normalize.ts';

/** Lines "written ⇒ spoken"; `\n` stands for a line's end. */
function golden(language: Language): [written: string, spoken: string][] {
  const file = readFileSync(new URL(`golden/${language}.txt`, import.meta.url), 'utf8');
  return file
    .split('\n')
    .filter((line) => line.includes(' ⇒ '))
    .map((line) => line.split(' ⇒ ', 2))
    .map(([written = '', spoken = '']) => [written.replaceAll(String.raw`\n`, '\n'), spoken]);
}

describe.each(languages)('what is said in %s', (language) => {
  const lines = golden(language);

  it.each(lines)('%j is said %j', (written, spoken) => {
    expect(normalizeForSpeech(written, language)).toBe(spoken);
  });

  it('is said the same when it is read again', () => {
    for (const [, spoken] of lines) expect(normalizeForSpeech(spoken, language)).toBe(spoken);
  });
});

describe('the normaliser', () => {
  const words =
    'hola señora claro que sí mañana torta pan chocolate para la quiere y el domicilio listo'.split(
      ' ',
    );
  const prose = fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(' ', ', ', ' ')), {
      minLength: 1,
      maxLength: 30,
    })
    .map(
      (parts) =>
        `${parts
          .map(([word, gap]) => word + gap)
          .join('')
          .replace(/[ ,]+$/, '')}.`,
    );
  const digit = fc.integer({ min: 0, max: 9 });
  const written = fc.oneof(
    fc.nat(99_999_999).map((n) => `$${n.toLocaleString('es-CO')}`),
    fc.nat(2_000_000_000).map(String),
    fc.nat(5_000).map((n) => `${n} kg`),
    fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => `${h}:${String(m).padStart(2, '0')}`),
    fc
      .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 12 }))
      .map(([d, m]) => `${d}/${m}/2026`),
    fc
      .tuple(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 99 }),
      )
      .map(([a, b, c]) => `Cra ${a} # ${b}-${c}`),
    fc.array(digit, { minLength: 10, maxLength: 10 }).map((digits) => `+57 ${digits.join('')}`),
    fc.nat(100).map((n) => `${n}%`),
    fc.nat(99).map((n) => `juan${n}@pan.com.co`),
    fc.constantFrom(
      '8 a. m.',
      '1/2 libra',
      '3er piso',
      'Siglo XXI',
      'Sr. Pérez',
      'etc.',
      '10-12',
      '**pan**',
      '🎂',
    ),
  );
  const mixed = fc
    .array(fc.oneof(prose, written), { maxLength: 8 })
    .map((parts) => parts.join(' '));
  const noisy = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc
      .array(
        fc.constantFrom(
          '$',
          '1',
          '.',
          ',',
          ':',
          '/',
          '-',
          '#',
          '@',
          ' ',
          'a',
          'X',
          'Cra',
          'No.',
          '%',
          '\n',
          '|',
          '*',
          '_',
          '[',
          '](',
          'p. m.',
          'º',
          '+',
        ),
        { maxLength: 60 },
      )
      .map((parts) => parts.join('')),
  );

  it('leaves plain prose alone', () => {
    fc.assert(
      fc.property(prose, (text) => {
        expect(normalizeForSpeech(text, 'es')).toBe(text);
      }),
    );
  });

  it.each(languages)('says every digit, and what it says it says again, in %s', (language) => {
    fc.assert(
      fc.property(mixed, (text) => {
        const said = normalizeForSpeech(text, language);
        expect(said).not.toMatch(/\d/);
        expect(normalizeForSpeech(said, language)).toBe(said);
      }),
    );
  });

  it.each(languages)('loses no plain word among what it reads out, in %s', (language) => {
    fc.assert(
      fc.property(prose, written, prose, (before, middle, after) => {
        const said = normalizeForSpeech(`${before} ${middle} ${after}`, language);
        expect(said.startsWith(before.slice(0, -1))).toBe(true);
        expect(said.endsWith(after)).toBe(true);
      }),
    );
  });

  it.each(languages)('takes any text, and leaves no digit in it, in %s', (language) => {
    fc.assert(
      fc.property(noisy, (text) => {
        expect(normalizeForSpeech(text, language)).not.toMatch(/\d/);
      }),
      { numRuns: 500 },
    );
  });

  it('says the same text in each language as that language says it, however often', () => {
    for (let times = 0; times < 2; times++) {
      expect(normalizeForSpeech('10%', 'es')).toBe('diez por ciento');
      expect(normalizeForSpeech('10%', 'en')).toBe('ten percent');
    }
  });

  it.each(languages)('takes time in proportion to the text, in %s', (language) => {
    const parts = [
      '1',
      '1.',
      '1,',
      '$',
      'a',
      'a.',
      '@',
      'a@',
      'a@b.',
      '1/',
      '12:',
      '1-',
      '1 ',
      'Cra 7 ',
      '# 1-',
      'Sr. ',
      'X',
      '**',
      '_',
      '[',
      '(',
      '|',
      '<a',
      '\n',
      ' ',
      '+1',
      'http://',
      'www.',
      '¿',
      ':)',
      '½',
    ];
    const slow: string[] = [];
    for (const part of parts) {
      const text = part.repeat(20_000 / part.length);
      const startMs = performance.now();
      normalizeForSpeech(text, language);
      if (performance.now() - startMs > 3_000) slow.push(part);
    }
    expect(slow).toEqual([]);
  });
});
