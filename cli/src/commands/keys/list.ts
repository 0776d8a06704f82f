import type { ApiKey } from '@alo/sdk';
import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';
import { roleName } from '../../lib/wire-words.ts';

export const keysList = defineCommand({
  name: 'keys list',
  summary: { es: 'Lista las claves de API', en: 'List the API keys' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t, io }) {
    output.result(await sdk.apiKeys.list(query, { signal }), ({ data }) => {
      if (data.length === 0) return t({ es: 'No hay claves.', en: 'There are no keys.' });
      const isPast = (instant: string | null) =>
        instant !== null && Date.parse(instant) <= io.now();
      const state = (key: ApiKey) => {
        if (key.revoked_at) return t({ es: 'revocada', en: 'revoked' });
        if (isPast(key.expires_at)) return t({ es: 'vencida', en: 'expired' });
        return key.previous_expires_at !== null && !isPast(key.previous_expires_at)
          ? t({ es: 'activa, y la de antes', en: 'active, and the one before' })
          : t({ es: 'activa', en: 'active' });
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
          key.scopes?.join(',') ?? roleName(key.role, lang),
          state(key),
          time(key.last_used_at),
          time(key.expires_at),
        ]),
      );
    });
  },
});
