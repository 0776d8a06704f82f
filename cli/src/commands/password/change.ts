import { z } from 'zod';
import { askPassword } from '../../lib/accounts.ts';
import { defineCommand, option } from '../../lib/define-command.ts';
import { newPasswordMessage, passwordField } from '../../lib/fields.ts';

export const passwordChange = defineCommand({
  name: 'password change',
  summary: {
    es: 'Cambia la contraseña y cierra las demás sesiones',
    en: 'Change the password and end the other sessions',
  },
  fields: {
    current: option(
      z.string().min(1).optional(),
      { es: 'La contraseña actual', en: 'The current password' },
      { value: 'PASSWORD', env: 'ALO_CURRENT_PASSWORD' },
    ),
    password: passwordField,
  },
  examples: ['password change'],
  async run({ current: givenCurrent, password: given }, context) {
    const { sessionClient, apiUrl, prompts, output, t } = context;
    const current_password =
      givenCurrent ??
      (await prompts.text({
        message: { es: 'Contraseña actual', en: 'Current password' },
        flag: '--current',
        secret: true,
      }));
    const password = await askPassword(context, given, newPasswordMessage);
    await sessionClient(apiUrl).auth.password.change({ current_password, password });
    output.result({ changed: true }, (_done, style) =>
      t({
        es: `${style.good('✓')} Contraseña cambiada. Las demás sesiones se cerraron.`,
        en: `${style.good('✓')} Password changed. The other sessions are over.`,
      }),
    );
  },
});
