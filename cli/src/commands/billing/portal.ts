import { defineCommand } from '../../lib/define-command.ts';

export const billingPortal = defineCommand({
  name: 'billing portal',
  summary: {
    es: 'Abre la página de su suscripción: tarjeta, NIT, facturas',
    en: 'The page of your subscription: card, tax id, invoices',
  },
  examples: ['billing portal'],
  async run(_values, { sdk, output, signal }) {
    output.result(await sdk.billing.portal({}, { signal }), ({ url }) => url);
  },
});
