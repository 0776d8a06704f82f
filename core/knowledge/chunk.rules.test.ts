import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkContent, chunkText } from './chunk.rules.ts';
import { isBarePrice, isHeading, isPriced } from './line.rules.ts';

const sizes = { chunkChars: 700, overlapChars: 120 };
const small = { chunkChars: 80, overlapChars: 20 };

const row = fc
  .tuple(
    fc.constantFrom('Pandebono', 'Café con leche', 'Torta de chocolate', 'Bandeja paisa', 'Corte'),
    fc.integer({ min: 1, max: 999 }),
  )
  .map(([name, thousands]) => `${name} $ ${thousands}.000`);
const line = fc.oneof(
  row,
  fc.constantFrom('BEBIDAS', 'Horarios:', '# Menú', '', '$ 9.500', 'Ref;Precio', 'pan;2500'),
  fc.lorem({ maxCount: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => text.replace(/\s+/g, ' ')),
);
const document = fc.array(line, { maxLength: 60 }).map((lines) => lines.join('\n'));
const anySizes = fc.record({
  chunkChars: fc.integer({ min: 40, max: 800 }),
  overlapChars: fc.integer({ min: 0, max: 150 }),
});

const lettersOf = (text: string) => text.replace(/\s+/g, '');

describe('chunkText', () => {
  it('loses nothing: without what overlaps, the chunks are the text', () => {
    fc.assert(
      fc.property(document, anySizes, (text, sizes) => {
        const pieces = chunkText(text, sizes).map(({ body }) => lettersOf(body));
        expect(coveredBy(pieces, lettersOf(text))).toBe(lettersOf(text).length);
      }),
    );
  });

  it('never cuts a row with its price', () => {
    fc.assert(
      fc.property(document, anySizes, (text, sizes) => {
        const lines = new Set(chunkText(text, sizes).flatMap(({ body }) => body.split('\n')));
        for (const line of text.split('\n').filter(isPriced)) expect(lines).toContain(line);
      }),
    );
  });

  it('keeps chunks near their size: one row, or a heading and a unit, above it at most', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 80 }), (rows) => {
        for (const chunk of chunkText(rows.join('\n'), sizes)) {
          expect(chunkContent(chunk).length).toBeLessThanOrEqual(sizes.chunkChars);
        }
      }),
    );
  });

  it('cuts a text without a single space, and never through a character', () => {
    const text = '🥐'.repeat(500);
    const chunks = chunkText(text, small);
    expect(chunks.length).toBeGreaterThan(5);
    for (const { body } of chunks) expect(body.isWellFormed()).toBe(true);
  });

  it('names the section again where it goes on in another chunk', () => {
    const rows = Array.from(
      { length: 12 },
      (_, index) => `Jugo número ${index} $ ${index + 3}.500`,
    );
    const chunks = chunkText(['BEBIDAS FRÍAS', ...rows].join('\n'), small);
    expect(chunks.length).toBeGreaterThan(2);
    for (const chunk of chunks) expect(chunkContent(chunk)).toMatch(/^BEBIDAS FRÍAS\n/);
  });

  it('carries the names of the columns along', () => {
    const rows = Array.from({ length: 9 }, (_, index) => `Pizza ${index} 18.000 38.000`);
    const text = ['PIZZAS', 'Sabor Personal Familiar', ...rows].join('\n');
    const last = chunkText(text, small).at(-1);
    expect(last?.heading).toBe('PIZZAS – Sabor Personal Familiar');
  });

  it('starts a new chunk for a new section', () => {
    const section = (name: string) => [
      name,
      ...Array.from({ length: 8 }, (_, i) => `${name} ${i} $ ${i + 1}.000`),
    ];
    const chunks = chunkText([...section('JUGOS'), ...section('TORTAS')].join('\n'), {
      chunkChars: 300,
      overlapChars: 50,
    });
    expect(chunks).toHaveLength(2);
    expect(chunks[1]?.body).toMatch(/^TORTAS\n/);
  });

  it('keeps a name, its description and the price below them together', () => {
    const item = (name: string) => [name, 'con arroz, ensalada y papa criolla', '$ 25.000', ''];
    const text = ['Bandeja paisa', 'Mojarra frita', 'Sobrebarriga'].flatMap(item).join('\n');
    for (const { body } of chunkText(text, small)) {
      expect(body).toMatch(/^\p{Lu}[^\n]+\ncon arroz[^\n]+\n\$ 25\.000/u);
    }
  });

  it('repeats the last sentence of prose in the next chunk, but no row', () => {
    const sentences = Array.from({ length: 8 }, (_, index) => `Esta es la frase ${index}.`);
    const chunks = chunkText(sentences.join(' '), { chunkChars: 60, overlapChars: 30 });
    expect(chunks[1]?.body.startsWith(chunks[0]?.body.split(/(?<=\.) /).at(-1) ?? '?')).toBe(true);
    const rows = Array.from({ length: 8 }, (_, index) => `Arepa ${index} $ 3.000`);
    const bodies = chunkText(rows.join('\n'), small).map(({ body }) => body);
    expect(bodies.join('\n').split('\n')).toEqual(rows);
  });
});

describe('lines', () => {
  it.each([
    'Pandebono $2.500',
    'Pandebono 2500',
    'Corte de dama 45 mil',
    'Café S/ 6.50',
    'Tacos al pastor 3 x 99.00 MXN',
    'Almuerzo del día: 18.000 pesos',
    'Hawaiana 18000 28000',
    'Envío 5k',
  ])('knows a price in %s', (line) => {
    expect(isPriced(line)).toBe(true);
  });

  it.each([
    'Lunes a viernes 8:00 - 18:00',
    'Tel: 311 555 1234',
    'Calle 45 # 12-345',
    'Combo 2',
    'Página 3',
  ])('sees no price in %s', (line) => {
    expect(isPriced(line)).toBe(false);
  });

  it('knows a price that stands alone', () => {
    expect(isBarePrice('$ 25.000')).toBe(true);
    expect(isBarePrice('COP 25.000')).toBe(true);
    expect(isBarePrice('Jugo 25.000')).toBe(false);
  });

  it.each([
    ['BEBIDAS', 'Agua 3.000'],
    ['## Postres', 'de la casa'],
    ['Horarios de atención:', 'Lunes a viernes'],
    ['Desayunos', 'Calentado 12.000'],
    ['Producto;Precio', 'Pan;2500'],
  ])('takes %s for a heading', (line, next) => {
    expect(isHeading(line, next)).toBe(true);
  });

  it.each([
    ['Agua 3.000', 'Jugo 8.000'],
    ['PECHUGA A LA PLANCHA', '$ 22.000'],
    ['Abrimos todos los días.', 'Agua 3.000'],
    ['con queso y bocadillo', 'Agua 3.000'],
    ['- Sin gluten', 'Agua 3.000'],
  ])('does not take %s for a heading', (line, next) => {
    expect(isHeading(line, next)).toBe(false);
  });
});

/**
 * How much of `whole` the pieces cover from its start, in order and without a gap; each may repeat the
 * end of what came before. Where a text repeats itself a piece fits in several places: all are followed.
 */
function coveredBy(pieces: readonly string[], whole: string): number {
  let ends = new Set([0]);
  for (const piece of pieces) {
    const next = new Set<number>();
    for (const end of ends) {
      for (let start = Math.max(0, end - piece.length); start <= end; start += 1) {
        if (whole.startsWith(piece, start)) next.add(Math.max(end, start + piece.length));
      }
    }
    ends = next;
  }
  return Math.max(0, ...ends);
}

describe('what a line is', () => {
  it('a labelled price alone belongs to the lines above it', () => {
    expect(isBarePrice('Precio: $ 2.050.000')).toBe(true);
    expect(isBarePrice('Cama queen $ 2.050.000')).toBe(false);
  });

  it('columns named with a figure head a table all the same; a row of it does not', () => {
    expect(isHeading('Arreglo | iPhone 12 | iPhone 13', 'Pantalla | $ 890 | $ 990')).toBe(true);
    expect(isHeading('Batería | $ 450 | $ 490', 'Pantalla | $ 890 | $ 990')).toBe(false);
  });
});
