import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { roleField } from '../../lib/fields.ts';
import { formatTime } from '../../lib/format.ts';

export const membersInvite = defineCommand({
  name: 'members invite',
  summary: { es: 'Invita a una persona por correo', en: 'Invite a person by e-mail' },
  fields: {
    email: argument(z.email(), { es: 'Su correo', en: 'Their e-mail' }, { value: 'EMAIL' }),
    role: roleField,
  },
  examples: ['members invite luz@panaderia.co --role agent'],
  async run(body, { sdk, output, signal, lang, t }) {
    output.result(await sdk.invitations.create(body, { signal }), (invitation, style) => {
      const until = formatTime(invitation.expires_at, lang);
      return t({
        es: `${style.good('✓')} Le escribimos a ${invitation.email}. La invitación vence el ${until}`,
        en: `${style.good('✓')} We wrote to ${invitation.email}. The invitation is good until ${until}`,
      });
    });
  },
});
