import { hoursTokens, weekdays, type HoursToken } from './hours-tokens.ts';
import { fold } from './text.ts';
import { resolveClosing, resolveInterval, type Interval } from './times.ts';

export type Week = Partial<Record<(typeof weekdays)[number], readonly Interval[]>>;

/** Whether a text speaks of days together with times or closings. */
export function speaksOfHours(text: string): boolean {
  const tokens = hoursTokens(fold(text));
  const has = (...types: HoursToken['type'][]) => tokens.some(({ type }) => types.includes(type));
  if (has('all_day')) return true;
  if (has('days') && has('range', 'closed', 'until')) return true;
  const spoken =
    /\b(?:abrimos|abierto|abren|abre|atendemos|atienden|horarios?|cerramos|cierra|jornada|trabajamos|open|hours)\b/;
  return spoken.test(fold(text)) && has('range', 'until');
}

/** Whether a piece is nothing but days, or nothing but times: it belongs to its neighbour. */
export function isHoursFragment(text: string): boolean {
  const tokens = hoursTokens(fold(text)).filter(({ type }) => type !== 'break');
  const words = text.split(/\s+/).length;
  return tokens.length > 0 && words <= 2 + tokens.length * 6 && !/\$|\d{3}/.test(text);
}

/**
 * The week a text describes. Days it does not name are absent; closed ones are empty.
 * `known`: what has been said before, for `los sábados hasta la una`.
 */
export function weekIn(text: string, known: Week = {}): Week {
  const tokens = hoursTokens(fold(text.normalize('NFC')));
  const week = new Map<number, Interval[]>();
  const reader = createReader(week, known);
  for (const [index, token] of tokens.entries()) reader.read(token, tokens, index);
  reader.finish();
  return Object.fromEntries(
    [...week.entries()].flatMap(([day, intervals]) => {
      const name = weekdays[day];
      return name === undefined ? [] : [[name, intervals]];
    }),
  );
}

/** Reads tokens in order: times belong to the days before them, or, without any, to those after. */
function createReader(week: Map<number, Interval[]>, known: Week) {
  let current: readonly number[] | null = null;
  let excepted: readonly number[] = [];
  let waiting: Interval[] = [];
  let closing = false;
  let fresh = false;
  let lastOpens: string | undefined;

  const assign = (days: readonly number[], intervals: readonly Interval[], append: boolean) => {
    for (const day of days) week.set(day, [...(append ? (week.get(day) ?? []) : []), ...intervals]);
    if (!append) lastOpens = intervals[0]?.opens ?? lastOpens;
  };
  const close = (days: readonly number[]) => {
    for (const day of days) week.set(day, []);
  };

  /** `anew`: these days are not what the time before was for; `timed`: a time follows them. */
  function days(token: Extract<HoursToken, { type: 'days' }>, anew: boolean, timed: boolean) {
    if (anew) {
      current = token.days;
      fresh = true;
    } else if (closing) {
      close(token.days);
      closing = false;
      current = null;
    } else if (waiting.length > 0) {
      const terms = token.terms ?? [];
      // "8 a 12 de lunes a viernes y sábados 9 a 1": the last name has times of its own.
      const last =
        timed && terms.length > 1 && token.except.length === 0 ? terms.at(-1) : undefined;
      assign(
        token.days.filter((day) => last?.includes(day) !== true),
        waiting,
        false,
      );
      waiting = [];
      current = last ?? null;
      fresh = last !== undefined;
    } else {
      current = token.days;
      fresh = true;
    }
    excepted = token.except;
    close(token.except);
  }

  function interval(each: Interval, chiasmus: boolean) {
    if (excepted.length > 0 && !fresh) {
      // "todos los días de 8 a 6, menos los domingos de 9 a 1"
      assign(excepted, [each], false);
      excepted = [];
    } else if (current === null || chiasmus) {
      current = null;
      waiting.push(each);
    } else {
      assign(current, [each], !fresh);
      fresh = false;
    }
  }

  /** The last interval of the same days: what an afternoon comes after. */
  const previous = () => (current && !fresh ? week.get(current[0] ?? 0)?.at(-1) : waiting.at(-1));

  return {
    read(token: HoursToken, tokens: readonly HoursToken[], index: number) {
      const [before, next] = [tokens[index - 1], tokens[index + 1]];
      // "lunes a viernes de 8 a 6, de 9 a 1 los sábados": these times look forward.
      const chiasmus = !fresh && before?.type === 'break' && next?.type === 'days';
      // "8 a 8, domingos no": these days are not what the time before was for.
      const anew = token.type === 'days' && before?.type === 'break' && next?.type === 'closed';
      const timed = next?.type === 'range' && tokens[index + 2]?.type !== 'days';
      if (token.type === 'days') days(token, anew, timed);
      if (token.type === 'also') {
        fresh &&= !current?.some((day) => (week.get(day) ?? []).length > 0);
      }
      if (token.type === 'all_day') interval({ opens: '00:00', closes: '24:00' }, chiasmus);
      if (token.type === 'range') {
        const each = resolveInterval(token.from, token.to, chiasmus ? undefined : previous());
        if (each) interval(each, chiasmus);
      }
      if (token.type === 'until') {
        const opens = lastOpens ?? Object.values(known).flat()[0]?.opens;
        if (opens) interval({ opens, closes: resolveClosing(token.to, opens) }, chiasmus);
      }
      if (token.type === 'closed') {
        if (current && fresh) {
          close(current);
          current = null;
          fresh = false;
        } else closing = next?.type === 'days';
      }
    },
    finish() {
      // Times without a day are those of every day that was not named; where none was, they are
      // every day's only if they last all day. Otherwise they stay words.
      const allDay = waiting[0]?.opens === '00:00' && waiting[0].closes === '24:00';
      if (waiting.length === 0 || (week.size === 0 && !allDay)) return;
      assign(
        [0, 1, 2, 3, 4, 5, 6].filter((day) => !week.has(day)),
        waiting,
        false,
      );
    },
  };
}
