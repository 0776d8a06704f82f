import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { durationSchema } from '../../lib/fields.ts';
import { secretView } from '../../lib/keys.ts';

/** `calls:read,calls:write` */
const scopesSchema = z
  .string()
  .transform((text) => text.split(',').map((each) => each.trim()))
  .pipe(z.array(z.string().regex(/^[a-z_]+:[a-z]+$/, 'calls:read,calls:write')).min(1));

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
    role: option(
      z.enum(['admin', 'agent', 'viewer']).default('admin'),
      {
        es: 'admin (administrador), agent (operador) o viewer (solo lectura)',
        en: 'admin, agent or viewer',
      },
      { value: 'ROLE' },
    ),
    scopes: option(
      scopesSchema.optional(),
      {
        es: 'Solo estos permisos; sin ellos, todos los del rol',
        en: 'These permissions only; without, all of the role’s',
      },
      { value: 'LIST' },
    ),
    expires: option(
      durationSchema.optional(),
      { es: 'En cuánto vence (90d, 12h)', en: 'When it expires (90d, 12h)' },
      { value: 'TIME' },
    ),
  },
  examples: ['keys create "mi tienda"', 'keys create caja --scopes calls:read --expires 90d'],
  async run({ expires, scopes, ...body }, { sdk, output, signal, io, t, lang }) {
    const created = await sdk.apiKeys.create(
      {
        ...body,
        // The API checks the names: it knows them all, this version may not.
        ...(scopes && { scopes: scopes as never }),
        ...(expires !== undefined && { expires_at: new Date(io.now() + expires).toISOString() }),
      },
      { signal },
    );
    output.result(created, (key, style) => secretView(key, style, { t, lang }));
  },
});
