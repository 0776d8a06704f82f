import { z } from 'zod';
import { argument, defineCommand } from '../../lib/define-command.ts';
import { deliveryStatus } from '../../lib/event-view.ts';
import { formatTime, pairs, table } from '../../lib/format.ts';

export const webhooksDelivery = defineCommand({
  name: 'webhooks delivery',
  summary: {
    es: 'Muestra un envío y qué pasó en cada intento',
    en: 'Show a delivery and what came of each attempt',
  },
  fields: {
    delivery: argument(z.string().min(1), { es: 'Su id (dlv_…)', en: 'Its id (dlv_…)' }),
  },
  async run({ delivery }, { sdk, output, signal, lang, t }) {
    output.result(await sdk.webhookEndpoints.delivery(delivery, { signal }), (clean) =>
      [
        pairs([
          [t({ es: 'Evento', en: 'Event' }), `${clean.event_type}  ${clean.event_id}`],
          [t({ es: 'Destino', en: 'Endpoint' }), clean.endpoint_id],
          [t({ es: 'Estado', en: 'Status' }), deliveryStatus(clean.status, lang)],
        ]),
        '',
        table(
          [
            '#',
            t({ es: 'FECHA', en: 'DATE' }),
            t({ es: 'RESPUESTA', en: 'ANSWER' }),
            t({ es: 'TARDÓ', en: 'TOOK' }),
            t({ es: 'DIJO', en: 'SAID' }),
          ],
          clean.attempt_log.map((attempt) => [
            String(attempt.number),
            formatTime(attempt.at, lang),
            attempt.status_code === null ? (attempt.error ?? '—') : String(attempt.status_code),
            `${attempt.duration_ms} ms`,
            (attempt.response ?? '').replaceAll(/\s+/g, ' ').slice(0, 60),
          ]),
        ),
      ].join('\n'),
    );
  },
});
