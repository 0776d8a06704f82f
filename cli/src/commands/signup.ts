import { z } from 'zod';
import {
  askEmail,
  askPassword,
  finishSignIn,
  reportCodeSent,
  withMailedCode,
} from '../lib/accounts.ts';
import { defineCommand, option } from '../lib/define-command.ts';
import { emailField, passwordField } from '../lib/fields.ts';

export const signup = defineCommand({
  name: 'signup',
  summary: { es: 'Crea su cuenta', en: 'Create your account' },
  fields: {
    email: emailField,
    password: passwordField,
    name: option(
      z.string().min(1).optional(),
      { es: 'Su nombre', en: 'Your name' },
      { value: 'NAME' },
    ),
    phone: option(
      z.string().min(1).optional(),
      { es: 'Su teléfono, mejor con +57…', en: 'Your phone, best with +57…' },
      { value: 'NUMBER' },
    ),
  },
  examples: ['signup', 'signup --email ana@panaderia.co --name "Ana Ruiz"'],
  async run({ email: given, password: givenPassword, name, phone }, context) {
    const { clientFor, apiUrl, prompts } = context;
    const { auth } = clientFor(apiUrl);
    const email = await askEmail(context, given);
    const password = await askPassword(context, givenPassword, {
      es: 'Contraseña (8 caracteres o más)',
      en: 'Password (8 characters or more)',
    });
    const account = { email, password, ...(name && { name }), ...(phone && { phone }) };
    await auth.signUp(account);
    if (!prompts.interactive) return reportCodeSent(context, email);
    let isFirst = true;
    const session = await withMailedCode(context, {
      email,
      // The account's own mail is the first one.
      send: async () => {
        if (!isFirst) await auth.resend({ email });
        isFirst = false;
      },
      use: (code) => auth.verify({ email, code }),
    });
    return finishSignIn(context, session);
  },
});
