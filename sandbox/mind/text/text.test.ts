import { describe, expect, test } from 'vitest';
import { tokenize } from '../http/tokens.ts';
import { schemaFault, strictSchemaFault } from '../json-schema.ts';
import { findPrices, sayPrice } from '../phone/money.ts';
import { sentencesOf } from '../phone/prose.ts';
import { articleFor, speak } from '../phone/speech.ts';
import { likeness } from './likeness.ts';
import { digitsForNumerals } from './numerals.ts';
import { stem, wordsOf } from './words.ts';

describe('words', () => {
  test.each([
    ['tortas', 'torta'],
    ['cortes', 'corte'],
    ['abren', 'abre'],
    ['perritos', 'perro'],
    ['limpiezas', 'limpieza'],
    ['kilos', 'kg'],
  ])('%s and %s share a stem', (a, b) => {
    expect(stem(a)).toBe(stem(b));
  });

  test('uñas are not unas', () => {
    expect(wordsOf('Uñas')[0]?.text).toBe('uñas');
  });

  test('numbers lose their separators, numerals become digits', () => {
    expect(wordsOf('treinta y cinco mil, 45.000 y 2,5').map((word) => word.text)).toEqual([
      '35000',
      '45000',
      'y',
      '2.5',
    ]);
  });

  test('an article is no number, two numerals are two', () => {
    expect(digitsForNumerals(['una', 'torta'])).toEqual(['una', 'torta']);
    expect(digitsForNumerals(['dos', 'tres'])).toEqual(['2', '3']);
    expect(digitsForNumerals(['dose'])).toEqual(['12']);
  });

  test.each([
    ['vacuna', 'bacuna'],
    ['zanahoria', 'sanahoria'],
    ['girasol', 'jirasol'],
    ['chocolate', 'chocolte'],
  ])('%s is heard as %s', (a, b) => {
    expect(likeness(stem(a), stem(b))).toBeGreaterThan(0.74);
  });

  test.each([
    ['pollo', 'polvo'],
    ['24', '25'],
    ['corte', 'norte'],
    ['gato', 'pato'],
  ])('%s is not %s', (a, b) => {
    expect(likeness(stem(a), stem(b))).toBeLessThan(0.74);
  });
});

describe('prices', () => {
  const amounts = (line: string) =>
    findPrices(line, 'es').map((price) => [price.amount, price.upTo, price.from]);

  test.each([
    ['Torta $45.000', 45_000],
    ['Torta $ 45,000 COP', 45_000],
    ['Torta .... 45.000', 45_000],
    ['Implante $1.250.000', 1_250_000],
    ["Implante 1'250.000", 1_250_000],
    ['Café 12.50', 12.5],
    ['Masaje 45 mil pesos', 45_000],
    ['Corte\t25000\t30 min', 25_000],
  ])('%s', (line, amount) => {
    expect(amounts(line)).toEqual([[amount, undefined, false]]);
  });

  test('least and range', () => {
    expect(amounts('Desde $80.000')).toEqual([[80_000, undefined, true]]);
    expect(amounts('$20.000 - $30.000')).toEqual([[20_000, 30_000, false]]);
    expect(amounts('entre $20.000 y $30.000')).toEqual([[20_000, 30_000, false]]);
  });

  test.each([
    'Cemento gris 50 kg',
    'Tel. 3001234567',
    'Calle 10 # 5-20',
    'Lista de precios 2026',
    'Lunes a viernes 8:00 a 18:00',
    'Garantía de 12 meses',
    'Caja x 1.000 unidades',
    'NIT 900.123.456-7',
  ])('"%s" holds no price', (line) => {
    expect(amounts(line)).toEqual([]);
  });

  test('are said for the ear', () => {
    const [price] = findPrices('Desde $1.000.000', 'es');
    expect(price && sayPrice(price, 'es')).toBe('desde 1.000.000 de pesos');
    const [dollars] = findPrices('$85', 'en');
    expect(dollars && sayPrice(dollars, 'en')).toBe('85 dollars');
  });
});

describe('speech', () => {
  test('has no markup and no abbreviations', () => {
    expect(speak('**Baño** (perro 10 kg): $30.000 c/u · Cra. 15 # 93-47', 'es')).toBe(
      'Baño, perro 10 kilos: 30.000 pesos la unidad Carrera 15 número 93-47',
    );
  });

  test.each([
    ['torta de chocolate', 'la'],
    ['corte de cabello', 'el'],
    ['uñas acrílicas', 'las'],
    ['masajes', 'los'],
    ['limpieza dental', 'la'],
    ['alineación y balanceo', 'la'],
    ['clase de yoga', 'la'],
  ])('%s takes %s', (name, article) => {
    expect(articleFor(name)).toBe(article);
  });

  test('hours and prices end no sentence', () => {
    expect(
      sentencesOf('Abrimos a las 8:00 a. m. y cerramos a las 6:00 p. m. Pan a $6.500. Fin.'),
    ).toEqual(['Abrimos a las 8:00 a. m. y cerramos a las 6:00 p. m.', 'Pan a $6.500.', 'Fin.']);
  });
});

describe('tokens and schemas', () => {
  test('tokens give the text back', () => {
    for (const text of ['', ' ', 'Hola,  señora 🎂\n¿qué?', '{"a":1}', 'ñandú—45.000']) {
      expect(tokenize(text).join('')).toBe(text);
    }
  });

  test('a schema names the first fault', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        b: { $ref: '#/$defs/b' },
      },
      required: ['a', 'b'],
      additionalProperties: false,
      $defs: { b: { type: 'array', items: { type: 'integer', minimum: 1 } } },
    };
    expect(schemaFault(schema, { a: null, b: [1, 2] })).toBeNull();
    expect(schemaFault(schema, { a: null })).toBe('/b: missing');
    expect(schemaFault(schema, { a: 1, b: [] })).toBe('/a: matches no alternative');
    expect(schemaFault(schema, { a: '', b: [0] })).toBe('/b/0: too small');
    expect(schemaFault(schema, { a: '', b: [], c: 1 })).toBe('/c: not in the schema');
    expect(schemaFault(schema, [])).toContain('array instead of object');
  });

  test('a strict schema forbids other properties at every depth', () => {
    const inner = { type: 'object', properties: {}, required: [] };
    const schema = {
      type: 'object',
      properties: { a: { type: 'array', items: inner } },
      required: ['a'],
      additionalProperties: false,
    };
    expect(strictSchemaFault(schema)).toContain("'properties', 'a', 'items'");
  });
});
