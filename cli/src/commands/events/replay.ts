import { z } from 'zod';
import { defineCommand, option } from '../../lib/define-command.ts';
import { forwardUrlSchema, secretField } from '../../lib/event-fields.ts';
import { deliveryTable, eventLine } from '../../lib/event-view.ts';
import { forwardEvent, temporarySecret } from '../../lib/forward.ts';
import { eventArgument } from './show.ts';

export const eventsReplay = defineCommand({
  name: 'events replay',
  summary: {
    es: 'Envía un evento otra vez: a un destino, a todos los que lo quieren, o a su servidor local',
    en: 'Send an event again: to an endpoint, to all that want it, or to your local server',
  },
  fields: {
    event: eventArgument,
    endpoint: option(
      z.string().optional(),
      { es: 'Solo a este destino (whe_…)', en: 'Only to this endpoint (whe_…)' },
      { value: 'ID' },
    ),
    forwardTo: option(
      forwardUrlSchema.optional(),
      {
        es: 'A su servidor local, desde aquí, y a nadie más',
        en: 'To your local server, from here, and to nobody else',
      },
      { value: 'localhost:3000/hooks' },
    ),
    secret: secretField,
  },
  examples: [
    'events replay evt_01kb…',
    'events replay evt_01kb… --endpoint whe_01kb…',
    'events replay evt_01kb… --forward-to localhost:3000/hooks --secret whsec_…',
  ],
  async run({ event: id, endpoint, forwardTo, secret: given }, context) {
    const { sdk, output, signal, lang, t, io } = context;
    if (forwardTo !== undefined) {
      const event = await sdk.events.get(id, { signal });
      const secret = given ?? temporarySecret();
      const options = { url: forwardTo, secret, fetch: io.fetch ?? fetch, now: io.now, signal };
      const forward = await forwardEvent(event, options);
      output.result({ event, forward, secret }, (clean, style) =>
        eventLine(clean.event, clean.forward, style, lang),
      );
      return;
    }
    const sent = await sdk.events.replay(id, { endpoint_id: endpoint }, { signal });
    output.result({ data: sent }, ({ data }) =>
      data.length === 0
        ? t({
            es: 'Ningún destino activo quiere este evento.',
            en: 'No enabled endpoint wants this event.',
          })
        : deliveryTable(data, 'endpoint', lang),
    );
  },
});
