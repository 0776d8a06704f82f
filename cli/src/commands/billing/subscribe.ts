import { z } from 'zod';
import type { Context } from '../../lib/context.ts';
import { defineCommand, flag } from '../../lib/define-command.ts';
import { subscribe, type PaymentDeps } from '../../lib/payments.ts';

/** Shared by both ways to pay. */
export const payFlag = flag(z.boolean().optional(), {
  es: 'Espera el pago; en el sandbox lo hace (sin plata real)',
  en: 'Wait for the payment; in the sandbox, make it (no real money)',
});

export function paymentDeps({ sdk, io, signal, output, prompts }: Context): PaymentDeps {
  return {
    sdk,
    fetch: io.fetch ?? fetch,
    now: io.now,
    signal,
    interactive: prompts.interactive,
    onPage: (url) => output.note({ es: `Pague aquí: ${url}`, en: `Pay here: ${url}` }),
  };
}

export const billingSubscribe = defineCommand({
  name: 'billing subscribe',
  summary: { es: 'Suscribe su negocio al plan Pro', en: 'Subscribe your business to the Pro plan' },
  fields: { pay: payFlag },
  examples: ['billing subscribe', 'billing subscribe --pay'],
  async run({ pay }, context) {
    const { sdk, output, signal, t } = context;
    const checkout = await sdk.billing.checkout({}, { signal });
    if (!pay) {
      output.result(checkout, ({ url }) => t({ es: `Pague aquí: ${url}`, en: `Pay here: ${url}` }));
      return;
    }
    output.result(
      await subscribe(paymentDeps(context), checkout.url),
      ({ plan }, style) => `${style.good('✓')} Plan ${style.bold(plan)}`,
    );
  },
});
