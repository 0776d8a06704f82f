import { defineCommand } from '../../lib/define-command.ts';
import { formatMoney, table } from '../../lib/format.ts';

export const billingPlans = defineCommand({
  name: 'billing plans',
  summary: { es: 'Los planes y sus precios', en: 'The plans and their prices' },
  examples: ['billing plans'],
  async run(_values, { sdk, output, signal, lang, t }) {
    const every = {
      day: t({ es: 'al día', en: 'a day' }),
      week: t({ es: 'a la semana', en: 'a week' }),
      month: t({ es: 'al mes', en: 'a month' }),
      year: t({ es: 'al año', en: 'a year' }),
    };
    output.result(await sdk.billing.plans({ signal }), ({ data }) =>
      table(
        [
          t({ es: 'PLAN', en: 'PLAN' }),
          t({ es: 'PRECIO', en: 'PRICE' }),
          t({ es: 'MINUTO DE LLAMADA', en: 'MINUTE ON THE PHONE' }),
        ],
        data.map(({ id, price, call_rate_per_minute: rate }) => [
          id,
          price ? `${formatMoney(price, lang)} ${price.currency} ${every[price.interval]}` : '–',
          formatMoney(rate, lang),
        ]),
      ),
    );
  },
});
