import type { Db, OrgScope, SystemTx } from '../db/index.ts';
import {
  AppError,
  assert,
  cursorId,
  formatMinor,
  minorFromMicros,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import { presentEntry } from './wallet.present.ts';
import * as repo from './wallet.repo.ts';
import { assertBookable, availableMicros, capturedMicros } from './wallet.rules.ts';
import type { WalletEntryWire } from './wallet.schema.ts';

/** `already_booked`: this source has its entry, nothing was done. */
export type Booking = 'booked' | 'already_booked';

export interface WalletService {
  /** Balance and holds, in micros. */
  get(scope: OrgScope): Promise<repo.WalletRow>;
  /** The ledger, newest first. */
  listEntries(scope: OrgScope, page: PageQuery): Promise<Page<WalletEntryWire>>;
  /**
   * Promises `amountMicros` of the wallet to `sourceId` (a call), in the caller's transaction.
   * Again for the same source: nothing happens. Throws `insufficient_funds` if that much is not free.
   */
  hold(
    tx: SystemTx,
    hold: { orgId: Id<'org'>; sourceId: string; amountMicros: bigint },
  ): Promise<void>;
  /**
   * Ends the hold of `sourceId`: books what was used as a `call` entry, if anything, never more
   * than the hold, and frees the rest. Again: nothing happens. Returns what was booked, in micros.
   */
  settle(tx: SystemTx, settlement: { sourceId: string; usedMicros: bigint }): Promise<bigint>;
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
}

/**
 * The prepaid wallet, a ledger. What moves money takes the caller's transaction, so that the
 * booking and what it is for are kept together or not at all.
 */
export function createWalletService(deps: { db: Db; newId: NewId; clock: Clock }): WalletService {
  const { db, newId, clock } = deps;

  /** The wallet, locked; whether the entry is there already can be looked up safely after this. */
  const lock = async (tx: SystemTx, orgId: Id<'org'>) => {
    const wallet = await repo.lockWallet(tx, orgId);
    assert(wallet, `no organization ${orgId} to book on`);
    return wallet;
  };

  const isBooked = async (
    tx: SystemTx,
    kind: 'top_up' | 'refund' | 'adjustment',
    entry: { orgId: Id<'org'>; sourceId: string },
    signedMicros: bigint,
  ) => {
    const found = await repo.findEntry(tx, kind, entry.sourceId);
    if (!found) return false;
    assert(
      found.orgId === entry.orgId && found.amountMicros === signedMicros,
      `${kind} of ${entry.sourceId} is booked differently`,
    );
    return true;
  };

  return {
    get: (scope) =>
      db.withOrg(scope, async (tx) => {
        const wallet = await repo.findWallet(tx, scope.orgId);
        if (!wallet) throw notFound();
        return wallet;
      }),

    async listEntries(scope, page) {
      const before = cursorId('wtx', page.cursor);
      return db.withOrg(scope, async (tx) => {
        const wallet = await repo.findWallet(tx, scope.orgId);
        if (!wallet) throw notFound();
        const rows = await repo.listEntryRows(tx, scope.orgId, { limit: page.limit, before });
        return pageOf(rows, page.limit, (row) => presentEntry(row, wallet.currency));
      });
    },

    async hold(tx, hold) {
      assertBookable(hold.amountMicros);
      const found = await repo.findHold(tx, hold.sourceId);
      if (found) {
        assert(
          found.orgId === hold.orgId && found.amountMicros === hold.amountMicros,
          `the hold of ${hold.sourceId} is a different one`,
        );
        return;
      }
      const held = await repo.insertHold(tx, { ...hold, id: newId('hold'), at: clock.now() });
      if (held) return;
      const wallet = await repo.findWallet(tx, hold.orgId);
      assert(wallet, `no organization ${hold.orgId} to hold for`);
      throw insufficientFunds(wallet, hold.amountMicros);
    },

    async settle(tx, { sourceId, usedMicros }) {
      const hold = await repo.findHold(tx, sourceId);
      assert(hold, `no hold of ${sourceId} to settle`);
      const captured = capturedMicros(hold.amountMicros, usedMicros);
      const at = clock.now();
      // First the promise, then the entry: in between, the balance still covers what is held.
      const closed = await repo.closeHold(tx, { sourceId, capturedMicros: captured, at });
      if (!closed) return (await repo.findHold(tx, sourceId))?.capturedMicros ?? 0n;
      if (captured === 0n) return 0n;
      assertBookable(captured);
      await repo.insertEntry(tx, {
        id: newId('wtx'),
        orgId: hold.orgId,
        amountMicros: -captured,
        kind: 'call',
        sourceId,
        at,
      });
      return captured;
    },

    async credit(tx, { kind, ...credit }) {
      assertBookable(credit.amountMicros);
      await lock(tx, credit.orgId);
      if (await isBooked(tx, kind, credit, credit.amountMicros)) return 'already_booked';
      await repo.insertEntry(tx, { ...credit, kind, id: newId('wtx'), at: clock.now() });
      return 'booked';
    },

    async debit(tx, { kind, ...debit }) {
      assertBookable(debit.amountMicros);
      const wallet = await lock(tx, debit.orgId);
      const amountMicros = -debit.amountMicros;
      if (await isBooked(tx, kind, debit, amountMicros)) return 'already_booked';
      if (availableMicros(wallet) < debit.amountMicros) return 'insufficient';
      await repo.insertEntry(tx, {
        ...debit,
        amountMicros,
        kind,
        id: newId('wtx'),
        at: clock.now(),
      });
      return 'booked';
    },
  };
}

function insufficientFunds(wallet: repo.WalletRow, needMicros: bigint): AppError {
  const show = (micros: bigint, lang: 'es' | 'en') =>
    formatMinor(minorFromMicros(micros), wallet.currency, lang);
  const available = availableMicros(wallet);
  return new AppError('insufficient_funds', {
    detail: {
      es: `Hay ${show(available, 'es')} disponibles y se necesitan ${show(needMicros, 'es')}. Recargue el saldo.`,
      en: `${show(available, 'en')} is available and ${show(needMicros, 'en')} is needed. Top up the wallet.`,
    },
  });
}
