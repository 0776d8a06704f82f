import { stripVTControlCharacters } from 'node:util';
import type { Language } from './language.ts';

const locales: Readonly<Record<Language, string>> = { es: 'es-CO', en: 'en-US' };

export interface MoneyWire {
  /** Integer minor units; all our currencies have two decimals. */
  readonly amount: number;
  readonly currency: string;
}

/** `$ 12.500` in Spanish, `$12,500` in English; decimals only where there are any. */
export function formatMoney({ amount, currency }: MoneyWire, lang: Language): string {
  return new Intl.NumberFormat(locales[lang], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: amount % 100 === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(amount / 100);
}

/** The local date and time of an RFC 3339 instant, to the minute. */
export function formatTime(instant: string, lang: Language): string {
  return new Intl.DateTimeFormat(locales[lang], { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(instant),
  );
}

/** `1:07` of 67 000 ms. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `820 ms`, `1,2 s`. */
export function formatLatency(latencyMs: number, lang: Language): string {
  if (latencyMs < 1_000) return `${latencyMs} ms`;
  const seconds = new Intl.NumberFormat(locales[lang], { maximumFractionDigits: 1 });
  return `${seconds.format(latencyMs / 1_000)} s`;
}

/** How many columns a text takes on a terminal: its colours take none. */
function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Rows under a heading, columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(widthOf(title), ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}

/** `name  value` lines, aligned. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => widthOf(name)));
  return entries
    .map(([name, value]) => `${name}${' '.repeat(width - widthOf(name))}  ${value}`)
    .join('\n');
}

/** A bar of `value` on a scale that ends at `max`, `width` characters long. */
export function bar(value: number, max: number, width: number): string {
  const filled = Math.round((Math.min(value, max) / max) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** `4,2 %` of 0.042. */
export function formatPercent(share: number, lang: Language): string {
  return new Intl.NumberFormat(locales[lang], {
    style: 'percent',
    maximumFractionDigits: 1,
  }).format(share);
}
