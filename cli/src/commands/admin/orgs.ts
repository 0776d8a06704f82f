import { z } from 'zod';
import { defineCommand, option } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatMoney, formatTime, table } from '../../lib/format.ts';

export const adminOrgs = defineCommand({
  name: 'admin orgs',
  summary: {
    es: 'Busca entre todos los negocios; queda registrado',
    en: 'Search all organizations; it is written down',
  },
  fields: {
    search: option(
      z.string().min(1).optional(),
      {
        es: 'Parte del nombre o del correo de un dueño, o el id',
        en: 'Part of the name or of an owner’s e-mail, or the id',
      },
      { value: 'TEXT' },
    ),
    ...pageFields,
  },
  examples: ['admin orgs --search panaderia'],
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.admin.organizations.list(query, { signal }), ({ data }) =>
      table(
        [
          'ID',
          t({ es: 'NOMBRE', en: 'NAME' }),
          t({ es: 'DUEÑOS', en: 'OWNERS' }),
          t({ es: 'PERSONAS', en: 'PEOPLE' }),
          'PLAN',
          t({ es: 'SALDO', en: 'BALANCE' }),
          t({ es: 'DESDE', en: 'SINCE' }),
        ],
        data.map((each) => [
          each.id,
          each.name,
          each.owners.join(' '),
          String(each.members),
          each.plan,
          formatMoney(each.balance, lang),
          formatTime(each.created_at, lang),
        ]),
      ),
    );
  },
});
