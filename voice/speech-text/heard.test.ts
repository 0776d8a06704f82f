import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heardWords, speechMs } from './heard.ts';
import { normalizeForSpeech } from './normalize.ts';

const spoken = (text: string) => normalizeForSpeech(text, 'es');

describe('what had been heard', () => {
  const text = 'La torta vale $1.250.000 y el pan dos mil';

  it('counts a price by the time it takes to say', () => {
    // Half of the audio is past "la torta vale", within "un millón doscientos cincuenta mil pesos".
    expect(heardWords(text, 0.5, spoken)).toBe('La torta vale');
    expect(heardWords(text, 0.77, spoken)).toBe('La torta vale $1.250.000');
    expect(speechMs('$1.250.000', spoken)).toBeGreaterThan(3 * speechMs('pan de bono', spoken));
  });

  it('is nothing at the beginning and everything at the end', () => {
    expect(heardWords(text, 0, spoken)).toBe('');
    expect(heardWords(text, 1, spoken)).toBe(text);
  });

  it('only grows, by whole words of what was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('hola', '$5.000', 'Cra', '7', '#', '8:00', 'torta,', '😀'), {
          minLength: 1,
        }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (words, a, b) => {
          const whole = words.join(' ');
          const [less, more] = [Math.min(a, b), Math.max(a, b)].map((share) =>
            heardWords(whole, share, spoken),
          );
          expect(`${whole} `.startsWith(more === '' ? '' : `${more} `)).toBe(true);
          expect(more?.startsWith(less ?? '')).toBe(true);
        },
      ),
    );
  });
});
