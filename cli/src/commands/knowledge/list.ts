import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { table } from '../../lib/format.ts';
import { documentStatus } from '../../lib/wire-words.ts';

export const knowledgeList = defineCommand({
  name: 'knowledge list',
  summary: { es: 'Lista los archivos de los que responde', en: 'List the files it answers from' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.knowledge.documents.list(query, { signal }), ({ data }) => {
      if (data.length === 0) {
        return t({
          es: 'Todavía no hay archivos. Suba uno con: alo knowledge add carta.pdf',
          en: 'There are no files yet. Upload one with: alo knowledge add menu.pdf',
        });
      }
      const head = [
        'ID',
        t({ es: 'ARCHIVO', en: 'FILE' }),
        t({ es: 'ESTADO', en: 'STATUS' }),
        t({ es: 'PASAJES', en: 'PASSAGES' }),
      ];
      return table(
        head,
        data.map((one) => [
          one.id,
          one.filename,
          one.failure ?? documentStatus(one.status, lang),
          String(one.chunks),
        ]),
      );
    });
  },
});
