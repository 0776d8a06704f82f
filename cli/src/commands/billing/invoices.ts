import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatMoney, formatTime, table } from '../../lib/format.ts';
import { invoiceStatus } from '../../lib/wire-words.ts';

export const billingInvoices = defineCommand({
  name: 'billing invoices',
  summary: { es: 'Las facturas de su suscripción', en: 'The invoices of your subscription' },
  fields: pageFields,
  examples: ['billing invoices', 'billing invoices --limit 3'],
  async run({ limit, cursor }, { sdk, output, signal, lang, t }) {
    const query = { limit, ...(cursor === undefined ? {} : { cursor }) };
    output.result(await sdk.billing.invoices(query, { signal }), ({ data }) =>
      data.length === 0
        ? t({ es: 'Todavía no hay facturas.', en: 'There are no invoices yet.' })
        : table(
            [
              t({ es: 'FECHA', en: 'DATE' }),
              t({ es: 'NÚMERO', en: 'NUMBER' }),
              t({ es: 'VALOR', en: 'AMOUNT' }),
              t({ es: 'ESTADO', en: 'STATUS' }),
              t({ es: 'PÁGINA', en: 'PAGE' }),
            ],
            data.map((invoice) => [
              formatTime(invoice.created_at, lang),
              invoice.number ?? '–',
              formatMoney(invoice, lang),
              invoiceStatus(invoice.status, lang),
              invoice.url ?? invoice.pdf_url ?? '–',
            ]),
          ),
    );
  },
});
