import { regex } from './text.ts';
import { timeAt, type SaidTime } from './times.ts';

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export type HoursToken =
  /** Days as indexes from Monday; none for holidays, which the week does not hold. */
  | {
      readonly type: 'days';
      readonly days: readonly number[];
      readonly except: readonly number[];
      /** The names it was put together from: \`lunes a viernes\`, \`sábados\`. */
      readonly terms?: readonly (readonly number[])[];
    }
  | { readonly type: 'range'; readonly from: SaidTime; readonly to: SaidTime }
  | { readonly type: 'all_day' }
  | { readonly type: 'until'; readonly to: SaidTime }
  | { readonly type: 'closed' }
  /** Right behind days: the times that follow come on top of what was said of them. */
  | { readonly type: 'also' }
  | { readonly type: 'break' };

const dayNames = [
  'lunes|lun|monday|mon',
  'martes|mar|tuesday|tue',
  'miercoles|mierc|mie|wednesday|wed',
  'jueves|jue|thursday|thu',
  'viernes|vie|friday|fri',
  'sabados?|sab|saturdays?|sat',
  'domingos?|dom|sundays?|sun',
];
const oneDay = new RegExp(
  `(?:${dayNames.map((names) => `(${names})`).join('|')})(?![\\w])\\.?`,
  'y',
);
const everyDay = regex('y')`
    (?:todos los (?:santos )?dias|todo los dias|a diario|diariamente|diario|cada dia|los (?:7
    |siete) dias(?: de la semana)?|(?:7|siete) dias a la semana|toda la semana|every ?day
    |daily)(?!\w)
  `;
const workdays = /(?:entre semana|(?:los )?dias (?:de semana|habiles|laborales)|weekdays)(?!\w)/y;
const weekend = /(?:(?:los )?fin(?:es)? de semana|weekends?)(?!\w)/y;
const holidays = /(?:dias )?(?:festivos?|feriados?|de fiesta|puentes?|holidays?)(?!\w)/y;
const letter = /([lmxjvsd])(?=\s*:?\s*(?:\d|cerrad|no\b))/y;
const letters = /([lmxjvsd])\s*(?:a|-|–)\s*([lmjvsd])(?!\w)/y;

const closed = regex('y')`
    (?:cerrad[oa]s?|cerramos(?! (?:a|mas|tarde|temprano|tipo|como|hacia)\b)|no (?:abrimos|abre
    |abren|atendemos|atiende|trabajamos|laboramos|hay (?:servicio|atencion)|prestamos servicio
    |se (?:atiende|abre|trabaja))|descans(?:amos|o|a)|closed|no(?: hay)?(?=\s*(?:[,.;]|$)))(?!\w)
  `;
const allDay = regex('y')`
    (?:(?:las )?24\s*(?:horas|hrs|h)(?!\w)|24\s*\/\s*7
    |(?:las )?veinticuatro horas)(?:\s+(?:del dia|al dia))?
  `;
const rangeLead = /(?:(?:de|desde|entre|from)\s+)?/y;
const rangeJoin = /\s*(?:a|hasta|-|–|—|to|y)\s*(?=[\dlmnuadetcsoh])/y;
const until = /(?:hasta|cerramos a|cierra a|cierran a|cerrando a|until)\s+/y;
const also = /(?:tambien|ademas|adicionalmente|also)(?!\w)/y;
/** \`abrimos todos los días a las 5 y cerramos a las 11\` */
const openingAndClosing =
  /\b(?:abr\w+|open)\s((?:(?!cerr|hasta)[^.;\d])*?)\b(?:a|at|desde)\s+((?:las?\s)?\d[^,.;]{0,24}?)\s*,?\s*(?:y|and|,)?\s*(?:cerr\w+|hasta|close)\s+(?:a\s+|at\s+)?(?=(?:las?\s)?\d)/g;
const gap = /[,;.\n](?:[,;.\s]|y\s)*/y;
const exception =
  /\s*,?\s*(?:excepto|menos|salvo|a excepcion de|except(?: for)?)\s+(?:el |los |las )?/y;
const dayRangeJoin = /\s*(?:a|al|hasta|-|–|—|to|through)\s*(?:el |los )?/y;
const dayListJoin =
  /\s*(?:,\s*(?:y\s+)?|\s+y\s+|\s+e\s+|\s*&\s*|\s*\/\s*|\s+and\s+)(?:el |los |las |dias )?/y;

function stick(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function dayAt(text: string, at: number): { day: number; end: number } | null {
  const match = stick(oneDay, text, at);
  if (!match) return null;
  const day = match.slice(1).findIndex((group) => group !== undefined);
  return { day, end: at + match[0].length };
}

const span = (from: number, to: number): number[] => {
  const days: number[] = [];
  for (let day = from; ; day = (day + 1) % 7) {
    days.push(day);
    if (day === to) return days;
  }
};

/** One name of days: `lunes`, `lunes a viernes`, `fines de semana`, `festivos`. */
function dayTermAt(text: string, at: number): { days: number[]; end: number } | null {
  const fixed: [RegExp, number[]][] = [
    [everyDay, [0, 1, 2, 3, 4, 5, 6]],
    [workdays, [0, 1, 2, 3, 4]],
    [weekend, [5, 6]],
    [holidays, []],
  ];
  for (const [pattern, days] of fixed) {
    const match = stick(pattern, text, at);
    if (match) return { days, end: at + match[0].length };
  }
  const initials = stick(letters, text, at);
  if (initials) {
    const [from, to] = initials.slice(1).map((letter) => 'lmxjvsd'.indexOf(letter));
    return { days: span(from ?? 0, to ?? 0), end: at + initials[0].length };
  }
  const initial = stick(letter, text, at)?.[1];
  if (initial !== undefined) return { days: ['lmxjvsd'.indexOf(initial)], end: at + 1 };
  const first = dayAt(text, at);
  if (!first) return null;
  const join = stick(dayRangeJoin, text, first.end);
  const last = join && dayAt(text, first.end + join[0].length);
  return last
    ? { days: span(first.day, last.day), end: last.end }
    : { days: [first.day], end: first.end };
}

/** A list of day names, with what is excepted from it. */
function daysAt(text: string, at: number): { token: HoursToken; end: number } | null {
  if (/\w/.test(text.charAt(at - 1))) return null;
  const first = dayTermAt(text, at);
  if (!first) return null;
  const days = new Set(first.days);
  const terms = [first.days];
  const except: number[] = [];
  let { end } = first;
  let excepting = false;
  for (;;) {
    const leave = stick(exception, text, end);
    const join = leave ?? stick(dayListJoin, text, end);
    const next = join && dayTermAt(text, end + join[0].length);
    // Whether days after a comma go on a list or begin anew, what surrounds them tells.
    if (!join || !next || (leave === null && /^\s*,/.test(join[0]))) break;
    excepting ||= leave !== null;
    terms.push(next.days);
    for (const day of next.days) {
      if (excepting) {
        days.delete(day);
        except.push(day);
      } else days.add(day);
    }
    ({ end } = next);
  }
  const sorted = [...days].toSorted((a, b) => a - b);
  return { token: { type: 'days', days: sorted, except, terms }, end };
}

function timesAt(text: string, at: number): { token: HoursToken; end: number } | null {
  if (/[\w$#]/.test(text.charAt(at - 1))) return null;
  const whole = stick(allDay, text, at);
  if (whole) return { token: { type: 'all_day' }, end: at + whole[0].length };
  const lead = stick(rangeLead, text, at)?.[0] ?? '';
  const from = timeAt(text, at + lead.length);
  if (from) {
    const join = stick(rangeJoin, text, from.end);
    const joins = join && (join[0].trim() !== 'y' || lead.startsWith('entre'));
    const to = joins ? timeAt(text, from.end + join[0].length) : null;
    if (to) return { token: { type: 'range', from, to }, end: to.end };
  }
  const limit = stick(until, text, at);
  const to = limit && timeAt(text, at + limit[0].length);
  return to ? { token: { type: 'until', to }, end: to.end } : null;
}

const isTime = (token: HoursToken | undefined) =>
  token?.type === 'range' || token?.type === 'all_day' || token?.type === 'until';

/**
 * Joins `sábados, domingos y festivos` into one list of days. Where a time stands right before the
 * list and another after it (`de 1 a 10 de martes a jueves, viernes hasta las 12`), the first term
 * belongs to the time before, and the list begins with the second.
 */
function joinDayLists(tokens: readonly HoursToken[]): HoursToken[] {
  const joined: HoursToken[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    joined.push(token);
    if (token.type !== 'days') continue;
    const forward =
      isTime(tokens[index - 1]) && !['days', 'until'].includes(tokens[index - 2]?.type ?? '');
    let run = index;
    while (tokens[run + 1]?.type === 'break' && tokens[run + 2]?.type === 'days') run += 2;
    const after = tokens[run + 1];
    if (run === index || (forward && (isTime(after) || after?.type === 'closed'))) continue;
    const terms = tokens.slice(index, run + 1).filter((each) => each.type === 'days');
    joined.pop();
    joined.push({
      type: 'days',
      days: [...new Set(terms.flatMap(({ days }) => days))],
      except: terms.flatMap(({ except }) => except),
    });
    index = run;
  }
  return joined;
}

/** The days, times and closings of a folded text, in order; everything else is skipped. */
export function hoursTokens(folded: string): HoursToken[] {
  const text = folded.replace(openingAndClosing, '$1 de $2 a ');
  const tokens: HoursToken[] = [];
  let at = 0;
  while (at < text.length) {
    const found = daysAt(text, at) ?? timesAt(text, at);
    if (found) {
      tokens.push(found.token);
      at = found.end;
      continue;
    }
    const more = tokens.at(-1)?.type === 'days' ? stick(also, text, at) : null;
    if (more) {
      tokens.push({ type: 'also' });
      at += more[0].length;
      continue;
    }
    const shut = /\w/.test(text.charAt(at - 1)) ? null : stick(closed, text, at);
    const pause = shut ? null : stick(gap, text, at);
    if (shut) tokens.push({ type: 'closed' });
    if (pause) tokens.push({ type: 'break' });
    at += (shut ?? pause)?.[0].length ?? 1;
  }
  return joinDayLists(tokens);
}
