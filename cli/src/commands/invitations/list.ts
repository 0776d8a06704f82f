import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';
import { roleName } from '../../lib/wire-words.ts';

export const invitationsList = defineCommand({
  name: 'invitations list',
  summary: { es: 'Lista las invitaciones del negocio', en: 'List the organization’s invitations' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    const states = {
      pending: t({ es: 'pendiente', en: 'pending' }),
      accepted: t({ es: 'aceptada', en: 'accepted' }),
      declined: t({ es: 'rechazada', en: 'declined' }),
      revoked: t({ es: 'revocada', en: 'revoked' }),
      expired: t({ es: 'vencida', en: 'expired' }),
      undeliverable: t({ es: 'su correo no existe', en: 'no such mailbox' }),
    };
    output.result(await sdk.invitations.list(query, { signal }), ({ data }) =>
      data.length === 0
        ? t({ es: 'No hay invitaciones.', en: 'There are no invitations.' })
        : table(
            [
              'ID',
              t({ es: 'CORREO', en: 'E-MAIL' }),
              t({ es: 'ROL', en: 'ROLE' }),
              t({ es: 'ESTADO', en: 'STATE' }),
              t({ es: 'VENCE', en: 'EXPIRES' }),
            ],
            data.map(({ id, email, role, status, expires_at }) => [
              id,
              email,
              roleName(role, lang),
              states[status],
              formatTime(expires_at, lang),
            ]),
          ),
    );
  },
});
