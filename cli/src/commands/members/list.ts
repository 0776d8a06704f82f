import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';
import { roleName } from '../../lib/wire-words.ts';

export const membersList = defineCommand({
  name: 'members list',
  summary: { es: 'Lista las personas del negocio', en: 'List the people of the organization' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.members.list(query, { signal }), ({ data }) =>
      table(
        [
          'ID',
          t({ es: 'CORREO', en: 'E-MAIL' }),
          t({ es: 'NOMBRE', en: 'NAME' }),
          t({ es: 'ROL', en: 'ROLE' }),
          t({ es: 'DESDE', en: 'SINCE' }),
        ],
        data.map(({ id, role, user, created_at }) => [
          id,
          user.email,
          user.name ?? '—',
          roleName(role, lang),
          formatTime(created_at, lang),
        ]),
      ),
    );
  },
});
