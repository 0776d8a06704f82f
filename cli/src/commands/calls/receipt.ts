import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { receiptView } from '../../lib/wallet-view.ts';

export const callsReceipt = defineCommand({
  name: 'calls receipt',
  summary: {
    es: 'El recibo de una llamada: segundos, tarifa, cobro y saldo',
    en: 'The receipt of a call: seconds, rate, charge and balance',
  },
  fields: {
    call: argument(z.string().min(1), { es: 'Su id (call_…)', en: 'Its id (call_…)' }),
  },
  examples: ['calls receipt call_01kb…'],
  async run({ call }, { sdk, output, signal, lang }) {
    output.result(await sdk.calls.receipt(call, { signal }), (receipt, style) =>
      receiptView(receipt, style, lang),
    );
  },
});
