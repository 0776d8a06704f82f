import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { eventsField } from '../../lib/event-fields.ts';
import { endpointView } from '../../lib/event-view.ts';

export const descriptionField = option(
  z.string().optional(),
  { es: 'Para qué es', en: 'What it is for' },
  { value: 'TEXT' },
);

export const webhooksCreate = defineCommand({
  name: 'webhooks create',
  summary: {
    es: 'Registra una dirección que recibe los eventos, firmados',
    en: 'Register an address that events are posted to, signed',
  },
  fields: {
    url: argument(
      z.url(),
      { es: 'Dónde: https, en la internet pública', en: 'Where: https, on the public internet' },
      { value: 'URL' },
    ),
    events: eventsField,
    description: descriptionField,
  },
  examples: [
    'webhooks create https://panaderia.co/hooks/alo',
    'webhooks create https://panaderia.co/hooks/alo --events call.* payment.approved',
  ],
  async run({ url, events, description }, { sdk, output, signal, lang, t }) {
    const body = {
      url,
      ...(events && { event_types: events }),
      ...(description && { description }),
    };
    const created = await sdk.webhookEndpoints.create(body, { signal });
    output.result(created, (clean, style) =>
      [
        endpointView(clean, lang),
        '',
        style.bold(clean.secret),
        t({
          es: 'Con este secreto verifica las firmas. Guárdelo ahora: no se vuelve a mostrar.',
          en: 'Check signatures with this secret. Keep it now: it is not shown again.',
        }),
      ].join('\n'),
    );
  },
});
