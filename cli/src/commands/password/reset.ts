import {
  askEmail,
  askMailedCode,
  askPassword,
  finishSignIn,
  reportCodeSent,
} from '../../lib/accounts.ts';
import { defineCommand } from '../../lib/define-command.ts';
import { codeField, emailField, newPasswordMessage, passwordField } from '../../lib/fields.ts';

export const passwordReset = defineCommand({
  name: 'password reset',
  summary: {
    es: 'Pone una contraseña nueva con un código que llega al correo',
    en: 'Set a new password with a mailed code',
  },
  fields: { email: emailField, code: codeField, password: passwordField },
  examples: [
    'password reset',
    'password reset --email ana@panaderia.co --code 123456 --password "…"',
  ],
  async run({ email: given, code: givenCode, password: givenPassword }, context) {
    const { clientFor, apiUrl, prompts } = context;
    const { auth } = clientFor(apiUrl);
    const email = await askEmail(context, given);
    if (givenCode === undefined) {
      await auth.password.forgot({ email });
      if (!prompts.interactive) {
        const next = `alo password reset --email ${email} --code <CODE> --password <PASSWORD>`;
        return reportCodeSent(context, email, next);
      }
    }
    const code = givenCode ?? (await askMailedCode(context, email));
    const password = await askPassword(context, givenPassword, newPasswordMessage);
    return finishSignIn(context, await auth.password.reset({ email, code, password }));
  },
});
