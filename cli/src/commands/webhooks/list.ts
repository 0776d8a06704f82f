import { defineCommand } from '../../lib/define-command.ts';
import { endpointState } from '../../lib/event-view.ts';
import { pageFields } from '../../lib/fields.ts';
import { table } from '../../lib/format.ts';

export const webhooksList = defineCommand({
  name: 'webhooks list',
  summary: { es: 'Lista las direcciones registradas', en: 'List the registered addresses' },
  fields: pageFields,
  async run(query, { sdk, output, signal, lang, t }) {
    output.result(await sdk.webhookEndpoints.list(query, { signal }), ({ data }) => {
      if (data.length === 0) {
        return t({
          es: 'No hay ninguna. Registre una con: alo webhooks create',
          en: 'There are none. Register one with: alo webhooks create',
        });
      }
      return table(
        ['ID', 'URL', t({ es: 'EVENTOS', en: 'EVENTS' }), t({ es: 'ESTADO', en: 'STATE' })],
        data.map((one) => [one.id, one.url, one.event_types.join(', '), endpointState(one, lang)]),
      );
    });
  },
});
