import type { Found, Rule } from '../rule.ts';
import { roman } from '../roman.ts';
import { cardinal } from './cardinal.ts';
import { nounGender } from './gender.ts';

const units = ' primero segundo tercero cuarto quinto sexto séptimo octavo noveno'.split(' ');
const tens =
  ' décimo vigésimo trigésimo cuadragésimo quincuagésimo sexagésimo septuagésimo octogésimo nonagésimo'.split(
    ' ',
  );

/** "3er piso" → "tercer piso". Above 99 people count instead. */
function ordinal(value: number, gender: 'm' | 'f', beforeNoun: boolean): string {
  if (value < 1 || value > 99) return cardinal(String(value));
  const said =
    value === 11
      ? 'undécimo'
      : value === 12
        ? 'duodécimo'
        : [tens[Math.floor(value / 10)], units[value % 10]].filter(Boolean).join(' ');
  if (gender === 'f') return said.replaceAll(/o(?= |$)/g, 'a');
  return beforeNoun ? said.replace(/(primer|tercer)o$/, '$1') : said;
}

const kings =
  'Juan|Pablo|Pío|Luis|Carlos|Felipe|Alfonso|Fernando|Benedicto|León|Enrique|Gregorio|Clemente|Urbano|Inocencio|Pedro|Jorge|Napoleón|Eduardo|Guillermo|Ricardo|Alejandro|Julio|Francisco|Sixto|Isabel|Catalina';
const things =
  'fase|etapa|tomo|capítulo|título|torre|bloque|nivel|parte|volumen|unidad|clase|tipo|grado|módulo|sector|sección|piso|anexo|nivel|ciclo|acto|categoría|región|zona|local|conjunto';

export const ordinalRules: readonly Rule[] = [
  {
    pattern:
      /(?<![\p{L}\d.,])(?<n>\d{1,3})\.?(?<end>er|ero|ra|do|da|to|ta|mo|ma|vo|va|no|na|[ºª])(?![\p{L}\d])(?!\.(?:\d))\.?(?= |$|[,;:)?!])/giu,
    say: (it) => sayOrdinal(it, /a$|ª$/i.test(it.group('end')) ? 'f' : 'm'),
  },
  {
    pattern: /(?<=(?<!\p{L})siglos? )(?<roman>[IVX]{1,5})(?!\p{L})/giu,
    say: (it) => sayRoman(it.group('roman'), 10),
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${kings}) )(?<roman>[IVX]{1,6})(?![\p{L}.])`,
      'gu',
    ),
    say: (it) => sayRoman(it.group('roman'), 10, it.before),
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${things}) )(?<roman>[IVX]{1,5})(?!\p{L})`,
      'giu',
    ),
    say: (it) => sayRoman(it.group('roman'), 0),
  },
];

function sayOrdinal(it: Found, gender: 'm' | 'f'): string | null {
  const sign = it.group('end');
  // "25º" is warm; "3º" is third.
  const value = Number(it.group('n'));
  if (sign === 'º' && value > 20) return null;
  const beforeNoun = /^er$/i.test(sign) || nounGender(it.after) === 'm';
  return ordinal(value, gender, beforeNoun);
}

function sayRoman(written: string, ordinalMax: number, name = ''): string | null {
  const value = roman(written.toUpperCase());
  if (value === null) return null;
  if (value > ordinalMax) return cardinal(String(value));
  return ordinal(value, name === 'isabel' || name === 'catalina' ? 'f' : 'm', false);
}
