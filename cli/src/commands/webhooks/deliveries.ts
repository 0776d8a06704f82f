import { z } from 'zod';
import { defineCommand, option } from '../../lib/define-command.ts';
import { deliveryTable } from '../../lib/event-view.ts';
import { pageFields } from '../../lib/fields.ts';
import { endpointArgument } from './show.ts';

export const webhooksDeliveries = defineCommand({
  name: 'webhooks deliveries',
  summary: {
    es: 'Lista lo enviado a una dirección, lo último primero',
    en: 'List what was sent to an address, newest first',
  },
  fields: {
    endpoint: endpointArgument,
    status: option(
      z.enum(['pending', 'delivered', 'failed']).optional(),
      { es: 'pending, delivered o failed', en: 'pending, delivered or failed' },
      { value: 'STATUS' },
    ),
    ...pageFields,
  },
  examples: ['webhooks deliveries whe_01kb… --status failed'],
  async run({ endpoint, ...query }, { sdk, output, signal, lang, t }) {
    const page = await sdk.webhookEndpoints.deliveries(endpoint, query, { signal });
    output.result(page, ({ data }) =>
      data.length === 0
        ? t({ es: 'No se le ha enviado nada.', en: 'Nothing was sent to it.' })
        : deliveryTable(data, 'event', lang),
    );
  },
});
