import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { statementView } from '../../lib/wallet-view.ts';

/** The month of an instant where this machine is: `2026-11`. */
function monthOf(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`;
}

export const walletStatement = defineCommand({
  name: 'wallet statement',
  summary: {
    es: 'El extracto de un mes: en pantalla, en PDF o en CSV',
    en: 'The statement of a month: on screen, as PDF or as CSV',
  },
  fields: {
    month: argument(
      z
        .string()
        .regex(/^\d{4}-\d{2}$/)
        .optional(),
      { es: 'El mes, como 2026-11; si no, este', en: 'The month, like 2026-11; else this one' },
      { value: 'MONTH' },
    ),
    pdf: option(
      z.string().min(1).optional(),
      { es: 'Guarda el PDF en este archivo', en: 'Save the PDF to this file' },
      { value: 'FILE.pdf' },
    ),
    csv: option(
      z.string().min(1).optional(),
      {
        es: 'Guarda el CSV, con todos los movimientos, en este archivo',
        en: 'Save the CSV, with every movement, to this file',
      },
      { value: 'FILE.csv' },
    ),
  },
  examples: ['wallet statement', 'wallet statement 2026-11 --pdf extracto.pdf'],
  async run({ month: given, pdf, csv }, { sdk, output, signal, io, lang, t }) {
    const month = given ?? monthOf(io.now());
    const saved: { format: 'pdf' | 'csv'; file: string; bytes: number }[] = [];
    for (const [format, name] of [
      ['pdf', pdf],
      ['csv', csv],
    ] as const) {
      if (name === undefined) continue;
      const file = resolve(io.cwd, name);
      const answer = await sdk.wallet.statementFile(month, format, { signal });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      saved.push({ format, file, bytes: bytes.length });
    }
    if (saved.length > 0) {
      output.result({ month, saved }, (done, style) =>
        done.saved
          .map(
            ({ file }) => `${style.good('✓')} ${t({ es: 'Guardado en', en: 'Saved to' })} ${file}`,
          )
          .join('\n'),
      );
      return;
    }
    output.result(await sdk.wallet.statement(month, { signal }), (statement, style) =>
      statementView(statement, style, lang),
    );
  },
});
