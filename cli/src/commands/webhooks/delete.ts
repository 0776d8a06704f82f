import { defineCommand } from '../../lib/define-command.ts';
import { endpointArgument } from './show.ts';

export const webhooksDelete = defineCommand({
  name: 'webhooks delete',
  summary: {
    es: 'Borra una dirección registrada, con su registro de envíos',
    en: 'Delete a registered address, with its delivery log',
  },
  fields: { endpoint: endpointArgument },
  async run({ endpoint }, { sdk, output, signal, t }) {
    await sdk.webhookEndpoints.delete(endpoint, { signal });
    output.result({ id: endpoint, deleted: true }, () => t({ es: 'Borrada.', en: 'Deleted.' }));
  },
});
