import { AuthenticationError } from '@alo/sdk';
import { z } from 'zod';
import { defineCommand, flag } from '../lib/define-command.ts';
import { usageError } from '../lib/errors.ts';

export const logout = defineCommand({
  name: 'logout',
  summary: { es: 'Cierra la sesión', en: 'Sign out' },
  fields: {
    everywhere: flag(z.boolean().optional(), {
      es: 'También en los demás equipos y navegadores',
      en: 'On every other device and browser too',
    }),
    others: flag(z.boolean().optional(), {
      es: 'Solo en los demás; aquí sigue abierta',
      en: 'Only on the others; here it stays',
    }),
  },
  examples: ['logout', 'logout --everywhere'],
  async run({ everywhere, others }, { sessionClient, apiUrl, credentials, output, t }) {
    if (everywhere && others) {
      throw usageError({
        es: '--everywhere y --others no van juntas.',
        en: '--everywhere and --others do not go together.',
      });
    }
    const scope = everywhere ? 'global' : others ? 'others' : 'local';
    const session = await credentials.load(apiUrl);
    if (session) {
      await sessionClient(apiUrl)
        .auth.signOut({ scope })
        .catch((error: unknown) => {
          // Of this session nothing more was asked than that it be over; the others are not.
          if (!(error instanceof AuthenticationError) || scope !== 'local') throw error;
        });
      if (scope !== 'others') await credentials.remove(apiUrl);
    }
    output.result({ signed_out: session !== undefined, scope }, ({ signed_out }) => {
      if (!signed_out) return t({ es: 'No había sesión.', en: 'There was no session.' });
      return t(done[scope]);
    });
  },
});

const done = {
  local: { es: 'Sesión cerrada.', en: 'Signed out.' },
  global: { es: 'Sesión cerrada en todas partes.', en: 'Signed out everywhere.' },
  others: {
    es: 'Sesión cerrada en los demás equipos.',
    en: 'Signed out on every other device.',
  },
} as const;
