import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { deliveryTable, eventLine } from '../../lib/event-view.ts';

export const eventArgument = argument(z.string().min(1), {
  es: 'Su id (evt_…)',
  en: 'Its id (evt_…)',
});

export const eventsShow = defineCommand({
  name: 'events show',
  summary: {
    es: 'Muestra un evento y a dónde se envió',
    en: 'Show an event and where it was sent',
  },
  fields: { event: eventArgument },
  async run({ event: id }, { sdk, output, signal, lang, t }) {
    const event = await sdk.events.get(id, { signal });
    const deliveries = await sdk.events.deliveries(id, { signal });
    output.result({ ...event, deliveries }, ({ deliveries: sent, ...clean }, style) =>
      [
        eventLine(clean, null, style, lang),
        JSON.stringify(clean.data, null, 2),
        sent.length === 0
          ? style.dim(t({ es: 'No se envió a ningún destino.', en: 'Sent to no endpoint.' }))
          : deliveryTable(sent, 'endpoint', lang),
      ].join('\n'),
    );
  },
});
