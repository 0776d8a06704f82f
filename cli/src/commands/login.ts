import { z } from 'zod';
import {
  askEmail,
  askPassword,
  finishSignIn,
  reportCodeSent,
  withMailedCode,
} from '../lib/accounts.ts';
import { defineCommand, flag } from '../lib/define-command.ts';
import { codeField, emailField, passwordField } from '../lib/fields.ts';
import { signInWithGoogle } from '../lib/google.ts';

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
    google: flag(z.boolean().optional(), {
      es: 'Con su cuenta de Google, en el navegador',
      en: 'With your Google account, in the browser',
    }),
    noBrowser: flag(z.boolean().optional(), {
      es: 'Con --google: solo muestra la dirección, sin abrir el navegador',
      en: 'With --google: only shows the address, without opening the browser',
    }),
  },
  examples: ['login', 'login --email ana@panaderia.co --with-code', 'login --google'],
  async run({ email: given, password: givenPassword, withCode, code, ...how }, context) {
    const { clientFor, apiUrl, prompts } = context;
    if (how.google) {
      const opensBrowser = how.noBrowser !== true;
      return finishSignIn(context, await signInWithGoogle(context, { opensBrowser }));
    }
    const { auth } = clientFor(apiUrl);
    const email = await askEmail(context, given);
    if (code) return finishSignIn(context, await auth.verify({ email, code }));
    if (withCode) {
      const send = () => auth.otp({ email });
      if (!prompts.interactive) {
        await send();
        return reportCodeSent(context, email);
      }
      const use = (typed: string) => auth.verify({ email, code: typed });
      return finishSignIn(context, await withMailedCode(context, { email, send, use }));
    }
    const password = await askPassword(context, givenPassword);
    return finishSignIn(context, await auth.signIn({ email, password }));
  },
});
