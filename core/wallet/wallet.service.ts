import type { AnyTx, Db, OrgScope, SystemTx } from '../db/index.ts';
import {
  cursorId,
  microsFromMinor,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import { createHolds, type NewHold, type Settlement } from './wallet.holds.ts';
import { createLedger, type Booking } from './wallet.ledger.ts';
import { presentEntry } from './wallet.present.ts';
import * as repo from './wallet.repo.ts';
import type { WalletEntryWire, WalletVerificationWire } from './wallet.schema.ts';

/** What the ledger says about one call. */
export interface HoldReceipt {
  readonly hold: repo.HoldRow;
  /** Absent while nothing was charged. */
  readonly entry: repo.EntryRow | undefined;
}

export interface WalletService {
  /** Balance and holds, in micros. */
  get(scope: OrgScope): Promise<repo.WalletRow>;
  /** The ledger, newest first. */
  listEntries(scope: OrgScope, page: PageQuery): Promise<Page<WalletEntryWire>>;
  /** Sets where the wallet counts as low: `wallet.low_balance` is told when it falls below. */
  setLowBalance(scope: OrgScope, amountMinor: number): Promise<repo.WalletRow>;
  /** Checks one's own wallet from its first entry on. No fault: nothing is wrong. */
  verify(scope: OrgScope): Promise<WalletVerificationWire>;
  /**
   * Promises `amountMicros` to `sourceId` (a call) in the caller's transaction, or what there is of
   * it, down to `leastMicros`. Returns what was promised; again for the same source, what that was.
   * Throws `insufficient_funds` if not even the least is free.
   */
  hold(tx: SystemTx, request: NewHold): Promise<bigint>;
  /** Lets an open hold grow to `amountMicros`, or by what is free. Its amount now; 0: it has ended. */
  extendHold(tx: SystemTx, hold: { sourceId: string; amountMicros: bigint }): Promise<bigint>;
  /**
   * Ends the hold of `sourceId`: books what was used as a `call` entry, if anything, never more
   * than the hold, and frees the rest. Again: nothing happens. Returns what was booked, in micros.
   */
  settle(tx: SystemTx, settlement: Settlement): Promise<bigint>;
  /** The hold of `sourceId` and what was booked of it; undefined if it never had one. */
  findReceipt(tx: AnyTx, sourceId: string): Promise<HoldReceipt | undefined>;
  /**
   * Gives back holds that nobody settled in time, except where `isAlive` says that what they are
   * for still goes on. Returns the sources of those given back.
   */
  releaseExpired(isAlive: (tx: SystemTx, sourceId: string) => Promise<boolean>): Promise<string[]>;
  /** Puts money in, once per kind and source. */
  credit(
    tx: SystemTx,
    credit: {
      orgId: Id<'org'>;
      amountMicros: bigint;
      kind: 'top_up' | 'adjustment';
      sourceId: string;
    },
  ): Promise<Booking>;
  /** Takes money back out, once per kind and source. `insufficient`: that much is not free. */
  debit(
    tx: SystemTx,
    debit: {
      orgId: Id<'org'>;
      amountMicros: bigint;
      kind: 'refund' | 'adjustment';
      sourceId: string;
    },
  ): Promise<Booking | 'insufficient'>;
  /** Takes as much of it as is free, in one entry; what was taken, in micros. The source is new. */
  debitUpTo(
    tx: SystemTx,
    debit: { orgId: Id<'org'>; amountMicros: bigint; kind: 'refund'; sourceId: string },
  ): Promise<bigint>;
  /** Takes a whole entry back by a reverse one, once. How a mistake is corrected: entries never change. */
  reverse(tx: SystemTx, entryId: Id<'wtx'>): Promise<Booking | 'insufficient'>;
  /** Checks every wallet from its first entry on. Whatever it returns is an alarm. */
  verifyAll(): Promise<repo.WalletFault[]>;
}

/**
 * The prepaid wallet, a ledger. What moves money takes the caller's transaction, so that the
 * booking and what it is for are kept together or not at all. What is promised here, the database
 * checks again at every commit.
 */
export function createWalletService(deps: { db: Db; newId: NewId; clock: Clock }): WalletService {
  const { db } = deps;
  const ledger = createLedger(deps);
  const holds = createHolds({ ...deps, ledger });

  const read = async (tx: AnyTx, orgId: Id<'org'>) => {
    const wallet = await repo.findWallet(tx, orgId);
    if (!wallet) throw notFound();
    return wallet;
  };

  return {
    get: (scope) => db.withOrg(scope, (tx) => read(tx, scope.orgId)),

    async listEntries(scope, page) {
      const before = cursorId('wtx', page.cursor);
      return db.withOrg(scope, async (tx) => {
        const { currency } = await read(tx, scope.orgId);
        const rows = await repo.listEntryRows(tx, scope.orgId, { limit: page.limit, before });
        return pageOf(rows, page.limit, (row) => presentEntry(row, currency));
      });
    },

    setLowBalance: (scope, amountMinor) =>
      db.withSystem(async (tx) => {
        await repo.updateLowMicros(tx, scope.orgId, microsFromMinor(amountMinor));
        return read(tx, scope.orgId);
      }, scope),

    verify: (scope) =>
      db.withOrg(scope, async (tx) => {
        const [newest] = await repo.listEntryRows(tx, scope.orgId, { limit: 0, before: undefined });
        const found = await repo.findFaults(tx, scope.orgId);
        const faults = found.map(({ fault, detail }) => ({ fault, detail }));
        return { ok: faults.length === 0, entries: Number(newest?.seq ?? 0n), faults };
      }),

    hold: holds.hold,
    extendHold: holds.extendHold,
    settle: holds.settle,
    releaseExpired: holds.releaseExpired,
    credit: ledger.credit,
    debit: ledger.debit,
    debitUpTo: ledger.debitUpTo,
    reverse: ledger.reverse,

    async findReceipt(tx, sourceId) {
      const hold = await repo.findHold(tx, sourceId);
      return hold && { hold, entry: await repo.findEntry(tx, 'call', sourceId) };
    },

    verifyAll: () => db.withSystem((tx) => repo.findFaults(tx)),
  };
}
