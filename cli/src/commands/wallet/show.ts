import { z } from 'zod';
import { defineCommand, flag } from '../../lib/define-command.ts';
import { walletKind } from '../../lib/wallet-view.ts';
import { formatMoney, formatTime, pairs, table } from '../../lib/format.ts';

export const wallet = defineCommand({
  name: 'wallet',
  summary: { es: 'Muestra su saldo', en: 'Show your balance' },
  fields: {
    entries: flag(z.boolean().optional(), {
      es: 'Muestra los movimientos',
      en: 'Show the movements',
    }),
  },
  examples: ['wallet', 'wallet --entries'],
  async run({ entries }, { sdk, output, signal, lang, t }) {
    if (entries) {
      output.result(await sdk.wallet.entries({ limit: 100 }, { signal }), ({ data }) =>
        table(
          [
            t({ es: 'FECHA', en: 'DATE' }),
            t({ es: 'QUÉ', en: 'WHAT' }),
            t({ es: 'VALOR', en: 'AMOUNT' }),
            t({ es: 'SALDO', en: 'BALANCE' }),
          ],
          data.map((one) => [
            formatTime(one.created_at, lang),
            walletKind(one.kind, lang),
            formatMoney(one, lang),
            formatMoney({ amount: one.balance_after, currency: one.currency }, lang),
          ]),
        ),
      );
      return;
    }
    output.result(await sdk.wallet.get({ signal }), (found, style) => {
      const money = (amount: number) => formatMoney({ amount, currency: found.currency }, lang);
      return pairs([
        [
          t({ es: 'Saldo', en: 'Balance' }),
          style.bold(`${money(found.balance)} ${found.currency}`),
        ],
        [t({ es: 'Reservado', en: 'Held' }), money(found.held)],
        [t({ es: 'Disponible', en: 'Available' }), money(found.available)],
        [t({ es: 'Aviso al bajar de', en: 'Warns below' }), money(found.low_balance_at)],
      ]);
    });
  },
});
