import type { Found, Rule } from '../rule.ts';
import { cardinal } from './cardinal.ts';

const half = String.raw`(?:[ap]\.? ?m(?!\p{L})\.?|[AP]\.? ?M(?!\p{L})\.?|m(?!\p{L})\.)`;
const to = String.raw` ?(?:-|–|—|a|y|hasta|a las|y las|hasta las|a la) ?`;

export const hourRules: readonly Rule[] = [
  {
    // Both ends of a span: the second tells what the first means ("de 8 a 5 p. m.", "8:00-18:00").
    pattern: new RegExp(
      String.raw`(?<![\d:.,/$-])(?<h1>\d{1,2})(?:[:.](?<m1>[0-5]\d))? ?(?<half1>${half})?(?<to>${to})(?<h2>\d{1,2})(?:[:.](?<m2>[0-5]\d))? ?(?<half2>${half}|h(?:rs|oras)?(?!\p{L})\.?)?(?![\d:/%]|[.,]\d)`,
      'gu',
    ),
    say: saySpan,
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\d:.,/$-])(?<h>\d{1,2})(?:[:.](?<m>[0-5]\d))? ?(?<half>${half})(?!\d)`,
      'gu',
    ),
    say: (it) => close(it, sayHour(it.group('h'), it.group('m'), half12(it.group('half')))),
  },
  {
    pattern:
      /(?<![\d:.,/$-])(?<h>[01]?\d|2[0-4])(?::(?<m>[0-5]\d))(?::(?<s>[0-5]\d))? ?(?<unit>h(?:rs|oras)?(?!\p{L})\.?)?(?![:\d])/gu,
    say: (it) => {
      const said = sayHour(it.group('h'), it.group('m'), ofDay(it.group('h')));
      return (
        said &&
        close(
          it,
          it.group('s') === ''
            ? said
            : `${said} con ${cardinal(String(Number(it.group('s'))))} segundos`,
        )
      );
    },
  },
  {
    pattern: /(?<![\d:.,/$-])(?<h>1\d|2[0-3])(?:h(?<m>[0-5]\d)|(?<unit> ?(?:h|hrs)))(?!\p{L})\.?/gu,
    say: (it) =>
      / /.test(it.group('unit')) && !/^(?:las|a)$/.test(it.before)
        ? null
        : close(it, sayHour(it.group('h'), it.group('m'), ofDay(it.group('h')))),
  },
  {
    // "a las 3", "a la 1", "las 10 de la mañana".
    pattern:
      /(?<=(?<!\p{L})(?:a|de|desde|hasta|son|es|para|sobre) las? )(?<h>1?\d|2[0-4])(?=[\s.,;?!]|$)(?![.,]\d| ?%)(?! \p{L}*(?:as|os|nes|les|res)(?!\p{L}))/gu,
    say: (it) => sayHour(it.group('h'), '', Number(it.group('h')) > 12 ? ofDay(it.group('h')) : ''),
  },
];

function saySpan(it: Found): string | null {
  const [h1, h2] = [it.group('h1'), it.group('h2')];
  const halves = { first: half12(it.group('half1')), second: half12(it.group('half2')) };
  const minutes = it.group('m1') !== '' && it.group('m2') !== '';
  if (halves.second === '' && !minutes && !(it.group('m1') && halves.first)) return null;
  if (Number(h1) > 24 || Number(h2) > 24) return null;
  const clock24 = Number(h1) > 12 || Number(h2) > 12;
  const part2 = halves.second || (clock24 ? ofDay(h2, true) : '');
  // Without one of its own, the first hour shares the second's half of the day: "de 2 a 4 p. m.".
  const part1 =
    halves.first ||
    (clock24
      ? ofDay(h1, true)
      : halves.second
        ? firstHalf(Number(h1), Number(h2), halves.second)
        : '');
  const first = sayHour(h1, it.group('m1'), part1);
  const second = sayHour(h2, it.group('m2'), part2);
  if (!first || !second) return null;
  const sameDayPart = halves.first === '' && dayPart(first) === dayPart(second);
  const link = /[-–—]/.test(it.group('to')) ? 'a' : it.group('to').trim();
  return close(it, `${sameDayPart ? first.replace(dayPart(first), '') : first} ${link} ${second}`);
}

/** "8 a 5 p. m." began in the morning, "2 a 4 p. m." did not. */
function firstHalf(first: number, second: number, half: string): string {
  if (half === 'pm' && first % 12 > second % 12) return first === 12 ? 'pm' : 'am';
  return half;
}

/** "am", "pm", "m" (noon) or empty. */
function half12(written: string): string {
  return /^[ap]?\.? ?m\.?$/i.test(written) ? written.toLowerCase().replaceAll(/[. ]/g, '') : '';
}

/** Which half of the day an hour of 24 says it is; from 1 to 12 it says nothing by itself. */
function ofDay(hour: string, clock24 = false): string {
  const value = Number(hour);
  if (value > 12 && value < 24) return 'pm';
  if (value === 0 || value === 24 || /^0\d/.test(hour)) return 'am';
  return clock24 ? (value === 12 ? 'pm' : 'am') : '';
}

function sayHour(hour: string, minute: string, half: string): string | null {
  const value = Number(hour);
  if (value > 24 || (half !== '' && half !== 'm' && value > 12 && half === 'am' && value !== 24))
    return null;
  const hour12 = value % 12 === 0 ? 12 : value % 12;
  const said = hour12 === 1 ? 'una' : cardinal(String(hour12));
  const minutes = Number(minute) === 0 ? '' : ` y ${cardinal(String(Number(minute)))}`;
  return `${said}${minutes}${partOfDay(hour12, Number(minute), half)}`;
}

function partOfDay(hour12: number, minute: number, half: string): string {
  if (half === '') return '';
  if (half === 'm') return ' del día';
  if (half === 'am')
    return hour12 === 12 ? ' de la noche' : hour12 < 5 ? ' de la madrugada' : ' de la mañana';
  if (hour12 === 12) return minute === 0 ? ' del día' : ' de la tarde';
  return hour12 < 7 ? ' de la tarde' : ' de la noche';
}

function dayPart(said: string): string {
  return / de(?:l| la) \p{L}+$/u.exec(said)?.[0] ?? '';
}

/** "8 a. m." may have ended the sentence with its own full stop. */
function close(it: Found, said: string | null): string | null {
  if (said === null) return null;
  const stop = it.text.endsWith('.') && /^\s*(?:$|[¿¡"«(]?\p{Lu})/u.test(it.rest) ? '.' : '';
  return said + stop + (/^\p{L}/u.test(it.rest) ? ' ' : '');
}
