import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { endpointView } from '../../lib/event-view.ts';

export const endpointArgument = argument(
  z.string().min(1),
  { es: 'Su id (whe_…)', en: 'Its id (whe_…)' },
  { value: 'ENDPOINT' },
);

export const webhooksShow = defineCommand({
  name: 'webhooks show',
  summary: { es: 'Muestra una dirección registrada', en: 'Show a registered address' },
  fields: { endpoint: endpointArgument },
  async run({ endpoint }, { sdk, output, signal, lang }) {
    output.result(await sdk.webhookEndpoints.get(endpoint, { signal }), (clean) =>
      endpointView(clean, lang),
    );
  },
});
