import { defineCommand } from '../../lib/define-command.ts';
import { table } from '../../lib/format.ts';
import { roleName } from '../../lib/wire-words.ts';

export const orgsList = defineCommand({
  name: 'orgs list',
  summary: { es: 'Lista sus negocios', en: 'List your organizations' },
  async run(_values, { sdk, output, signal, apiUrl, credentials, lang, t }) {
    // Without the one that was chosen: it may be one they do not belong to any more.
    const me = await sdk.me.get({ signal, organization: null });
    const chosen = (await credentials.load(apiUrl))?.organization ?? me.organization?.id;
    const data = me.organizations.map((each) => ({ ...each, current: each.id === chosen }));
    output.result({ data }, ({ data: rows }, style) =>
      rows.length === 0
        ? t({
            es: 'No pertenece a ningún negocio: `alo orgs create`.',
            en: 'You belong to no organization: `alo orgs create`.',
          })
        : table(
            ['', 'ID', t({ es: 'NOMBRE', en: 'NAME' }), t({ es: 'ROL', en: 'ROLE' })],
            rows.map((each) => [
              each.current ? style.good('*') : '',
              each.id,
              each.name,
              roleName(each.role, lang),
            ]),
          ),
    );
  },
});
