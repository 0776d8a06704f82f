import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';
import { durationSchema } from '../../lib/fields.ts';
import { secretView } from '../../lib/keys.ts';

export const keysRotate = defineCommand({
  name: 'keys rotate',
  summary: {
    es: 'Le da a una clave un secreto nuevo; el de antes sirve un rato más',
    en: 'Give a key a new secret; the one before works on for a while',
  },
  fields: {
    key: argument(z.string().min(1), { es: 'Su id (key_…)', en: 'Its id (key_…)' }),
    overlap: option(
      durationSchema.default(24 * 3_600_000),
      { es: 'Cuánto más (24h; 0s: nada)', en: 'How much longer (24h; 0s: not at all)' },
      { value: 'TIME' },
    ),
  },
  examples: ['keys rotate key_… --overlap 2h'],
  async run({ key, overlap }, { sdk, output, signal, t, lang }) {
    const body = { overlap_seconds: Math.round(overlap / 1_000) };
    const rotated = await sdk.apiKeys.rotate(key, body, { signal });
    output.result(rotated, (shown, style) => secretView(shown, style, { t, lang }));
  },
});
