import type { Rule } from '../rule.ts';
import { cardinal } from './cardinal.ts';

const months =
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(
    ' ',
  );
const monthNames = `${months.join('|')}|setiembre`;
const days: Readonly<Record<string, string>> = {
  lun: 'lunes',
  mar: 'martes',
  mié: 'miércoles',
  mie: 'miércoles',
  jue: 'jueves',
  vie: 'viernes',
  sáb: 'sábado',
  sab: 'sábado',
  dom: 'domingo',
  l: 'lunes',
  m: 'martes',
  x: 'miércoles',
  j: 'jueves',
  v: 'viernes',
  s: 'sábado',
  d: 'domingo',
};
const shortDay = 'lun|mar|mi[ée]|jue|vie|s[áa]b|dom';

export const dateRules: readonly Rule[] = [
  {
    pattern: /(?<![\d/.-])(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})(?![\d/-])/g,
    say: (it) => sayDate(it.group('day'), it.group('month'), it.group('year')),
  },
  {
    pattern:
      /(?<![\d/.,-])(?<day>\d{1,2})(?<mark>[/.-])(?<month>\d{1,2})\k<mark>(?<year>\d{4}|\d{2})(?![\d/-])/g,
    say: (it) => sayDate(it.group('day'), it.group('month'), it.group('year')),
  },
  {
    // "12/03" is a day where a day is meant or both have two digits; else a fraction.
    pattern: /(?<![\d/.,$-])(?<day>\d{1,2})\/(?<month>\d{1,2})(?![\d/])/g,
    say: (it) => {
      const two = it.text.length === 5;
      const meant =
        /^(?:el|del|al|día|desde|hasta|lunes|martes|miércoles|jueves|viernes|sábado|domingo)$/.test(
          it.before,
        );
      return two || meant ? sayDate(it.group('day'), it.group('month'), '') : null;
    },
  },
  {
    // "1 de mayo", "1º de mayo": the first has a name of its own; the year may have a dot.
    pattern: new RegExp(
      String.raw`(?<![\d.,/-])(?:1|1\.?[ºo°]|01) (?=de (?:${monthNames})(?!\p{L}))`,
      'giu',
    ),
    say: 'primero ',
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${monthNames}) (?:de |del )?)(?<year>[12]\.?\d{3})(?![\d.,]*\d)`,
      'giu',
    ),
    say: (it) => cardinal(it.group('year').replace('.', '')),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<from>${shortDay})\.? ?(?:[-–]|a) ?(?<to>${shortDay})(?!\p{L})\.?`,
      'giu',
    ),
    say: (it) => sayDays(it.group('from'), it.group('to')),
  },
  {
    pattern: /(?<![\p{L}\d])(?<from>[LMXJVSD])(?:[-–]| a )(?<to>[MXJVSD])(?![\p{L}\d])/gu,
    say: (it) => sayDays(it.group('from'), it.group('to')),
  },
  {
    pattern: /(?<!\p{L})(?<day>lun|mi[ée]|jue|vie|s[áa]b)\.(?= ?[\d,a-z])/giu,
    say: (it) => days[it.group('day').toLowerCase()] ?? null,
  },
];

function sayDays(from: string, to: string): string | null {
  const first = days[from.toLowerCase()];
  const last = days[to.toLowerCase()];
  return first && last ? `${first} a ${last}` : null;
}

/** Day first, as all of Latin America writes it; month first only where it cannot be otherwise. */
function sayDate(day: string, month: string, year: string): string | null {
  const [dayNumber, monthNumber] = Number(month) > 12 ? [month, day] : [day, month];
  const name = months[Number(monthNumber) - 1];
  if (!name || Number(dayNumber) < 1 || Number(dayNumber) > 31) return null;
  const said = Number(dayNumber) === 1 ? 'primero' : cardinal(String(Number(dayNumber)));
  const full = year.length === 2 ? `20${year}` : year;
  return `${said} de ${name}${full === '' ? '' : ` de ${cardinal(full)}`}`;
}
