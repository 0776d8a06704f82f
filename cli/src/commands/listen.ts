import { z } from 'zod';
import type { Context } from '../lib/context.ts';
import { defineCommand, option } from '../lib/define-command.ts';
import { eventsField, forwardUrlSchema, secretField } from '../lib/event-fields.ts';
import { eventLine } from '../lib/event-view.ts';
import { forwardEvent, temporarySecret } from '../lib/forward.ts';

export const listen = defineCommand({
  name: 'listen',
  summary: {
    es: 'Recibe los eventos en vivo y los reenvía, firmados, a su servidor local',
    en: 'Get events live and forward them, signed, to your local server',
  },
  fields: {
    forwardTo: option(
      forwardUrlSchema.optional(),
      { es: 'A dónde reenviar cada evento', en: 'Where to forward each event' },
      { value: 'localhost:3000/hooks', env: 'ALO_FORWARD_TO' },
    ),
    events: eventsField,
    from: option(
      z.string().optional(),
      {
        es: 'Desde después de este evento (evt_…), o start para todos los guardados',
        en: 'From behind this event (evt_…), or start for all that are kept',
      },
      { value: 'EVENT' },
    ),
    secret: secretField,
  },
  examples: [
    'listen --forward-to localhost:3000/hooks',
    'listen --events call.* payment.approved',
    'listen --from start --json',
  ],
  async run({ forwardTo, events, from, secret: given }, context) {
    const { sdk, output, signal, lang, io } = context;
    const secret = forwardTo === undefined ? undefined : (given ?? temporarySecret());
    let [opened, lost] = [false, false];
    const onLost = () => {
      if (!lost && opened)
        output.note({
          es: 'Se cortó la conexión. Reconectando…',
          en: 'Connection lost. Retrying…',
        });
      lost = true;
    };
    const onOpen = () => {
      if (!opened) announce(context, forwardTo, secret);
      else if (lost)
        output.note({ es: 'Reconectado: nada se perdió.', en: 'Reconnected: nothing was lost.' });
      [opened, lost] = [true, false];
    };
    // For as long as it takes: the platform may be restarted meanwhile.
    const options = { signal, onOpen, onLost, maxRetries: Infinity };
    for await (const event of sdk.events.stream({ types: events, from }, options)) {
      const forward =
        forwardTo === undefined || secret === undefined
          ? null
          : await forwardEvent(event, {
              url: forwardTo,
              secret,
              fetch: io.fetch ?? fetch,
              now: io.now,
              signal,
            });
      output.item({ event, forward }, (clean, style) =>
        eventLine(clean.event, clean.forward, style, lang),
      );
    }
  },
});

/** Said once events are heard: whoever waits for this can begin to make them happen. */
function announce(
  { output, t }: Context,
  forwardTo: string | undefined,
  secret: string | undefined,
): void {
  const ready = { listening: true, forward_to: forwardTo ?? null, secret: secret ?? null };
  output.item(ready, (_, style) => {
    const lines = [style.good(t({ es: 'Escuchando…', en: 'Listening…' }))];
    if (forwardTo && secret) {
      lines.push(
        `${t({ es: 'Reenvío a', en: 'Forwarding to' })} ${style.bold(forwardTo)}`,
        `${t({ es: 'Secreto para verificar la firma', en: 'Secret to check signatures with' })}: ${style.bold(secret)}`,
      );
    }
    lines.push(style.dim(t({ es: 'Ctrl-C para terminar', en: 'Ctrl-C to end' })));
    return lines.join('\n');
  });
}
