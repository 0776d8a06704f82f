import { defineCommand } from '../../lib/define-command.ts';
import { formatTime, pairs } from '../../lib/format.ts';
import { tokenField } from '../../lib/invitations.ts';
import { roleName } from '../../lib/wire-words.ts';

export const invitationsShow = defineCommand({
  name: 'invitations show',
  summary: { es: 'Muestra una invitación que le llegó', en: 'Show an invitation you got' },
  fields: { token: tokenField },
  async run({ token }, { clientFor, apiUrl, output, signal, lang, t }) {
    const invitation = await clientFor(apiUrl).invitations.lookUp(token, { signal });
    output.result(invitation, (shown, style) =>
      pairs([
        [t({ es: 'Negocio', en: 'Business' }), style.bold(shown.organization.name)],
        [t({ es: 'Rol', en: 'Role' }), roleName(shown.role, lang)],
        [t({ es: 'Para', en: 'For' }), shown.email],
        [t({ es: 'Vence', en: 'Expires' }), formatTime(shown.expires_at, lang)],
      ]),
    );
  },
});

export const invitationsAccept = defineCommand({
  name: 'invitations accept',
  summary: {
    es: 'Acepta una invitación, con la cuenta del correo invitado',
    en: 'Accept an invitation, with the account of the invited address',
  },
  fields: { token: tokenField },
  examples: ['invitations accept alo_inv_…'],
  async run({ token }, { sdk, output, signal, lang, t }) {
    const joined = await sdk.invitations.accept(token, { signal, organization: null });
    output.result(joined, ({ id, name, role }, style) =>
      t({
        es: `${style.good('✓')} Ya está en ${style.bold(name)} (${roleName(role, lang)}).\nTrabaje en él con: alo orgs use ${id}`,
        en: `${style.good('✓')} You are in ${style.bold(name)} (${roleName(role, lang)}).\nWork for it with: alo orgs use ${id}`,
      }),
    );
  },
});

export const invitationsDecline = defineCommand({
  name: 'invitations decline',
  summary: { es: 'Rechaza una invitación', en: 'Decline an invitation' },
  fields: { token: tokenField },
  async run({ token }, { clientFor, apiUrl, output, signal, t }) {
    await clientFor(apiUrl).invitations.decline(token, { signal });
    output.result({ declined: true }, () =>
      t({ es: 'Invitación rechazada.', en: 'Invitation declined.' }),
    );
  },
});
