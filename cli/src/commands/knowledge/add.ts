import { resolve } from 'node:path';
import type { KnowledgeDocument } from '@alo/sdk';
import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { addDocument } from '../../lib/documents.ts';
import { CliError } from '../../lib/errors.ts';

export const knowledgeAdd = defineCommand({
  name: 'knowledge add',
  summary: {
    es: 'Sube archivos (PDF o imagen) y espera a que estén leídos',
    en: 'Upload files (PDF or image) and wait until they are read',
  },
  fields: {
    files: argument(
      z.array(z.string()).min(1),
      { es: 'Los archivos', en: 'The files' },
      { many: true, value: 'FILE' },
    ),
  },
  examples: ['knowledge add carta.pdf lista.png'],
  async run({ files }, { sdk, output, signal, io, t }) {
    const failed: KnowledgeDocument[] = [];
    for (const file of files) {
      output.note({ es: `Leyendo ${file}…`, en: `Reading ${file}…` });
      const document = await addDocument(sdk, resolve(io.cwd, file), { signal, now: io.now });
      if (document.status === 'failed') failed.push(document);
      output.item(document, (clean, style) =>
        clean.status === 'ready'
          ? `${style.good('✓')} ${clean.filename}  ${clean.chunks} ${t({ es: 'pasajes', en: 'passages' })}  ${style.dim(clean.id)}`
          : `${style.bad('✗')} ${clean.filename}  ${clean.failure ?? ''}`,
      );
    }
    if (failed.length === 0) return;
    const names = failed.map((one) => one.filename).join(', ');
    throw new CliError('unreadable_file', {
      es: `No se pudo leer: ${names}.`,
      en: `Could not be read: ${names}.`,
    });
  },
});
