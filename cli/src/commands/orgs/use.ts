import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { CliError, exitCodes } from '../../lib/errors.ts';

export const orgsUse = defineCommand({
  name: 'orgs use',
  summary: {
    es: 'Elige el negocio para el que trabaja `alo` de aquí en adelante',
    en: 'Choose the organization `alo` works for from here on',
  },
  fields: {
    organization: argument(
      z.string().min(1),
      { es: 'Su id (org_…) o su nombre', en: 'Its id (org_…) or its name' },
      { value: 'ORG' },
    ),
  },
  examples: ['orgs use "Panadería La Espiga"'],
  async run({ organization }, { sdk, output, signal, apiUrl, credentials, t }) {
    const { organizations } = await sdk.me.get({ signal, organization: null });
    const found = organizations.filter(
      ({ id, name }) => id === organization || name.toLowerCase() === organization.toLowerCase(),
    );
    const [chosen] = found;
    if (!chosen) throw noSuch(organization);
    if (found.length > 1) throw ambiguous(organization);
    const saved = await credentials.useOrganization(apiUrl, chosen.id);
    if (!saved) throw noSession();
    output.result(chosen, ({ name }, style) =>
      t({
        es: `De aquí en adelante: ${style.bold(name)}.`,
        en: `From here on: ${style.bold(name)}.`,
      }),
    );
  },
});

function noSuch(given: string): CliError {
  return new CliError(
    'not_found',
    { es: `No pertenece a «${given}».`, en: `You do not belong to “${given}”.` },
    {
      exitCode: exitCodes.notFound,
      hint: { es: 'Mírelos con `alo orgs list`.', en: 'See them with `alo orgs list`.' },
    },
  );
}

function ambiguous(given: string): CliError {
  return new CliError('ambiguous', {
    es: `Hay varios negocios de nombre «${given}»: diga el id.`,
    en: `Several organizations are called “${given}”: say the id.`,
  });
}

function noSession(): CliError {
  return new CliError(
    'unauthenticated',
    {
      es: 'Eso es de quien inició sesión; una clave es de un solo negocio.',
      en: 'That is for who signed in; a key belongs to one organization.',
    },
    { exitCode: exitCodes.auth },
  );
}
