import { defineCommand } from '../../lib/define-command.ts';
import { invitationField } from '../../lib/invitations.ts';

export const invitationsResend = defineCommand({
  name: 'invitations resend',
  summary: {
    es: 'Reenvía una invitación, con un enlace nuevo',
    en: 'Mail an invitation again, with a new link',
  },
  fields: { invitation: invitationField },
  async run({ invitation }, { sdk, output, signal, t }) {
    output.result(await sdk.invitations.resend(invitation, { signal }), ({ email }) =>
      t({
        es: `Le escribimos de nuevo a ${email}. El enlace de antes ya no sirve.`,
        en: `We wrote to ${email} again. The link before works no more.`,
      }),
    );
  },
});

export const invitationsRevoke = defineCommand({
  name: 'invitations revoke',
  summary: { es: 'Revoca una invitación sin usar', en: 'Revoke an unused invitation' },
  fields: { invitation: invitationField },
  async run({ invitation }, { sdk, output, signal, t }) {
    await sdk.invitations.revoke(invitation, { signal });
    output.result({ id: invitation, revoked: true }, () =>
      t({ es: 'Invitación revocada.', en: 'Invitation revoked.' }),
    );
  },
});
