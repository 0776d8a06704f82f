import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import type { StatementPage } from '@alo/core/ports';
import { createStatementPrinter } from './statement-pdf.ts';

const printer = createStatementPrinter();
const full: StatementPage = {
  language: 'es',
  title: 'Extracto de saldo',
  subject: 'Octubre de 2026',
  holder: 'Panadería La Espiga de Oro',
  facts: [
    { label: 'Periodo', value: '1/10/2026 – 31/10/2026' },
    { label: 'Moneda', value: 'COP' },
    { label: 'Generado', value: '3/11/2026, 10:04\u202fa.\u00a0m.' },
  ],
  sum: [
    { label: 'Saldo inicial', value: '$\u00a012.500' },
    { label: 'Llamadas (121 · 512,5 min)', value: '-$\u00a0179.388' },
    { label: 'Saldo final', value: '$\u00a0123.473' },
  ],
  table: {
    title: 'Movimientos por día',
    columns: ['Día', 'Llamadas', 'Minutos', 'Entradas', 'Salidas', 'Saldo'],
    rows: Array.from({ length: 31 }, (_, day) => [`día ${day + 1}`, '9', '9,9', '', '-$ 1', '$ 2']),
    empty: 'No hubo movimientos.',
  },
  footer: 'Aló · pie',
};

interface Piece {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** What a reader finds on the paper, piece by piece; y grows upwards. */
async function read(
  page: StatementPage,
): Promise<{ pages: number; pieces: Piece[]; text: string }> {
  const pdf = await getDocumentProxy(await printer.print(page));
  const content = await (await pdf.getPage(1)).getTextContent();
  const pieces = content.items.flatMap((item) =>
    'str' in item && item.str.trim() !== ''
      ? [{ text: item.str, x: item.transform[4], y: item.transform[5], width: item.width }]
      : [],
  );
  return { pages: pdf.numPages, pieces, text: pieces.map(({ text }) => text).join(' ') };
}

describe('the printed statement', () => {
  it('holds a full month on one page: everything above the footer, inside the margins', async () => {
    const { pages, pieces, text } = await read({
      ...full,
      sum: [...full.sum, ...full.sum, ...full.sum].slice(0, 7),
    });
    expect(pages).toBe(1);
    for (const part of ['Panadería La Espiga de Oro', 'Octubre de 2026', 'día 31', '-$ 179.388'])
      expect(text).toContain(part);
    const footer = pieces.find((piece) => piece.text.startsWith('Aló ·'));
    for (const piece of pieces) {
      if (piece !== footer) expect(piece.y).toBeGreaterThan((footer?.y ?? 0) + 10);
      expect(piece.x).toBeGreaterThanOrEqual(53);
      expect(piece.x + piece.width).toBeLessThanOrEqual(559);
    }
  });

  it('shows no two texts over each other', async () => {
    const { pieces } = await read(full);
    const overlap = pieces.some((a, at) =>
      pieces
        .slice(at + 1)
        .some(
          (b) => Math.abs(a.y - b.y) < 5 && a.x < b.x + b.width - 0.5 && b.x < a.x + a.width - 0.5,
        ),
    );
    expect(overlap).toBe(false);
  });

  it('says so where nothing moved', async () => {
    const { pages, text } = await read({ ...full, table: { ...full.table, rows: [] } });
    expect([pages, text.includes('No hubo movimientos.')]).toEqual([1, true]);
  });

  it.each([
    ['pan dulce 🍞', 'pan dulce'],
    ['Pan \u202edetrás', 'Pan'],
    ['Хлеб S.A.S.', '???? S.A.S.'],
    ['Jose\u0301 & Compan\u0303i\u0301a', 'José & Compañía'],
    ['línea\nnueva\t\u0000', 'línea nueva'],
  ])('prints a business called %j as %j', async (holder, shown) => {
    expect((await read({ ...full, holder })).text).toContain(shown);
  });

  it('cuts a name that is too long for its line', async () => {
    const { pages, pieces } = await read({ ...full, holder: 'Panadería muy larga '.repeat(30) });
    expect(pages).toBe(1);
    const name = pieces.filter(({ text }) => text.includes('Panadería muy larga'));
    expect(new Set(name.map(({ y }) => y)).size).toBe(1);
    expect(name.at(-1)?.text.endsWith('…')).toBe(true);
  });
});
