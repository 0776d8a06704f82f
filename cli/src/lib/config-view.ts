import type { PartialAgentConfig } from '@alo/sdk';
import { formatMoney } from './format.ts';
import type { Language, Localized } from './language.ts';

/** An agent's configuration as people read it: a label and a text for each field that is known. */

const labels = {
  business_name: { es: 'Negocio', en: 'Business' },
  business_description: { es: 'Qué hace', en: 'What it does' },
  goal: { es: 'Objetivo', en: 'Goal' },
  services: { es: 'Servicios y precios', en: 'Services and prices' },
  opening_hours: { es: 'Horario', en: 'Opening hours' },
  tone: { es: 'Tono', en: 'Tone' },
  greeting: { es: 'Saludo', en: 'Greeting' },
  never_say: { es: 'Nunca dice', en: 'Never says' },
  handoff: { es: 'Pasa la llamada', en: 'Hands over' },
  languages: { es: 'Idiomas', en: 'Languages' },
  facts: { es: 'También sabe', en: 'Also knows' },
} as const satisfies Record<string, Localized>;
export type ConfigField = keyof typeof labels;
export const configFields = Object.keys(labels) as ConfigField[];

export function configLabel(field: ConfigField, lang: Language): string {
  return labels[field][lang];
}

const goals: Readonly<Record<string, Localized>> = {
  sales: { es: 'Vender', en: 'Sales' },
  bookings: { es: 'Agendar', en: 'Bookings' },
  support: { es: 'Dar soporte', en: 'Support' },
  orders: { es: 'Tomar pedidos', en: 'Orders' },
  information: { es: 'Informar', en: 'Information' },
  other: { es: 'Otro', en: 'Other' },
};

const days = [
  ['monday', { es: 'lun', en: 'Mon' }],
  ['tuesday', { es: 'mar', en: 'Tue' }],
  ['wednesday', { es: 'mié', en: 'Wed' }],
  ['thursday', { es: 'jue', en: 'Thu' }],
  ['friday', { es: 'vie', en: 'Fri' }],
  ['saturday', { es: 'sáb', en: 'Sat' }],
  ['sunday', { es: 'dom', en: 'Sun' }],
] as const;

/** The lines of a field, or none where nothing is known. */
export function configLines(
  config: PartialAgentConfig,
  field: ConfigField,
  lang: Language,
): string[] {
  switch (field) {
    case 'goal': {
      const goal = config.goal && (goals[config.goal]?.[lang] ?? config.goal);
      return [goal, config.goal_detail].filter(isText);
    }
    case 'services':
      return (config.services ?? []).map(({ name, price, price_note: note }) => {
        const parts = [name, price ? formatMoney(price, lang) : null, note ? `(${note})` : null];
        return parts.filter(isText).join('  ');
      });
    case 'opening_hours':
      return hourLines(config.opening_hours, lang);
    case 'handoff':
      return [config.handoff?.when, config.handoff?.phone].filter(isText);
    case 'never_say':
    case 'facts':
      return config[field] ?? [];
    case 'languages':
      return config.languages?.length ? [config.languages.join(', ')] : [];
    default:
      return [config[field]].filter(isText);
  }
}

/** Days with the same hours, joined: `lun–vie 08:00–18:00`. */
function hourLines(hours: PartialAgentConfig['opening_hours'], lang: Language): string[] {
  if (!hours) return [];
  const told = days.flatMap(([day, label], index) => {
    const intervals = hours[day];
    if (!intervals) return [];
    const closed = lang === 'es' ? 'cerrado' : 'closed';
    const text = intervals.map(({ opens, closes }) => `${opens}–${closes}`).join(', ') || closed;
    return [{ index, label: label[lang], text }];
  });
  const runs: { first: string; last: string; index: number; text: string }[] = [];
  for (const { index, label, text } of told) {
    const run = runs.at(-1);
    if (run && run.text === text && run.index === index - 1)
      Object.assign(run, { last: label, index });
    else runs.push({ first: label, last: label, index, text });
  }
  const lines = runs.map(
    ({ first, last, text }) => `${first === last ? first : `${first}–${last}`} ${text}`,
  );
  return lines.length > 0 ? lines : [hours.notes].filter(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
