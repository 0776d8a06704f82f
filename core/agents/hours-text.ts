import type { Language } from '../kernel/index.ts';
import { weekdays, type OpeningHours, type OpeningInterval } from './agent.schema.ts';

const words = {
  es: {
    days: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'],
    range: (from: string, to: string) => `${from} a ${to}`,
    and: ' y ',
    closed: 'cerrado',
    allDay: 'abierto las 24 horas',
    nextDay: 'del día siguiente',
    midnight: 'medianoche',
    am: ' a. m.',
    pm: ' p. m.',
  },
  en: {
    days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
    range: (from: string, to: string) => `${from} to ${to}`,
    and: ' and ',
    closed: 'closed',
    allDay: 'open 24 hours',
    nextDay: 'the next day',
    midnight: 'midnight',
    am: ' am',
    pm: ' pm',
  },
} as const;

/** `Lunes a viernes: 8:00 a. m. a 6:00 p. m.`, one line for days in a row with the same hours. */
export function hoursLines(hours: OpeningHours, language: Language): string[] {
  const { days, range } = words[language];
  const groups: { first: number; last: number; text: string }[] = [];
  for (const [index, day] of weekdays.entries()) {
    const intervals = hours[day];
    if (intervals === null) continue;
    const text = dayText(intervals, language);
    const previous = groups.at(-1);
    if (previous?.text === text && previous.last === index - 1) previous.last = index;
    else groups.push({ first: index, last: index, text });
  }
  return groups.map(({ first, last, text }) => {
    const from = days[first] ?? '';
    const label = first === last ? from : range(from, days[last] ?? '');
    return `${label.charAt(0).toUpperCase()}${label.slice(1)}: ${text}`;
  });
}

function dayText(intervals: readonly OpeningInterval[], language: Language): string {
  const { closed, and } = words[language];
  if (intervals.length === 0) return closed;
  return intervals
    .toSorted((a, b) => a.opens.localeCompare(b.opens))
    .map((interval) => intervalText(interval, language))
    .join(and);
}

function intervalText({ opens, closes }: OpeningInterval, language: Language): string {
  const { range, allDay, nextDay } = words[language];
  if (opens === '00:00' && closes === '24:00') return allDay;
  const text = range(timeText(opens, language), timeText(closes, language));
  return closes < opens ? `${text} ${nextDay}` : text;
}

function timeText(time: string, language: Language): string {
  const { am, pm, midnight } = words[language];
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  if (hour === 24 || (hour === 0 && minute === 0)) return midnight;
  return `${hour % 12 || 12}:${String(minute).padStart(2, '0')}${hour < 12 ? am : pm}`;
}
