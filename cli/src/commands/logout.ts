import { AuthenticationError } from '@alo/sdk';
import { defineCommand } from '../lib/define-command.ts';

export const logout = defineCommand({
  name: 'logout',
  summary: { es: 'Cierra la sesión', en: 'Sign out' },
  async run(_values, { sessionClient, apiUrl, credentials, output, t }) {
    const session = await credentials.load(apiUrl);
    if (session) {
      await sessionClient(apiUrl)
        .auth.signOut()
        .catch((error: unknown) => {
          // A session that is over already is what was asked for.
          if (!(error instanceof AuthenticationError)) throw error;
        });
      await credentials.remove(apiUrl);
    }
    output.result({ signed_out: session !== undefined }, ({ signed_out }) =>
      signed_out
        ? t({ es: 'Sesión cerrada.', en: 'Signed out.' })
        : t({ es: 'No había sesión.', en: 'There was no session.' }),
    );
  },
});
