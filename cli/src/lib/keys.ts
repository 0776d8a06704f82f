import type { ApiKeyCreated } from '@alo/sdk';
import type { Context } from './context.ts';
import { formatTime } from './format.ts';
import type { Style } from './style.ts';

/** A secret that is shown this once. */
export function secretView(
  key: ApiKeyCreated,
  style: Style,
  { t, lang }: Pick<Context, 't' | 'lang'>,
): string {
  const lines = [
    style.bold(key.secret),
    t({ es: 'Guárdela ahora: no se vuelve a mostrar.', en: 'Keep it now: it is not shown again.' }),
  ];
  if (key.expires_at) {
    const at = formatTime(key.expires_at, lang);
    lines.push(t({ es: `Vence el ${at}`, en: `Expires ${at}` }));
  }
  if (key.previous_expires_at) {
    const at = formatTime(key.previous_expires_at, lang);
    lines.push(
      t({ es: `La de antes sirve hasta el ${at}`, en: `The one before works until ${at}` }),
    );
  }
  return lines.join('\n');
}
