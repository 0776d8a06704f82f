import { describe, expect, test } from 'vitest';
import { bar, formatDuration, formatLatency, formatMoney, pairs, table } from './format.ts';

const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('formatMoney', () => {
  test.each([
    [1_250_000, 'COP', 'es', '$ 12.500'],
    [19_250, 'COP', 'es', '$ 192,50'],
    [1_250_000, 'COP', 'en', '$12,500'],
    [1_205, 'USD', 'en', '$12.05'],
  ] as const)('%i minor units of %s in %s are %s', (amount, currency, lang, expected) => {
    expect(plain(formatMoney({ amount, currency }, lang))).toBe(expected);
  });
});

test.each([
  [0, '0:00'],
  [32_232, '0:32'],
  [67_000, '1:07'],
  [600_000, '10:00'],
])('%i ms last %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});

test('latencies are milliseconds, then seconds', () => {
  expect([
    formatLatency(640, 'es'),
    formatLatency(1_240, 'es'),
    formatLatency(1_240, 'en'),
  ]).toEqual(['640 ms', '1,2 s', '1.2 s']);
});

test('a bar never grows past its width', () => {
  expect([bar(0, 100, 4), bar(50, 100, 4), bar(900, 100, 4)]).toEqual(['░░░░', '██░░', '████']);
});

test('colours take no room in a table', () => {
  const green = '\u001b[32m*\u001b[39m';
  expect(
    table(
      ['', 'ID'],
      [
        [green, 'a'],
        ['', 'b'],
      ],
    ),
  ).toBe(`   ID\n${green}  a\n   b`);
});

test('tables and pairs line up by characters, accents included', () => {
  expect(
    table(
      ['ID', 'QUÉ'],
      [
        ['a', 'señal'],
        ['abc', 'x'],
      ],
    ),
  ).toBe('ID   QUÉ\na    señal\nabc  x');
  expect(
    pairs([
      ['Sí', '1'],
      ['Quizá', '2'],
    ]),
  ).toBe('Sí     1\nQuizá  2');
});
