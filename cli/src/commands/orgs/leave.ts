import { defineCommand } from '../../lib/define-command.ts';

export const orgsLeave = defineCommand({
  name: 'orgs leave',
  summary: { es: 'Se retira del negocio elegido', en: 'Leave the chosen organization' },
  examples: ['orgs leave --org org_…'],
  async run(_values, { sdk, output, signal, apiUrl, credentials, t }) {
    const { organization } = await sdk.me.get({ signal });
    await sdk.organizations.leave({ signal });
    const saved = await credentials.load(apiUrl);
    if (saved?.organization === organization?.id) {
      await credentials.useOrganization(apiUrl, undefined);
    }
    output.result({ id: organization?.id, left: true }, () =>
      t({
        es: `Se retiró de ${organization?.name ?? '—'}.`,
        en: `You left ${organization?.name ?? '—'}.`,
      }),
    );
  },
});
