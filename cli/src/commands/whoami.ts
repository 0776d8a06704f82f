import { defineCommand } from '../lib/define-command.ts';
import { pairs } from '../lib/format.ts';

export const whoami = defineCommand({
  name: 'whoami',
  summary: { es: 'Dice quién es usted aquí', en: 'Say who you are here' },
  async run(_values, { sdk, output, signal, t, apiUrl }) {
    output.result(await sdk.me.get({ signal }), (me, style) =>
      pairs([
        [
          t({ es: 'Usted', en: 'You' }),
          style.bold(me.user?.email ?? t({ es: 'una clave de API', en: 'an API key' })),
        ],
        [
          t({ es: 'Negocio', en: 'Business' }),
          me.organization ? `${me.organization.name}  ${style.dim(me.organization.id)}` : '—',
        ],
        ['Plan', me.organization?.plan ?? '—'],
        ['API', apiUrl],
      ]),
    );
  },
});
