import {
  askEmail,
  askPassword,
  finishSignIn,
  reportCodeSent,
  withMailedCode,
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
    const send = () => auth.password.forgot({ email });
    const reset = async (code: string, password: string) =>
      finishSignIn(context, await auth.password.reset({ email, code, password }));
    if (givenCode !== undefined) {
      return reset(givenCode, await askPassword(context, givenPassword, newPasswordMessage));
    }
    if (!prompts.interactive) {
      await send();
      const next = `alo password reset --email ${email} --code <CODE> --password <PASSWORD>`;
      return reportCodeSent(context, email, next);
    }
    let password = givenPassword;
    return withMailedCode(context, {
      email,
      send,
      use: async (code) => {
        // Asked for once, however often the code is mistyped.
        password ??= await askPassword(context, undefined, newPasswordMessage);
        return reset(code, password);
      },
    });
  },
});
