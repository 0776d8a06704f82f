import { describe, expect, it } from 'vitest';
import { layOutText, type Span } from './text-layout.rules.ts';

/** A span whose letters are half as wide as high. */
const at = (text: string, x: number, y: number, size = 10): Span => ({
  text,
  x,
  y,
  size,
  width: (text.length * size) / 2,
});

describe('layOutText', () => {
  it('puts names and prices drawn apart on one line', () => {
    const spans = [at('Pan', 0, 10), at('Café', 0, 30), at('2.500', 300, 11), at('4.000', 300, 29)];
    expect(layOutText(spans)).toBe('Pan 2.500\nCafé 4.000');
  });

  it('keeps a table of names, descriptions and prices in rows', () => {
    const row = (y: number, name: string) => [
      at(name, 0, y),
      at('con leche entera', 100, y),
      at('4.000', 400, y),
    ];
    const spans = [...row(10, 'Café'), ...row(30, 'Chocolate'), ...row(50, 'Avena')];
    expect(layOutText(spans).split('\n')[1]).toBe('Chocolate | con leche entera | 4.000');
  });

  it('keeps a table with several prices a row in rows', () => {
    const row = (y: number, name: string, ...prices: string[]) => [
      at(name, 0, y),
      ...prices.map((price, column) => at(price, 200 + column * 100, y)),
    ];
    const spans = [
      ...row(10, 'Sabor', 'Personal', 'Familiar'),
      ...row(30, 'Hawaiana', '18.000', '38.000'),
      ...row(50, 'Mexicana', '20.000', '41.000'),
      ...row(70, 'Napolitana', '17.000', '36.000'),
    ];
    expect(layOutText(spans)).toBe(
      'Sabor | Personal | Familiar\nHawaiana | 18.000 | 38.000\nMexicana | 20.000 | 41.000\nNapolitana | 17.000 | 36.000',
    );
  });

  it('keeps the columns of a table apart where they come close', () => {
    const row = (y: number, ...cells: readonly (readonly [string, number])[]) =>
      cells.map(([text, x]) => at(text, x, y));
    const spans = [
      ...row(10, ['Arreglo', 0], ['iPhone 12', 84], ['iPhone 13', 133]),
      ...row(25, ['Pantalla', 0], ['$ 2.450', 84], ['$ 2.890', 133]),
      ...row(40, ['Centro de carga', 5], ['$ 650', 84], ['$ 750', 133]),
    ];
    expect(layOutText(spans).split('\n')).toEqual([
      'Arreglo | iPhone 12 | iPhone 13',
      'Pantalla | $ 2.450 | $ 2.890',
      'Centro de carga | $ 650 | $ 750',
    ]);
  });

  it('puts a figure under its own column where a row has fewer', () => {
    const row = (y: number, ...cells: readonly (readonly [string, number])[]) =>
      cells.map(([text, x]) => at(text, x, y));
    const spans = [
      ...row(10, ['Pizza', 0], ['P', 200], ['M', 300], ['G', 400]),
      ...row(30, ['Margarita', 0], ['22.000', 190], ['34.000', 290], ['46.000', 390]),
      ...row(50, ['Calzone', 0], ['31.000', 290]),
      ...row(70, ['Hawaiana', 0], ['24.000', 190], ['36.000', 290], ['49.000', 390]),
    ];
    expect(layOutText(spans).split('\n')[2]).toBe('Calzone | - | 31.000 | -');
  });

  it('a sign of money in a column of its own stays with its figure', () => {
    const row = (y: number, name: string, figure: string) => [
      at(name, 0, y),
      at('$', 200, y),
      at(figure, 250, y),
    ];
    const spans = [...row(10, 'Pan', '2.500'), ...row(30, 'Café', '4.000'), ...row(50, 'Té', '3')];
    expect(layOutText(spans).split('\n')[0]).toBe('Pan $ 2.500');
  });

  it('reads two menus whose rows are not level one after the other', () => {
    const column = (x: number, y: number, ...rows: readonly string[]) =>
      rows.map((text, index) => at(text, x, y + index * 26));
    const spans = [
      at('TAQUERÍA EL COMPADRE', 0, 10, 20),
      ...column(0, 50, 'TACOS', 'Pastor 22', 'Suadero 24', 'Lengua 35'),
      ...column(300, 61, 'BEBIDAS', 'Refresco 30', 'Cerveza 45', 'Horchata 40'),
    ];
    expect(layOutText(spans).split('\n').filter(Boolean)).toEqual([
      'TAQUERÍA EL COMPADRE',
      'TACOS',
      'Pastor 22',
      'Suadero 24',
      'Lengua 35',
      'BEBIDAS',
      'Refresco 30',
      'Cerveza 45',
      'Horchata 40',
    ]);
  });

  it('reads two menus side by side one after the other, and a title across both first', () => {
    const row = (y: number, left: readonly string[], right: readonly string[]) => [
      at(left[0] ?? '', 0, y),
      at(left[1] ?? '', 150, y),
      at(right[0] ?? '', 300, y),
      at(right[1] ?? '', 450, y),
    ];
    const spans = [
      at('RESTAURANTE LA ESQUINA DE SIEMPRE', 150, 10),
      at('BEBIDAS', 0, 40),
      at('POSTRES', 300, 40),
      ...row(60, ['Agua', '3.000'], ['Flan', '7.500']),
      ...row(80, ['Jugo', '8.000'], ['Brownie', '8.200']),
      ...row(100, ['Café', '4.000'], ['Helado', '6.100']),
    ];
    const lines = layOutText(spans).split('\n').filter(Boolean);
    expect(lines).toEqual([
      'RESTAURANTE LA ESQUINA DE SIEMPRE',
      'BEBIDAS',
      'Agua 3.000',
      'Jugo 8.000',
      'Café 4.000',
      'POSTRES',
      'Flan 7.500',
      'Brownie 8.200',
      'Helado 6.100',
    ]);
  });

  it('reads two columns of prose one after the other', () => {
    const left = [
      'Somos una panadería de barrio',
      'que hornea todos los días desde',
      'hace veinte años en Chapinero',
    ];
    const right = [
      'Los domicilios salen cada hora',
      'y llegan hasta la calle ochenta',
      'sin costo para nuestros vecinos',
    ];
    const spans = left.flatMap((text, index) => [
      at(text, 0, 10 + index * 15),
      at(right[index] ?? '', 300, 10 + index * 15),
    ]);
    expect(layOutText(spans).replace(/\s+/g, ' ')).toBe([...left, ...right].join(' '));
  });

  it('joins pieces of a word, and parts words', () => {
    expect(layOutText([at('Pan', 0, 10), at('dero', 15.5, 10), at('fino', 42, 10)])).toBe(
      'Pandero fino',
    );
  });

  it('shows a wide gap between lines as an empty line', () => {
    expect(layOutText([at('uno', 0, 10), at('dos', 0, 25), at('tres', 0, 80)])).toBe(
      'uno\ndos\n\ntres',
    );
  });

  it('drops what has no place', () => {
    expect(layOutText([at('uno', 0, 10), at('nada', Number.NaN, 10), at('nada', 0, 10, 0)])).toBe(
      'uno',
    );
  });
});
