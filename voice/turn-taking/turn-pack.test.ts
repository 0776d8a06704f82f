import { describe, expect, it } from 'vitest';
import { turnPacks } from './turn-pack.ts';

describe('the Spanish turn pack', () => {
  const { overlap, patience } = turnPacks.es;

  it.each(['ajá', 'listo', 'sí señora', 'mm', 'OK', '¡Dale!', 'ah ya, claro', 'órale', 'ya po'])(
    'goes on over «%s»',
    (text) => expect(overlap(text)).toBe('backchannel'),
  );

  it.each(['espere', 'no, no', 'aló?', 'ya no', 'bueno, pero', 'claro que no', 'quería otra cosa'])(
    'gives way to «%s»',
    (text) => expect(overlap(text)).toBe('interruption'),
  );

  it('waits for the rest of what it asked for', () => {
    const agentAsked = '¿Me regala su número de celular?';
    expect(patience({ text: 'trescientos doce cuatro cinco seis', agentAsked })).toMatchObject({
      reason: 'dictation',
    });
    expect(patience({ text: '312 456 7890', agentAsked }).extraMs).toBe(0);
  });

  it('does not wait after a whole sentence', () => {
    expect(patience({ text: 'quiero dos panes y' }).reason).toBe('incomplete');
    expect(patience({ text: 'Quiero dos panes y un café.' })).toEqual({
      extraMs: 0,
      reason: 'complete',
    });
  });
});
