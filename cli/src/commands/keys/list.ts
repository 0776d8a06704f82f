import type { ApiKey } from '@alo/sdk';
import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';

export const keysList = defineCommand({
  name: 'keys list',
  summary: { es: 'Lista las claves de API', en: 'List the API keys' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t, io }) {
    output.result(await sdk.apiKeys.list(query, { signal }), ({ data }) => {
      if (data.length === 0) return t({ es: 'No hay claves.', en: 'There are no keys.' });
      const state = (key: ApiKey) => {
        if (key.revoked_at) return t({ es: 'revocada', en: 'revoked' });
        const isOver = key.expires_at !== null && Date.parse(key.expires_at) <= io.now();
        return isOver ? t({ es: 'vencida', en: 'expired' }) : t({ es: 'activa', en: 'active' });
      };
      const time = (instant: string | null) => (instant ? formatTime(instant, lang) : '—');
      return table(
        [
          'ID',
          t({ es: 'NOMBRE', en: 'NAME' }),
          t({ es: 'CLAVE', en: 'KEY' }),
          t({ es: 'PUEDE', en: 'MAY' }),
          t({ es: 'ESTADO', en: 'STATE' }),
          t({ es: 'USADA', en: 'USED' }),
          t({ es: 'VENCE', en: 'EXPIRES' }),
        ],
        data.map((key) => [
          key.id,
          key.name,
          `${key.mode} …${key.hint}`,
          key.scopes?.join(',') ?? key.role,
          state(key),
          time(key.last_used_at),
          time(key.expires_at),
        ]),
      );
    });
  },
});
