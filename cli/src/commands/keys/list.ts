import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';

export const keysList = defineCommand({
  name: 'keys list',
  summary: { es: 'Lista las claves de API', en: 'List the API keys' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.apiKeys.list(query, { signal }), ({ data }) => {
      if (data.length === 0) return t({ es: 'No hay claves.', en: 'There are no keys.' });
      const state = (revokedAt: string | null) =>
        revokedAt ? t({ es: 'revocada', en: 'revoked' }) : t({ es: 'activa', en: 'active' });
      return table(
        [
          'ID',
          t({ es: 'NOMBRE', en: 'NAME' }),
          t({ es: 'CLAVE', en: 'KEY' }),
          t({ es: 'ESTADO', en: 'STATE' }),
          t({ es: 'USADA', en: 'USED' }),
        ],
        data.map((key) => [
          key.id,
          key.name,
          `${key.mode} …${key.hint}`,
          state(key.revoked_at),
          key.last_used_at ? formatTime(key.last_used_at, lang) : '—',
        ]),
      );
    });
  },
});
