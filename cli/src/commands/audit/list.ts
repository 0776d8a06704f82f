import type { AuditEntry } from '@alo/sdk';
import { z } from 'zod';
import { actorNames } from '../../lib/actors.ts';
import { defineCommand, option } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';
import { cleanText } from '../../lib/terminal-text.ts';

/** What people call the thing, where it has a name. */
function nameOf({ before, after }: AuditEntry): string {
  const name = after?.['name'] ?? before?.['name'];
  return typeof name === 'string' ? ` ${name}` : '';
}

export const auditList = defineCommand({
  name: 'audit list',
  summary: {
    es: 'Lista quién cambió qué, lo último primero',
    en: 'List who changed what, newest first',
  },
  fields: {
    target_type: option(
      z.string().optional(),
      { es: 'Solo cambios de esto: agents, api_keys, payments…', en: 'Only changes of this kind' },
      { value: 'KIND' },
    ),
    target_id: option(
      z.string().optional(),
      { es: 'Solo cambios de este objeto', en: 'Only changes of this object' },
      { value: 'ID' },
    ),
    ...pageFields,
  },
  examples: ['audit list', 'audit list --target-type agents'],
  async run(query, { sdk, output, signal, lang, t }) {
    const page = await sdk.auditLogs.list(query, { signal });
    const names = output.json ? undefined : await actorNames(sdk, page.data, signal);
    output.result(page, ({ data }) => {
      if (data.length === 0) return t({ es: 'No hay cambios.', en: 'There are no changes.' });
      const what = { insert: '+', update: '~', delete: '−' } as const;
      return table(
        [
          '#',
          t({ es: 'FECHA', en: 'DATE' }),
          t({ es: 'QUIÉN', en: 'WHO' }),
          t({ es: 'QUÉ', en: 'WHAT' }),
          t({ es: 'CAMPOS', en: 'FIELDS' }),
        ],
        data.map((entry) => [
          String(entry.seq),
          formatTime(entry.at, lang),
          entry.actor.id === null
            ? t({ es: 'la plataforma', en: 'the platform' })
            : cleanText(names?.get(entry.actor.id) ?? entry.actor.id),
          `${what[entry.action]} ${entry.target.id}${nameOf(entry)}`,
          entry.action === 'update' ? Object.keys(entry.after ?? {}).join(', ') : '',
        ]),
      );
    });
  },
});
