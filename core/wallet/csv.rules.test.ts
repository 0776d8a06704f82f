import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecord, type CsvCell } from './csv.rules.ts';

/** Reads RFC 4180 by its grammar, and nothing else. */
function parse(text: string): string[][] {
  const records: string[][] = [];
  let rest = text;
  while (rest !== '') {
    const record: string[] = [];
    for (;;) {
      const [whole = '', quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest) ?? [];
      record.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
      rest = rest.slice(whole.length);
      if (!rest.startsWith(',')) break;
      rest = rest.slice(1);
    }
    if (!rest.startsWith('\r\n')) throw new Error(`no end of record: ${rest.slice(0, 20)}`);
    rest = rest.slice(2);
    records.push(record);
  }
  return records;
}

describe('a CSV record', () => {
  it.each([
    ['plain', ['a', 'b'], 'a,b\r\n'],
    ['a comma', ['a,b'], '"a,b"\r\n'],
    ['a quote', ['di "hola"'], '"di ""hola"""\r\n'],
    ['a line break', ['a\r\nb'], '"a\r\nb"\r\n'],
    ['a formula', ['=1+1'], "'=1+1\r\n"],
    ['a formula with a quote', ['=HYPERLINK("x")'], `"'=HYPERLINK(""x"")"\r\n`],
    ['a figure', [{ figure: '-350.00' }], '-350.00\r\n'],
  ] as [string, CsvCell[], string][])('with %s', (_what, cells, text) => {
    expect(csvRecord(cells)).toBe(text);
  });

  it.each(['=', '+', '-', '@', '\t=', '\r=', ' =', '\u00a0@', '＝', '＋', '－', '＠', '\u0000='])(
    'takes the teeth out of %j',
    (start) => {
      expect(parse(csvRecord([`${start}cmd|' /C calc'!A0`]))[0]?.[0]?.startsWith("'")).toBe(true);
    },
  );

  const evil = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', ' ', 'a', 'ñ', '💸'),
  });

  it('says what it was given, whatever that is, and never a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(evil, { minLength: 1, maxLength: 5 }), { maxLength: 5 }),
        (rows) => {
          const read = parse(rows.map((row) => csvRecord(row)).join(''));
          // A record of one empty field is an empty line, which the grammar reads as just that.
          expect(read).toHaveLength(rows.length);
          read.forEach((record, at) => {
            record.forEach((field, column) => {
              expect(field).not.toMatch(/^[\s\p{Cc}]*[=+\-@]/u);
              expect([field, field.replace(/^'/, '')]).toContain(rows[at]?.[column]);
            });
          });
        },
      ),
    );
  });
});
