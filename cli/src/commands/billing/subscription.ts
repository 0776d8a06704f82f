import { defineCommand } from '../../lib/define-command.ts';
import { viewBilling } from './view.ts';

export const billingCancel = defineCommand({
  name: 'billing cancel',
  summary: {
    es: 'Cancela la suscripción al final del periodo pagado',
    en: 'Cancel the subscription at the end of the paid period',
  },
  examples: ['billing cancel'],
  async run(_values, context) {
    const { sdk, output, signal } = context;
    const billing = await sdk.billing.subscription.cancel({ signal });
    output.result(billing, (clean, style) => viewBilling(clean, style, context));
  },
});

export const billingResume = defineCommand({
  name: 'billing resume',
  summary: { es: 'Sigue con la suscripción cancelada', en: 'Keep a cancelled subscription' },
  examples: ['billing resume'],
  async run(_values, context) {
    const { sdk, output, signal } = context;
    const billing = await sdk.billing.subscription.resume({ signal });
    output.result(billing, (clean, style) => viewBilling(clean, style, context));
  },
});

export const billingSync = defineCommand({
  name: 'billing sync',
  summary: {
    es: 'Vuelve a leer la suscripción, si un pago no aparece',
    en: 'Read the subscription again, when a payment does not show',
  },
  examples: ['billing sync'],
  async run(_values, context) {
    const { sdk, output, signal } = context;
    const billing = await sdk.billing.subscription.sync({ signal });
    output.result(billing, (clean, style) => viewBilling(clean, style, context));
  },
});
