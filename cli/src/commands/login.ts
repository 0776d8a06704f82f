import { z } from 'zod';
import {
  askEmail,
  askPassword,
  finishSignIn,
  reportCodeSent,
  verifyMailedCode,
} from '../lib/accounts.ts';
import { defineCommand, flag } from '../lib/define-command.ts';
import { codeField, emailField, passwordField } from '../lib/fields.ts';

export const login = defineCommand({
  name: 'login',
  summary: { es: 'Inicia sesión', en: 'Sign in' },
  fields: {
    email: emailField,
    password: passwordField,
    withCode: flag(z.boolean().optional(), {
      es: 'Con un código al correo en vez de contraseña',
      en: 'With a mailed code in place of a password',
    }),
    code: codeField,
  },
  examples: ['login', 'login --email ana@panaderia.co --with-code'],
  async run({ email: given, password: givenPassword, withCode, code }, context) {
    const { clientFor, apiUrl, prompts } = context;
    const { auth } = clientFor(apiUrl);
    const email = await askEmail(context, given);
    if (code) return finishSignIn(context, await auth.verify({ email, code }));
    if (withCode) {
      await auth.otp({ email });
      if (!prompts.interactive) return reportCodeSent(context, email);
      return finishSignIn(context, await verifyMailedCode(context, email));
    }
    const password = await askPassword(context, givenPassword);
    return finishSignIn(context, await auth.signIn({ email, password }));
  },
});
