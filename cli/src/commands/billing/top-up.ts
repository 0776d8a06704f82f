import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { CliError } from '../../lib/errors.ts';
import { formatMoney } from '../../lib/format.ts';
import { payTopUp } from '../../lib/payments.ts';
import { payFlag, paymentDeps } from './subscribe.ts';
import { topUpStatus } from '../../lib/wire-words.ts';

const minorPerPeso = 100;

/** The same command beside the plan and beside the balance: it is about both. */
const topUpNamed = (name: 'billing top-up' | 'wallet top-up') =>
  defineCommand({
    name,
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
      provider: option(
        z.enum(['wompi', 'bold']).optional(),
        {
          es: 'Quién recauda: wompi o bold; si no, el del servidor',
          en: 'Who collects: wompi or bold; else the server’s own',
        },
        { value: 'NAME', env: 'ALO_TOP_UP_PROVIDER' },
      ),
      pay: payFlag,
    },
    examples: [`${name} 50000`, `${name} 50000 --provider bold --pay`],
    async run({ amount, provider, pay }, context) {
      const { sdk, output, signal, lang, t } = context;
      const started = await sdk.billing.topUps.create(
        { amount: amount * minorPerPeso, currency: 'COP', ...(provider ? { provider } : {}) },
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
        (clean, style) =>
          `${clean.status === 'approved' ? style.good('✓') : style.bad('✗')} ${t({ es: 'Recarga de', en: 'Top-up of' })} ${formatMoney(clean, lang)}: ${topUpStatus(clean.status, lang)}`,
      );
      if (paid.status === 'approved') return;
      throw new CliError('payment_declined', {
        es: `El pago quedó ${topUpStatus(paid.status, 'es')}.`,
        en: `The payment ended ${topUpStatus(paid.status, 'en')}.`,
      });
    },
  });

export const billingTopUp = topUpNamed('billing top-up');
export const walletTopUp = topUpNamed('wallet top-up');
