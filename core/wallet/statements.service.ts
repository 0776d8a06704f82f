import type { Db, OrgScope } from '../db/index.ts';
import {
  AppError,
  limits,
  minorFromMicros,
  notFound,
  type Clock,
  type Language,
} from '../kernel/index.ts';
import type { StatementPrinter } from '../ports/index.ts';
import { addUp, statementZones } from './statement.rules.ts';
import type { WalletStatementWire } from './statement.schema.ts';
import { csvEntry, csvFoot, csvHead, statementPage, type Statement } from './statement.text.ts';
import * as repo from './statements.repo.ts';
import { presentEntry } from './wallet.present.ts';
import type { EntryRow } from './wallet.repo.ts';

const BATCH = 1_000;
/** An entry that was being written at midnight carries the time at which that began. */
const CLOSING_MS = 5 * 60_000;

/** Each throws `invalid_request` for a month that has not begun. `month` is `2026-11`. */
export interface StatementsService {
  /** With every movement; `payload_too_large` where that is too much for one document. */
  json(scope: OrgScope, month: string): Promise<WalletStatementWire>;
  /** With every movement, however many: records as they are read. */
  csv(scope: OrgScope, month: string, lang: Language): Promise<AsyncGenerator<string>>;
  /** One page: the sum of the month, and its days. */
  pdf(scope: OrgScope, month: string, lang: Language): Promise<Uint8Array>;
}

/** Monthly statements: what a wallet began with, what moved, what it ended with. */
export function createStatementsService(deps: {
  db: Db;
  clock: Clock;
  printer: StatementPrinter;
}): StatementsService {
  const { db, clock, printer } = deps;

  async function open(scope: OrgScope, month: string) {
    return db.withOrg(scope, async (tx) => {
      const organization = await tx
        .selectFrom('organizations')
        .select(['name', 'currency'])
        .where('id', '=', scope.orgId)
        .executeTakeFirst();
      if (!organization) throw notFound();
      const zone = statementZones[organization.currency];
      const { from, to } = await repo.findPeriod(tx, month, zone);
      const now = clock.now();
      if (from > now) throw notBegun();
      const before = await repo.findStateAt(tx, scope.orgId, from);
      const last = await repo.findStateAt(tx, scope.orgId, to);
      const range = { after: before.seq, upTo: last.seq };
      const booked = await repo.sumByDay(tx, scope.orgId, range, zone);
      const statement: Statement = {
        ...addUp(before.balanceMicros, booked, last.balanceMicros),
        month,
        organization: organization.name,
        currency: organization.currency,
        zone,
        from,
        to,
        complete: to.getTime() + CLOSING_MS <= now.getTime(),
        openingMicros: before.balanceMicros,
        printedAt: now,
      };
      return { statement, range };
    });
  }

  /** Batches, each in a transaction of its own: entries do not change, and no new one has an old number. */
  async function* entries(scope: OrgScope, range: repo.EntryRange): AsyncGenerator<EntryRow[]> {
    for (let after = range.after; after < range.upTo;) {
      const rest = { after, upTo: range.upTo };
      const rows = await db.withOrg(scope, (tx) => repo.listRange(tx, scope.orgId, rest, BATCH));
      yield rows;
      after = rows.at(-1)?.seq ?? range.upTo;
    }
  }

  return {
    async json(scope, month) {
      const { statement, range } = await open(scope, month);
      if (range.upTo - range.after > limits.wallet.statementEntriesMax) throw tooLong();
      const { currency } = statement;
      const shown: WalletStatementWire['entries'] = [];
      for await (const rows of entries(scope, range))
        shown.push(...rows.map((row) => presentEntry(row, currency)));
      return present(statement, shown);
    },

    async csv(scope, month, lang) {
      const { statement, range } = await open(scope, month);
      return (async function* records() {
        yield csvHead(statement, lang);
        for await (const rows of entries(scope, range))
          yield rows.map((row) => csvEntry(row, statement, lang)).join('');
        yield csvFoot(statement, lang);
      })();
    },

    async pdf(scope, month, lang) {
      const { statement } = await open(scope, month);
      return printer.print(statementPage(statement, lang));
    },
  };
}

function present(
  statement: Statement,
  entries: WalletStatementWire['entries'],
): WalletStatementWire {
  return {
    month: statement.month,
    organization: statement.organization,
    currency: statement.currency,
    time_zone: statement.zone,
    from: statement.from.toISOString(),
    to: statement.to.toISOString(),
    complete: statement.complete,
    opening_balance: minorFromMicros(statement.openingMicros),
    closing_balance: minorFromMicros(statement.closingMicros),
    totals: statement.totals.map(({ amount, ...total }) => ({
      ...total,
      amount: minorFromMicros(amount),
    })),
    days: statement.days.map((day) => ({
      date: day.date,
      in: minorFromMicros(day.inMicros),
      out: minorFromMicros(day.outMicros),
      calls: day.calls,
      seconds: day.seconds,
      closing_balance: minorFromMicros(day.closingMicros),
    })),
    entries,
  };
}

function notBegun(): AppError {
  return new AppError('invalid_request', {
    param: 'month',
    detail: { es: 'Ese mes no ha comenzado.', en: 'That month has not begun.' },
  });
}

function tooLong(): AppError {
  return new AppError('payload_too_large', {
    param: 'format',
    detail: {
      es: 'Son demasiados movimientos para un solo documento JSON: pida el CSV (?format=csv).',
      en: 'These are too many movements for one JSON document: ask for the CSV (?format=csv).',
    },
  });
}
