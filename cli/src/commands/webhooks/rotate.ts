import { z } from 'zod';
import { defineCommand, option } from '../../lib/define-command.ts';
import { formatTime } from '../../lib/format.ts';
import { endpointArgument } from './show.ts';

export const webhooksRotate = defineCommand({
  name: 'webhooks rotate',
  summary: {
    es: 'Cambia el secreto que firma; por un tiempo firma también el anterior',
    en: 'Change the signing secret; for a while the one before signs too',
  },
  fields: {
    endpoint: endpointArgument,
    overlapHours: option(
      z.coerce.number().int().min(0).max(168).optional(),
      {
        es: 'Cuántas horas más firma el anterior (24; 0: ninguna)',
        en: 'How many more hours the one before signs (24; 0: none)',
      },
      { value: 'N' },
    ),
  },
  examples: ['webhooks rotate whe_01kb… --overlap-hours 48'],
  async run({ endpoint, overlapHours }, { sdk, output, signal, lang, t }) {
    const body = overlapHours === undefined ? {} : { overlap_hours: overlapHours };
    const rotated = await sdk.webhookEndpoints.rotateSecret(endpoint, body, { signal });
    output.result(rotated, (clean, style) => {
      const until = formatTime(clean.previous_expires_at, lang);
      return [
        style.bold(clean.secret),
        t({
          es: `Guárdelo ahora: no se vuelve a mostrar. El anterior firma hasta el ${until}`,
          en: `Keep it now: it is not shown again. The one before signs until ${until}`,
        }),
      ].join('\n');
    });
  },
});
