import { eventTypes, type EventType } from '@alo/sdk';
import { z } from 'zod';
import { argument, defineCommand, option } from '../lib/define-command.ts';

export const trigger = defineCommand({
  name: 'trigger',
  summary: {
    es: 'Crea un evento de prueba: lo reciben quienes escuchan, y los destinos que diga',
    en: 'Make a test event: listeners get it, and the endpoints you name',
  },
  fields: {
    event: argument(
      z.enum(eventTypes as [EventType, ...EventType[]]),
      { es: `Uno de: ${eventTypes.join(', ')}`, en: `One of: ${eventTypes.join(', ')}` },
      { value: 'EVENT' },
    ),
    endpoint: option(
      z.array(z.string()).default([]),
      { es: 'Destinos que también lo reciben (whe_…)', en: 'Endpoints that get it too (whe_…)' },
      { many: true, value: 'ID' },
    ),
  },
  examples: ['trigger call.ended', 'trigger payment.approved --endpoint whe_01kb…'],
  async run({ event: type, endpoint }, { sdk, output, signal, t }) {
    const event = await sdk.events.trigger({ type, endpoint_ids: endpoint }, { signal });
    output.result(event, (clean, style) =>
      [
        `${style.good('✓')} ${clean.type}  ${clean.id}`,
        style.dim(
          t({
            es: 'De prueba: nada ha pasado, ninguna plata se mueve.',
            en: 'A test: nothing has happened, no money moves.',
          }),
        ),
      ].join('\n'),
    );
  },
});
