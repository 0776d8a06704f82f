import type { Found, Rule } from '../rule.ts';
import { cardinal, ordinal, year } from './cardinal.ts';

const months =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const short = 'Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec';
const names = months.join('|');
const days: Readonly<Record<string, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  tues: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  thurs: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
const shortDay = 'Mon|Tues?|Wed|Thurs|Thu|Fri|Sat|Sun';
const half = String.raw`(?:[ap]\.? ?m(?!\p{L})\.?)`;
const clock = String.raw`(?<h>\d{1,2})(?::(?<m>[0-5]\d))?`;

export const calendarRules: readonly Rule[] = [
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<from>${shortDay})\.? ?(?:[-–]|to) ?(?<to>${shortDay})(?!\p{L})\.?`,
      'gu',
    ),
    say: (it) => `${days[it.group('from').toLowerCase()]} to ${days[it.group('to').toLowerCase()]}`,
  },
  {
    pattern: /(?<![\d/.-])(?<y>\d{4})-(?<mo>\d{1,2})-(?<d>\d{1,2})(?![\d/-])/g,
    say: (it) => sayDate(it.group('mo'), it.group('d'), it.group('y')),
  },
  {
    pattern: /(?<![\d/.,-])(?<mo>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4}|\d{2})(?![\d/-])/g,
    say: (it) => sayDate(it.group('mo'), it.group('d'), it.group('y')),
  },
  {
    pattern: /(?<![\d/.,$-])(?<mo>[01]\d)\/(?<d>[0-3]\d)(?![\d/])/g,
    say: (it) => sayDate(it.group('mo'), it.group('d'), ''),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})(?<month>${names}|(?:${short})\.?) (?<d>[0-3]?\d)(?:st|nd|rd|th)?(?![\d:%])(?:,? (?<y>(?:19|20)\d\d)(?![\d.,]*\d))?`,
      'gu',
    ),
    say: (it) => sayNamed(it),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\d.,/-])(?<d>[0-3]?\d)(?:st|nd|rd|th)? (?:of )?(?<month>${names})(?!\p{L})(?:,? (?<y>(?:19|20)\d\d)(?![\d.,]*\d))?`,
      'gu',
    ),
    say: (it) => sayNamed(it),
  },
  {
    pattern:
      /(?<=(?<!\p{L})(?:on|by|until|from|before|after) )(?<mo>1?\d)\/(?<d>[0-3]?\d)(?![\d/])/gu,
    say: (it) => sayDate(it.group('mo'), it.group('d'), ''),
  },
  {
    pattern: /(?<![\d.,$])(?<n>[2-9]0|1[89]\d0|20\d0)s(?![\p{L}\d])/gu,
    say: (it) => {
      const said =
        it.group('n').length === 2 ? cardinal(it.group('n')) : year(Number(it.group('n')));
      return said.endsWith('y') ? `${said.slice(0, -1)}ies` : `${said}s`;
    },
  },
  // "9-5 pm", "8am-6pm", "8:00-18:00".
  {
    pattern: new RegExp(
      String.raw`(?<![\d:.,/$-])(?<h1>\d{1,2})(?::(?<m1>[0-5]\d))? ?(?<half1>${half})? ?(?:-|–|—|to|until) ?(?=\d{1,2}(?::[0-5]\d| ?${half}))`,
      'giu',
    ),
    say: (it) => `${sayClock(it.group('h1'), it.group('m1'), it.group('half1'))} to `,
  },
  {
    pattern: new RegExp(String.raw`(?<![\d:.,/$-])${clock} ?(?<half>${half})(?!\d)`, 'giu'),
    say: (it) => {
      const said = sayClock(it.group('h'), it.group('m'), it.group('half'));
      return said + (/^\p{L}/u.test(it.rest) ? ' ' : '');
    },
  },
  {
    pattern: /(?<![\d:.,/$-])(?<h>[01]?\d|2[0-4]):(?<m>[0-5]\d)(?![:\d])/g,
    say: (it) => sayClock(it.group('h'), it.group('m'), Number(it.group('h')) > 12 ? 'pm' : ''),
  },
];

function sayNamed(it: Found): string | null {
  const month = months.find((name) => name.startsWith(it.group('month').slice(0, 3)));
  const day = Number(it.group('d'));
  if (!month || day < 1 || day > 31) return null;
  const gap = /^\p{L}/u.test(it.rest) ? ' ' : '';
  return `${month} ${ordinal(day)}${it.group('y') === '' ? '' : `, ${year(Number(it.group('y')))}`}${gap}`;
}

/** Month first, as English of the Americas writes it; day first where it cannot be otherwise. */
function sayDate(first: string, second: string, written: string): string | null {
  const [month, day] = Number(first) > 12 ? [second, first] : [first, second];
  const name = months[Number(month) - 1];
  if (!name || Number(day) < 1 || Number(day) > 31) return null;
  const full = written.length === 2 ? `20${written}` : written;
  return `${name} ${ordinal(Number(day))}${full === '' ? '' : `, ${year(Number(full))}`}`;
}

function sayClock(hour: string, minute: string, written: string): string {
  const value = Number(hour);
  const half = written.toLowerCase().replaceAll(/[. ]/g, '');
  const part = half === 'am' ? ' a.m.' : half === 'pm' || value > 12 ? ' p.m.' : '';
  const hour12 = value > 12 ? value - 12 : value === 0 ? 12 : value;
  const minutes = Number(minute);
  if (minutes === 0) return cardinal(String(hour12)) + part;
  return `${cardinal(String(hour12))} ${minutes < 10 ? 'oh ' : ''}${cardinal(String(minutes))}${part}`;
}
