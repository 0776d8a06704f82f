import {
  MICROS_PER_UNIT,
  minorFromMicros,
  type Currency,
  type Language,
  type Localized,
} from '../kernel/index.ts';
import type { StatementPage } from '../ports/index.ts';
import { csvRecord } from './csv.rules.ts';
import type { StatementFigures } from './statement.rules.ts';
import type { EntryKind, EntryRow } from './wallet.repo.ts';

/** A month of one wallet, added up. */
export interface Statement extends StatementFigures {
  readonly month: string;
  readonly organization: string;
  readonly currency: Currency;
  readonly zone: string;
  readonly from: Date;
  readonly to: Date;
  readonly complete: boolean;
  readonly openingMicros: bigint;
  readonly printedAt: Date;
}

const kindNames: Readonly<Record<EntryKind, Localized>> = {
  top_up: { es: 'Recargas', en: 'Top-ups' },
  call: { es: 'Llamadas', en: 'Calls' },
  refund: { es: 'Devoluciones', en: 'Refunds' },
  adjustment: { es: 'Ajustes', en: 'Adjustments' },
  reversal: { es: 'Reversos', en: 'Reversals' },
};

const words = {
  title: { es: 'Extracto de saldo', en: 'Wallet statement' },
  period: { es: 'Periodo', en: 'Period' },
  currency: { es: 'Moneda', en: 'Currency' },
  printed: { es: 'Generado', en: 'Printed' },
  opening: { es: 'Saldo inicial', en: 'Opening balance' },
  closing: { es: 'Saldo final', en: 'Closing balance' },
  balanceToday: { es: 'Saldo hasta hoy', en: 'Balance so far' },
  byDay: { es: 'Movimientos por día', en: 'Movements by day' },
  none: { es: 'No hubo movimientos en este mes.', en: 'There were no movements in this month.' },
  footer: {
    es: 'Aló · Saldo inicial más movimientos es igual al saldo final. Detalle completo: alo wallet statement --csv',
    en: 'Aló · Opening balance plus movements equals the closing balance. Every movement: alo wallet statement --csv',
  },
} satisfies Record<string, Localized>;

const columns: Readonly<Record<Language, readonly string[]>> = {
  es: ['Día', 'Llamadas', 'Minutos', 'Entradas', 'Salidas', 'Saldo'],
  en: ['Day', 'Calls', 'Minutes', 'In', 'Out', 'Balance'],
};
const csvColumns: Readonly<Record<Language, readonly string[]>> = {
  es: ['Fecha', 'Concepto', 'Segundos', 'Valor', 'Moneda', 'Saldo', 'Origen', 'Movimiento'],
  en: ['Date', 'Kind', 'Seconds', 'Amount', 'Currency', 'Balance', 'Source', 'Entry'],
};
const locales: Readonly<Record<Language, string>> = { es: 'es-CO', en: 'en-US' };

/** The page that is printed: how the month came from its opening to its closing balance, by day. */
export function statementPage(statement: Statement, lang: Language): StatementPage {
  const { currency, zone } = statement;
  const money = moneyOf(statement, lang);
  const date = (at: Date, style: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locales[lang], { timeZone: zone, ...style }).format(at);
  const last = new Date(Math.min(statement.to.getTime() - 1, statement.printedAt.getTime()));
  return {
    language: lang,
    title: words.title[lang],
    subject: capital(date(statement.from, { month: 'long', year: 'numeric' })),
    holder: statement.organization,
    facts: [
      {
        label: words.period[lang],
        value: `${date(statement.from, { dateStyle: 'medium' })} – ${date(last, { dateStyle: 'medium' })}`,
      },
      { label: words.currency[lang], value: currency },
      {
        label: words.printed[lang],
        value: date(statement.printedAt, { dateStyle: 'medium', timeStyle: 'short' }),
      },
    ],
    sum: [
      { label: words.opening[lang], value: money(statement.openingMicros) },
      ...statement.totals.map(({ kind, count, seconds, amount }) => ({
        label: `${kindNames[kind][lang]} (${count}${seconds > 0 ? ` · ${minutes(seconds, lang)} min` : ''})`,
        value: money(amount),
      })),
      {
        label: words[statement.complete ? 'closing' : 'balanceToday'][lang],
        value: money(statement.closingMicros),
      },
    ],
    table: {
      title: words.byDay[lang],
      columns: columns[lang],
      rows: statement.days.map((day) => [
        new Intl.DateTimeFormat(locales[lang], {
          timeZone: 'UTC',
          weekday: 'short',
          day: 'numeric',
          month: 'short',
        }).format(new Date(`${day.date}T00:00:00Z`)),
        day.calls === 0 ? '' : String(day.calls),
        day.seconds === 0 ? '' : minutes(day.seconds, lang),
        day.inMicros === 0n ? '' : money(day.inMicros),
        day.outMicros === 0n ? '' : money(day.outMicros),
        money(day.closingMicros),
      ]),
      empty: words.none[lang],
    },
    footer: words.footer[lang],
  };
}

/** The first record, and the balance that the month begins with. */
export function csvHead(statement: Statement, lang: Language): string {
  return (
    csvRecord(csvColumns[lang]) +
    balanceRecord(statement, lang, words.opening, statement.from, statement.openingMicros)
  );
}

/** One movement. Dates are local, amounts plain: the file is for spreadsheets and for programs. */
export function csvEntry(row: EntryRow, { currency, zone }: Statement, lang: Language): string {
  return csvRecord([
    localTime(row.created_at, zone),
    kindNames[row.kind][lang],
    row.seconds === null ? '' : { figure: String(row.seconds) },
    { figure: decimal(row.amount) },
    currency,
    { figure: decimal(row.balance_after) },
    row.source_id,
    row.id,
  ]);
}

/** The balance that the month ends with: opening + Σ amounts, in the file itself. */
export function csvFoot(statement: Statement, lang: Language): string {
  const at = statement.complete ? new Date(statement.to.getTime() - 1) : statement.printedAt;
  const name = statement.complete ? words.closing : words.balanceToday;
  return balanceRecord(statement, lang, name, at, statement.closingMicros);
}

function balanceRecord(
  { currency, zone }: Statement,
  lang: Language,
  name: Localized,
  at: Date,
  micros: bigint,
): string {
  const figure = { figure: decimal(micros) };
  return csvRecord([localTime(at, zone), name[lang], '', '', currency, figure, '', '']);
}

/** `2026-11-23 07:30:00` in the zone: what spreadsheets understand everywhere. */
function localTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
}

/** `-1234.50` */
function decimal(micros: bigint): string {
  const minor = minorFromMicros(micros);
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function minutes(seconds: number, lang: Language): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locales[lang], digits).format(seconds / 60);
}

/** Cents are shown on every figure of a page, or on none: columns of figures line up. */
function moneyOf({ currency, openingMicros, days, totals }: Statement, lang: Language) {
  const shown = [
    openingMicros,
    ...totals.map(({ amount }) => amount),
    ...days.flatMap((day) => [day.inMicros, day.outMicros]),
  ];
  const fractionDigits = shown.every((micros) => micros % MICROS_PER_UNIT === 0n) ? 0 : 2;
  const format = new Intl.NumberFormat(locales[lang], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  });
  return (micros: bigint) => format.format(minorFromMicros(micros) / 100);
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
