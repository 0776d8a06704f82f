import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { formatMoney } from '../../lib/format.ts';

const minorPerUnit = 100;

export const walletWarnBelow = defineCommand({
  name: 'wallet warn-below',
  summary: {
    es: 'Avisa cuando el saldo baje de este valor',
    en: 'Warn when the balance falls below this amount',
  },
  fields: {
    amount: argument(
      z.coerce.number().int().min(0),
      {
        es: 'Cuánto, en la moneda del saldo: 20000',
        en: "How much, in the wallet's currency: 20000",
      },
      { value: 'AMOUNT' },
    ),
  },
  examples: ['wallet warn-below 20000'],
  async run({ amount }, { sdk, output, signal, lang, t }) {
    const body = { low_balance_at: amount * minorPerUnit };
    output.result(await sdk.wallet.update(body, { signal }), ({ low_balance_at, currency }) => {
      const shown = formatMoney({ amount: low_balance_at, currency }, lang);
      return t({ es: `Avisaremos al bajar de ${shown}.`, en: `We will warn below ${shown}.` });
    });
  },
});
