import { z } from 'zod';
import { defineCommand, flag, option } from '../../lib/define-command.ts';
import { usageError } from '../../lib/errors.ts';
import { eventsField } from '../../lib/event-fields.ts';
import { endpointView } from '../../lib/event-view.ts';
import { descriptionField } from './create.ts';
import { endpointArgument } from './show.ts';

export const webhooksUpdate = defineCommand({
  name: 'webhooks update',
  summary: {
    es: 'Cambia una dirección registrada, la desactiva o la activa',
    en: 'Change a registered address, disable it or enable it',
  },
  fields: {
    endpoint: endpointArgument,
    url: option(
      z.url().optional(),
      { es: 'La nueva dirección', en: 'The new address' },
      { value: 'URL' },
    ),
    events: eventsField,
    description: descriptionField,
    enable: flag(z.boolean().optional(), { es: 'Activarla', en: 'Enable it' }),
    disable: flag(z.boolean().optional(), { es: 'Desactivarla', en: 'Disable it' }),
  },
  examples: ['webhooks update whe_01kb… --enable', 'webhooks update whe_01kb… --events "*"'],
  async run({ endpoint, url, events, description, enable, disable }, context) {
    const { sdk, output, signal, lang } = context;
    if (enable && disable) {
      throw usageError({
        es: '--enable y --disable no van juntas.',
        en: '--enable and --disable do not go together.',
      });
    }
    const change = {
      ...(url && { url }),
      ...(events && { event_types: events }),
      ...(description && { description }),
      ...(enable && { status: 'enabled' as const }),
      ...(disable && { status: 'disabled' as const }),
    };
    if (Object.keys(change).length === 0) {
      throw usageError({ es: 'Diga qué cambiar.', en: 'Say what to change.' });
    }
    output.result(await sdk.webhookEndpoints.update(endpoint, change, { signal }), (clean) =>
      endpointView(clean, lang),
    );
  },
});
