import { describe, expect, test } from 'vitest';
import { cleanDeep, cleanText } from './terminal-text.ts';

describe('cleanText', () => {
  test.each([
    ['colours', '\u001b[1;31mrojo\u001b[0m', 'rojo'],
    ['cursor movements', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['the eight-bit CSI', 'a\u009b31mb', 'ab'],
    ['a window title', 'a\u001b]0;malo\u0007b', 'ab'],
    ['a hyperlink ended by ST', '\u001b]8;;http://x\u001b\\aquí\u001b]8;;\u001b\\', 'aquí'],
    ['a device control string that never ends', 'a\u001bPq malo', 'a'],
    ['a lone escape', 'a\u001b', 'a'],
    ['bells, backspaces and carriage returns', 'a\u0007\b\rb', 'ab'],
    ['direction overrides', 'a\u202eb\u2066c', 'abc'],
    ['nothing of ordinary text', 'Año: ¿a 5 €?\n\tSí 🥖', 'Año: ¿a 5 €?\n\tSí 🥖'],
  ])('takes out %s', (_name, given, expected) => {
    expect(cleanText(given)).toBe(expected);
  });
});

test('cleanDeep reaches every string and keeps everything else', () => {
  expect(
    cleanDeep({ a: ['\u001b[1mx', { 'k\u0007': 'y\b' }], n: 1, b: null, u: undefined }),
  ).toEqual({
    a: ['x', { k: 'y' }],
    n: 1,
    b: null,
    u: undefined,
  });
});
