import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';

export const keysRevoke = defineCommand({
  name: 'keys revoke',
  summary: {
    es: 'Revoca una clave: deja de servir de una vez',
    en: 'Revoke a key: it stops working at once',
  },
  fields: { key: argument(z.string().min(1), { es: 'Su id (key_…)', en: 'Its id (key_…)' }) },
  async run({ key }, { sdk, output, signal, t }) {
    await sdk.apiKeys.revoke(key, { signal });
    output.result({ id: key, revoked: true }, () =>
      t({ es: 'Clave revocada.', en: 'Key revoked.' }),
    );
  },
});
