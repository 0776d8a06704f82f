import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';

export const agentsList = defineCommand({
  name: 'agents list',
  summary: { es: 'Lista sus agentes', en: 'List your agents' },
  fields: pageFields,
  examples: ['agents list'],
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.agents.list(query, { signal }), ({ data }, style) => {
      if (data.length === 0) {
        return t({
          es: 'Todavía no tiene agentes. Cree el primero con: alo interview',
          en: 'You have no agents yet. Create the first one with: alo interview',
        });
      }
      const head = [
        'ID',
        t({ es: 'NOMBRE', en: 'NAME' }),
        t({ es: 'VERSIÓN', en: 'VERSION' }),
        t({ es: 'CAMBIÓ', en: 'CHANGED' }),
      ];
      const rows = data.map((one) => [
        one.id,
        one.name,
        String(one.version),
        formatTime(one.updated_at, lang),
      ]);
      const [first = '', ...rest] = table(head, rows).split('\n');
      return [style.dim(first), ...rest].join('\n');
    });
  },
});
