import type { Alert } from '@alo/sdk';
import { defineCommand } from '../../lib/define-command.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';
import type { Localized } from '../../lib/language.ts';

const kinds: Record<Alert['kind'], Localized> = {
  low_balance: { es: 'Queda poco saldo', en: 'The balance is low' },
  payment_failed: { es: 'Un pago no pasó', en: 'A payment did not go through' },
  webhook_disabled: { es: 'Una dirección de eventos se apagó', en: 'A webhook was switched off' },
  provider_down: { es: 'Un proveedor no responde', en: 'A provider does not answer' },
};

export const alertsList = defineCommand({
  name: 'alerts list',
  summary: { es: 'Lista los avisos, lo último primero', en: 'List the alerts, newest first' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.alerts.list(query, { signal }), ({ data }, style) => {
      if (data.length === 0) return t({ es: 'No hay avisos.', en: 'There are no alerts.' });
      return table(
        ['ID', t({ es: 'AVISO', en: 'ALERT' }), t({ es: 'DESDE', en: 'SINCE' }), ''],
        data.map((alert) => [
          alert.id,
          t(kinds[alert.kind]),
          formatTime(alert.first_at, lang),
          alert.resolved_at
            ? style.dim(t({ es: 'resuelto', en: 'resolved' }))
            : style.warn(t({ es: 'abierto', en: 'open' })),
        ]),
      );
    });
  },
});
