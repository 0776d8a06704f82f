import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';

export const orgsCreate = defineCommand({
  name: 'orgs create',
  summary: { es: 'Crea otro negocio', en: 'Make another organization' },
  fields: {
    name: argument(
      z.string().min(1),
      { es: 'Cómo se llama', en: 'What it is called' },
      { value: 'NAME' },
    ),
  },
  examples: ['orgs create "La Espiga, sede norte"'],
  async run(body, { sdk, output, signal, t }) {
    const made = await sdk.organizations.create(body, { signal, organization: null });
    output.result(made, ({ id, name }, style) =>
      t({
        es: `${style.good('✓')} ${name}  ${style.dim(id)}\nTrabaje en él con: alo orgs use ${id}`,
        en: `${style.good('✓')} ${name}  ${style.dim(id)}\nWork for it with: alo orgs use ${id}`,
      }),
    );
  },
});
