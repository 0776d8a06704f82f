import { defineCommand } from '../../lib/define-command.ts';
import { viewBilling } from './view.ts';

export const billingStatus = defineCommand({
  name: 'billing',
  summary: {
    es: 'Muestra su plan; suscribe y recarga',
    en: 'Show your plan; subscribe and top up',
  },
  examples: ['billing', 'billing subscribe', 'billing top-up 50000'],
  async run(_values, context) {
    const { sdk, output, signal } = context;
    output.result(await sdk.billing.get({ signal }), (billing, style) =>
      viewBilling(billing, style, context),
    );
  },
});
