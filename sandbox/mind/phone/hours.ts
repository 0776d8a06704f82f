import type { Language } from '@alo/core/kernel';
import { foldWord } from '../text/words.ts';
import type { Entry } from './entry.ts';
import type { Profile } from './profile.ts';
import { capital, joinList, sentence, speak } from './speech.ts';

const days = ['lun', 'mar', 'mie', 'jue', 'vie', 'sab', 'dom'];
const englishDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const dayPattern =
  /\b(?:lun(?:es)?|mar(?:tes)?|mie(?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|sab(?:ados?)?|dom(?:ingos?)?|mon(?:days?)?|tue(?:s(?:days?)?)?|wed(?:nesdays?)?|thu(?:rs(?:days?)?)?|fri(?:days?)?|sat(?:urdays?)?|sun(?:days?)?)\b/g;
const timePattern =
  /\d{1,2}(?::\d{2})?\s*(?:[ap]\.?\s?m\b|h\b|hrs)|\d{1,2}:\d{2}|24 horas|24 hours|medio ?dia|noon|cerrado|closed/;

const dayIndex = (name: string): number => {
  const short = name.slice(0, 3);
  return Math.max(days.indexOf(short), englishDays.indexOf(short));
};

/** The days a line of hours speaks of. */
function daysOf(line: string): Set<number> {
  const folded = foldWord(line);
  const out = new Set<number>();
  if (/todos los dias|every day|daily|lunes a lunes/.test(folded)) {
    for (let day = 0; day < 7; day += 1) out.add(day);
  }
  const found = [...folded.matchAll(dayPattern)];
  for (const [index, match] of found.entries()) {
    const day = dayIndex(match[0]);
    out.add(day);
    const next = found[index + 1];
    if (next === undefined) continue;
    const between = folded.slice(match.index + match[0].length, next.index);
    if (!/^\s*(?:a|al|hasta|to|through|-|–)\s*(?:el\s+)?$/.test(between)) continue;
    for (let each = day; each !== dayIndex(next[0]); each = (each + 1) % 7) out.add(each);
  }
  return out;
}

const isHours = (text: string) =>
  timePattern.test(foldWord(text)) &&
  (daysOf(text).size > 0 ||
    /horario|atenci[oó]n|atendemos|abrimos|opening|we(?:'re| are) open/iu.test(text));

/** `lunes a viernes …` → `de lunes a viernes …`, `sábado …` → `el sábado …`. */
function withPreposition(said: string, language: Language): string {
  if (language === 'en') return said;
  return said
    .replace(
      /^(?=\p{L}+(?: de)? (?:a|hasta) (?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bados?|domingos?)\b)/u,
      'de ',
    )
    .replace(/^(?=(?:s[aá]bado|domingo|lunes|martes|mi[eé]rcoles|jueves|viernes)\b)/u, 'el ')
    .replace(/^(?=(?:s[aá]bados|domingos)\b)/u, 'los ');
}

/** `Lunes a viernes: 8:00 a. m. a 6:00 p. m.` → `lunes a viernes de 8:00 a. m. a 6:00 p. m.` */
function sayLine(line: string, language: Language): string {
  const bare = line
    .replace(
      /^\**(?:nuestro )?(?:horarios?(?: de atenci[oó]n)?|opening hours|hours|atenci[oó]n)\**\s*:?\s*/iu,
      '',
    )
    .replace(/[.\s]+$/u, (end) => (line.endsWith('m.') ? '.' : end.replace(/[.\s]/g, '')));
  const joined = bare
    .replace(/(?<=\p{L})\s*:\s+(?=\d)/gu, language === 'es' ? ' de ' : ' from ')
    .replace(/(?<=\p{L})\s*:\s+/gu, ' ');
  const lowered =
    language === 'es' || !/^(?:mon|tue|wed|thu|fri|sat|sun)/iu.test(joined)
      ? joined.charAt(0).toLowerCase() + joined.slice(1)
      : joined;
  const said = withPreposition(speak(lowered, language), language);
  return language === 'en' ? inEnglish(said) : said;
}

const dayNames: Readonly<Record<string, string>> = {
  lunes: 'Monday',
  martes: 'Tuesday',
  miercoles: 'Wednesday',
  jueves: 'Thursday',
  viernes: 'Friday',
  sabado: 'Saturday',
  domingo: 'Sunday',
  festivos: 'holidays',
  cerrado: 'closed',
};

/** The days and the little words of a line that the business wrote in Spanish. */
const inEnglish = (said: string): string =>
  /\b(?:lunes|martes|jueves|viernes|domingos?)\b|mi[eé]rcoles|s[aá]bado/iu.test(said)
    ? said
        .replace(/\p{L}+/gu, (word) => dayNames[foldWord(word).replace(/(?<=[ao])s$/, '')] ?? word)
        .replace(/ (?:a|hasta) (?:las? )?(?=\d|\p{Lu})/gu, ' to ')
        .replace(/ y (?=\p{Lu}|\d)/gu, ' and ')
        .replace(/ de (?:las? )?(?=\d)/gu, ' from ')
    : said;

/** Lines that begin with their days (`Lunes a viernes: …`) if there are any, else all that name one. */
function linesByDay(lines: readonly string[]): string[] {
  const named = lines.filter((line) => daysOf(line).size > 0);
  const tabled = named.filter(
    (line) => /^[^:\d]{3,40}:/u.test(line) && daysOf(line.split(':')[0] ?? '').size > 0,
  );
  return tabled.length > 0 ? tabled : named;
}

/** Of `Mon-Fri 8am-6pm, Sat 9am-4pm`, what is about the asked days. */
function partsFor(line: string, asked: ReadonlySet<number>): string[] {
  const isAbout = (part: string) => [...daysOf(part)].some((day) => asked.has(day));
  if (!isAbout(line)) return [];
  const parts = line.split(
    /[,;]\s*|\s+(?:y|and)\s+(?=(?:los |el )?(?:lun|mar|mi[eé]|jue|vie|s[aá]b|dom|mon|tue|wed|thu|fri|sat|sun))/iu,
  );
  const own = parts.filter(isAbout);
  // A closing time in a part of its own (`, y de 2 a 6`) stays with its day.
  const rest = parts.filter((part) => !isAbout(part) && daysOf(part).size === 0);
  return rest.length > 0 || own.length === 0 ? [line] : own;
}

/** When the business is open, from the prompt or else the documents; null where neither says. */
export function answerHours(
  text: string,
  profile: Profile,
  entries: readonly Entry[],
  language: Language,
): string | null {
  const own = profile.hours.filter(
    (line) => timePattern.test(foldWord(line)) || daysOf(line).size > 0,
  );
  const byDay = linesByDay(own);
  const found = entries
    .filter((entry) => entry.kind === 'line' && isHours(entry.name))
    .map((entry) => entry.name);
  const lines = [...new Set(byDay.length > 0 ? byDay : own.length > 0 ? own : found)].slice(0, 7);
  if (lines.length === 0) return null;
  const es = language === 'es';
  const asked = daysOf(text);
  const fitting = asked.size === 0 ? [] : lines.flatMap((line) => partsFor(line, asked));
  const said = (fitting.length > 0 ? fitting : lines).map((line) => sayLine(line, language));
  const whole = /^(?:atendemos|abrimos|estamos|we |nuestro)/iu.test(said[0] ?? '')
    ? capital(joinList(said, language))
    : `${es ? 'Atendemos' : 'We are open'} ${joinList(said, language)}`;
  const closed = fitting.length > 0 && said.every((line) => /cerrado|closed/iu.test(line));
  if (closed)
    return sentence(
      es
        ? `Ese día no atendemos: ${joinList(said, language)}`
        : `We are not open then: ${joinList(said, language)}`,
    );
  const unknown = asked.size > 0 && fitting.length === 0;
  if (!unknown) return sentence(whole);
  return es
    ? `Para ese día no tengo un horario registrado. ${sentence(whole)}`
    : `I have no hours for that day. ${sentence(whole)}`;
}
