import { numeralOf } from './money.ts';

type Meridiem = 'am' | 'pm' | 'exact';

/** A time of day as it was said: the meridiem is often left to the listener. */
export interface SaidTime {
  /** 0 to 24. */
  readonly hour: number;
  readonly minute: number;
  /** `exact`: no doubt about it (13 to 24, noon, midnight). */
  readonly meridiem: Meridiem | null;
  readonly end: number;
}

export interface Interval {
  readonly opens: string;
  readonly closes: string;
}

const hourWord =
  'una|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|' +
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve';
const timePattern = new RegExp(
  String.raw`(?:(?:a\s+)?(?:las|la|los)\s+)?(?:` +
    String.raw`(?<noon>(?:el\s+)?(?:mediodia|medio dia)|noon|` +
    String.raw`12\s*(?:m(?!\w|\.\s?n)|del (?:dia|mediodia|medio dia)))|` +
    String.raw`(?<midnight>(?:la\s+)?(?:medianoche|media noche)|midnight|12\s*de la noche)|` +
    String.raw`(?<digits>\d{1,2})(?:\s?[:h.]\s?(?<minutes>\d{2})(?!\d))?|(?<word>${hourWord})(?!\w)` +
    String.raw`)(?:\s+y\s+(?<part>media|cuarto|quince|treinta)(?!\w))?` +
    String.raw`(?:\s*(?:(?<am>a\.?\s?m\b\.?|de la (?:manana|madrugada)|in the morning)|` +
    String.raw`(?<pm>p\.?\s?m\b\.?|de la (?:tarde|noche)|in the (?:afternoon|evening))|` +
    String.raw`(?:hrs?|horas|h)\b\.?))?`,
  'y',
);
const notATime =
  /^\s*(?:mil|k|pesos|soles|usd|dolares|%|anos?|minutos?|min|dias?|personas?|semanas?|x\s*\d|[.,]\d{3})(?!\w)/;
const parts: Readonly<Record<string, number>> = { media: 30, cuarto: 15, quince: 15, treinta: 30 };

/** The time said at `at` of a folded text. */
export function timeAt(text: string, at: number): SaidTime | null {
  timePattern.lastIndex = at;
  const match = timePattern.exec(text);
  if (!match?.groups) return null;
  const { noon, midnight, digits, minutes, word, part, am, pm } = match.groups;
  const end = at + match[0].length;
  if (/\d/.test(text.charAt(at - 1)) || notATime.test(text.slice(end))) return null;
  const minute = Number(minutes ?? parts[part ?? ''] ?? 0);
  if (noon !== undefined) return { hour: 12, minute, meridiem: 'exact', end };
  if (midnight !== undefined) return { hour: 24, minute: 0, meridiem: 'exact', end };
  const hour = digits === undefined ? (numeralOf(word ?? '') ?? 99) : Number(digits);
  if (hour > 24 || minute > 59) return null;
  const said = am === undefined ? (pm === undefined ? null : 'pm') : 'am';
  return { hour, minute, meridiem: hour > 12 || hour === 0 ? 'exact' : said, end };
}

const DAY = 24 * 60;

/** Minutes since midnight, where the time was said without doubt. */
function exactMinutes({ hour, minute, meridiem }: SaidTime): number | null {
  if (meridiem === 'exact') return hour * 60 + minute;
  if (meridiem === 'am') return (hour % 12) * 60 + minute;
  if (meridiem === 'pm') return ((hour % 12) + 12) * 60 + minute;
  return null;
}

const asMorning = ({ hour, minute }: SaidTime) => (hour % 12) * 60 + minute;

/**
 * Opening and closing time of what was said, filling in the mornings and afternoons that people
 * leave out: `8 a 6` is 08:00 to 18:00, and `2 a 6` after `8 a 12` is 14:00 to 18:00.
 */
export function resolveInterval(
  from: SaidTime,
  to: SaidTime,
  after: Interval | undefined,
): Interval | null {
  const end = exactMinutes(to);
  const start = exactMinutes(from) ?? guessOpening(from, to, end, after);
  const close = end ?? guessClosing(to, start);
  if (start === close) return null;
  return { opens: clock(start === DAY ? 0 : start), closes: clock(close === 0 ? DAY : close) };
}

function guessOpening(
  from: SaidTime,
  to: SaidTime,
  end: number | null,
  after: Interval | undefined,
): number {
  const morning = asMorning(from);
  if (from.hour === 12) return 12 * 60 + from.minute;
  const previous = after === undefined ? null : minutesOf(after.closes);
  if (previous !== null && morning < previous && morning + 12 * 60 >= previous) {
    return morning + 12 * 60;
  }
  // Nobody opens between one and four in the morning without saying so; "5 a 9 pm" is an evening.
  const evening = end === null ? asMorning(to) > morning && to.hour < 12 : end > 12 * 60;
  return from.hour < 5 || (from.hour === 5 && evening) ? morning + 12 * 60 : morning;
}

function guessClosing(to: SaidTime, start: number): number {
  const morning = asMorning(to);
  if (to.hour === 12) return start < 12 * 60 ? 12 * 60 + to.minute : DAY;
  if (morning <= start) return morning + 12 * 60 <= start ? morning : morning + 12 * 60;
  // "7 a 9": two hours of business are rarer than fourteen.
  return start < 12 * 60 && morning - start <= 3 * 60 ? morning + 12 * 60 : morning;
}

/** The closing time of `hasta la una`, for a day that opens at `opens`. */
export function resolveClosing(to: SaidTime, opens: string): string {
  const start = minutesOf(opens);
  return clock(exactMinutes(to) ?? guessClosing(to, start));
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function clock(minutes: number): string {
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}
