import { assert, type Currency } from '../kernel/index.ts';
import type { EntryKind } from './wallet.repo.ts';

/** Whose midnight begins a month: that of the country the currency is at home in. */
export const statementZones: Readonly<Record<Currency, string>> = {
  COP: 'America/Bogota',
  MXN: 'America/Mexico_City',
  PEN: 'America/Lima',
  USD: 'America/New_York',
};

/** What was booked of one kind on one day. */
export interface DayTotal {
  /** `2026-11-23`, in the statement's time zone. */
  readonly date: string;
  readonly kind: EntryKind;
  readonly count: number;
  readonly amount: bigint;
  readonly seconds: number;
}

export interface KindTotal {
  readonly kind: EntryKind;
  readonly count: number;
  readonly amount: bigint;
  readonly seconds: number;
}

export interface DayLine {
  readonly date: string;
  readonly inMicros: bigint;
  /** Zero or negative. */
  readonly outMicros: bigint;
  readonly calls: number;
  readonly seconds: number;
  readonly closingMicros: bigint;
}

export interface StatementFigures {
  readonly totals: readonly KindTotal[];
  readonly days: readonly DayLine[];
  readonly closingMicros: bigint;
}

const kinds: readonly EntryKind[] = ['top_up', 'call', 'refund', 'adjustment', 'reversal'];

/**
 * Adds up a month from its opening balance. What the ledger says it closes with has to come out, or
 * there is no statement.
 */
export function addUp(
  openingMicros: bigint,
  booked: readonly DayTotal[],
  ledgerClosingMicros: bigint,
): StatementFigures {
  const totals = kinds.flatMap((kind) => {
    const own = booked.filter((one) => one.kind === kind);
    return own.length === 0 ? [] : [{ kind, ...sumOf(own) }];
  });
  const days: DayLine[] = [];
  let closingMicros = openingMicros;
  for (const date of [...new Set(booked.map((one) => one.date))].toSorted()) {
    const own = booked.filter((one) => one.date === date);
    closingMicros += sumOf(own).amount;
    days.push({
      date,
      inMicros: sumOf(own.filter(({ amount }) => amount > 0n)).amount,
      outMicros: sumOf(own.filter(({ amount }) => amount < 0n)).amount,
      calls: sumOf(own.filter(({ kind }) => kind === 'call')).count,
      seconds: sumOf(own).seconds,
      closingMicros,
    });
  }
  assert(closingMicros === ledgerClosingMicros, 'opening balance + entries = closing balance');
  return { totals, days, closingMicros };
}

function sumOf(booked: readonly DayTotal[]): { count: number; amount: bigint; seconds: number } {
  return booked.reduce(
    (sum, one) => ({
      count: sum.count + one.count,
      amount: sum.amount + one.amount,
      seconds: sum.seconds + one.seconds,
    }),
    { count: 0, amount: 0n, seconds: 0 },
  );
}
