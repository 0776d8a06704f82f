import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';

export const keysCreate = defineCommand({
  name: 'keys create',
  summary: { es: 'Crea una clave de API para un programa', en: 'Create an API key for a program' },
  fields: {
    name: argument(
      z.string().min(1),
      { es: 'Para qué es', en: 'What it is for' },
      { value: 'NAME' },
    ),
    mode: option(
      z.enum(['live', 'test']).default('live'),
      { es: 'live o test', en: 'live or test' },
      { value: 'MODE' },
    ),
  },
  examples: ['keys create "mi tienda"'],
  async run(body, { sdk, output, signal, t }) {
    output.result(await sdk.apiKeys.create(body, { signal }), (key, style) =>
      [
        style.bold(key.secret),
        t({
          es: 'Guárdela ahora: no se vuelve a mostrar.',
          en: 'Keep it now: it is not shown again.',
        }),
      ].join('\n'),
    );
  },
});
