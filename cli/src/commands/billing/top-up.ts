import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { CliError } from '../../lib/errors.ts';
import { formatMoney } from '../../lib/format.ts';
import { payTopUp } from '../../lib/payments.ts';
import { payFlag, paymentDeps } from './subscribe.ts';

const minorPerPeso = 100;

export const billingTopUp = defineCommand({
  name: 'billing top-up',
  summary: {
    es: 'Recarga el saldo, en pesos colombianos',
    en: 'Top up the balance, in Colombian pesos',
  },
  fields: {
    amount: argument(
      z.coerce.number().int().positive(),
      { es: 'Cuántos pesos: 50000', en: 'How many pesos: 50000' },
      { value: 'PESOS' },
    ),
    pay: payFlag,
  },
  examples: ['billing top-up 50000', 'billing top-up 50000 --pay'],
  async run({ amount, pay }, context) {
    const { sdk, output, signal, lang, t } = context;
    const started = await sdk.billing.topUps.create(
      { amount: amount * minorPerPeso, currency: 'COP' },
      { signal },
    );
    if (!pay) {
      output.result(started, (clean) =>
        t({
          es: `Pague ${formatMoney(clean, lang)} aquí: ${clean.url}`,
          en: `Pay ${formatMoney(clean, lang)} here: ${clean.url}`,
        }),
      );
      return;
    }
    const paid = await payTopUp(paymentDeps(context), started);
    output.result(
      paid,
      (clean, style) => `${style.good('✓')} ${formatMoney(clean, lang)} ${clean.status}`,
    );
    if (paid.status === 'approved') return;
    throw new CliError('payment_declined', {
      es: `El pago quedó en estado ${paid.status}.`,
      en: `The payment ended as ${paid.status}.`,
    });
  },
});
