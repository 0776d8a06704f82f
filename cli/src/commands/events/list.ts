import { defineCommand } from '../../lib/define-command.ts';
import { eventsField } from '../../lib/event-fields.ts';
import { pageFields } from '../../lib/fields.ts';
import { formatTime, table } from '../../lib/format.ts';

export const eventsList = defineCommand({
  name: 'events list',
  summary: {
    es: 'Lista lo que ha pasado, lo último primero',
    en: 'List what happened, newest first',
  },
  fields: { events: eventsField, ...pageFields },
  examples: ['events list', 'events list --events call.* --limit 100'],
  async run({ events, ...page }, { sdk, output, signal, lang, t }) {
    output.result(await sdk.events.list({ types: events, ...page }, { signal }), ({ data }) => {
      if (data.length === 0)
        return t({ es: 'Todavía no ha pasado nada.', en: 'Nothing has happened yet.' });
      return table(
        ['ID', t({ es: 'TIPO', en: 'TYPE' }), t({ es: 'FECHA', en: 'DATE' }), ''],
        data.map((event) => [
          event.id,
          event.type,
          formatTime(event.timestamp, lang),
          event.test ? t({ es: 'prueba', en: 'test' }) : '',
        ]),
      );
    });
  },
});
