import fc from 'fast-check';
import { languages } from '@alo/core/kernel';
import { describe, expect, it } from 'vitest';
import { turnPacks } from './turn-pack.ts';

describe('the Spanish turn pack', () => {
  const { overlap, patience, asked: askedWith } = turnPacks.es;

  it.each(['ajá', 'listo', 'sí señora', 'mm', 'OK', '¡Dale!', 'ah ya, claro', 'órale', 'ya po'])(
    'goes on over «%s»',
    (text) => expect(overlap(text)).toBe('backchannel'),
  );

  it.each(['espere', 'no, no', 'aló?', 'ya no', 'bueno, pero', 'claro que no', 'quería otra cosa'])(
    'gives way to «%s»',
    (text) => expect(overlap(text)).toBe('interruption'),
  );

  it('waits for the rest of what it asked for', () => {
    const asked = askedWith('¿Me regala su número de celular?');
    expect(patience({ text: 'trescientos doce cuatro cinco seis', asked })).toMatchObject({
      reason: 'dictation',
    });
    expect(patience({ text: '312 456 7890', asked }).extraMs).toBe(0);
  });

  it('does not wait after a whole sentence', () => {
    expect(patience({ text: 'quiero dos panes y' }).reason).toBe('incomplete');
    expect(patience({ text: 'Quiero dos panes y un café.' })).toEqual({
      extraMs: 0,
      reason: 'complete',
    });
  });
});

describe.each(languages)('the turn pack of %s', (language) => {
  const { overlap, patience, asked } = turnPacks[language];

  it('answers any text, and never waits for longer than somebody searches a purse', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ maxLength: 60 }),
        (text, agentSaid) => {
          expect(['backchannel', 'interruption', 'unclear']).toContain(overlap(text));
          const { extraMs, reason } = patience({ text, asked: asked(agentSaid) });
          expect(extraMs).toBeGreaterThanOrEqual(0);
          expect(extraMs).toBeLessThanOrEqual(3_000);
          expect(extraMs === 0).toBe(reason === 'complete');
        },
      ),
    );
  });

  it('takes no longer for an endless text than for a long one', () => {
    const hostile = [
      'ajá ',
      '1 ',
      'a@',
      'calle ',
      'b ',
      'de ',
      'uno ',
      '. ',
      'mil ',
      'y ',
      'be de ',
    ];
    const startMs = performance.now();
    for (const part of hostile) {
      const text = part.repeat(1_000_000 / part.length);
      overlap(text);
      patience({ text, asked: asked(text) });
    }
    expect(performance.now() - startMs).toBeLessThan(3_000);
  });
});
