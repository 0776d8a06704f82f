import type { SystemTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { assert, type Clock, type Id, type NewId } from '../kernel/index.ts';
import { presentWallet } from './wallet.present.ts';
import * as repo from './wallet.repo.ts';
import { assertBookable, availableMicros, becomesLow } from './wallet.rules.ts';

/** `already_booked`: this source has its entry, nothing was done. */
export type Booking = 'booked' | 'already_booked';

export interface LedgerEntry {
  readonly orgId: Id<'org'>;
  /** Negative takes. */
  readonly amountMicros: bigint;
  readonly kind: repo.EntryKind;
  readonly sourceId: string;
  readonly seconds?: number | undefined;
}

/** Everything that writes entries. Each function takes the wallet's lock, so its reads stay true. */
export function createLedger({ newId, clock }: { newId: NewId; clock: Clock }) {
  async function lock(tx: SystemTx, orgId: Id<'org'>): Promise<repo.WalletRow> {
    const wallet = await repo.lockWallet(tx, orgId);
    assert(wallet, `no organization ${orgId} to book on`);
    return wallet;
  }

  /** Writes the entry, and tells of it when it takes the balance below the organization's line. */
  async function append(
    tx: SystemTx,
    wallet: repo.WalletRow,
    entry: LedgerEntry,
  ): Promise<repo.EntryRow> {
    const at = clock.now();
    const row = await repo.insertEntry(tx, { ...entry, id: newId('wtx'), at });
    if (becomesLow(row.balance_after - row.amount, row.balance_after, wallet.lowMicros)) {
      const now = await repo.findWallet(tx, entry.orgId);
      assert(now, 'a wallet that has an entry exists');
      const data = presentWallet(now);
      await recordEvent(tx, { orgId: entry.orgId, type: 'wallet.low_balance', data, at });
    }
    return row;
  }

  /** Whether this very entry is there. A different one of the same source is a bug of ours. */
  async function isBooked(tx: SystemTx, entry: LedgerEntry): Promise<boolean> {
    const found = await repo.findEntry(tx, entry.kind, entry.sourceId);
    if (!found) return false;
    assert(
      found.org_id === entry.orgId && found.amount === entry.amountMicros,
      `${entry.kind} of ${entry.sourceId} is booked differently`,
    );
    return true;
  }

  /** Books once per kind and source. `insufficient`: it takes more than is free. */
  async function book(tx: SystemTx, entry: LedgerEntry): Promise<Booking | 'insufficient'> {
    const wallet = await lock(tx, entry.orgId);
    if (await isBooked(tx, entry)) return 'already_booked';
    if (entry.amountMicros < 0n && availableMicros(wallet) < -entry.amountMicros)
      return 'insufficient';
    await append(tx, wallet, entry);
    return 'booked';
  }

  return {
    lock,
    append,

    async credit(
      tx: SystemTx,
      credit: LedgerEntry & { readonly kind: 'top_up' | 'adjustment' },
    ): Promise<Booking> {
      assertBookable(credit.amountMicros);
      const outcome = await book(tx, credit);
      assert(outcome !== 'insufficient', 'money that comes in needs none');
      return outcome;
    },

    debit(
      tx: SystemTx,
      { amountMicros, ...debit }: LedgerEntry & { readonly kind: 'refund' | 'adjustment' },
    ): Promise<Booking | 'insufficient'> {
      assertBookable(amountMicros);
      return book(tx, { ...debit, amountMicros: -amountMicros });
    },

    /** Takes as much of it as is free, in one entry; what was taken, in micros. The source is new. */
    async debitUpTo(
      tx: SystemTx,
      { amountMicros, ...debit }: LedgerEntry & { readonly kind: 'refund' },
    ): Promise<bigint> {
      assertBookable(amountMicros);
      const wallet = await lock(tx, debit.orgId);
      const free = availableMicros(wallet);
      const taken = amountMicros < free ? amountMicros : free;
      if (taken > 0n) await append(tx, wallet, { ...debit, amountMicros: -taken });
      return taken;
    },

    async reverse(tx: SystemTx, entryId: Id<'wtx'>): Promise<Booking | 'insufficient'> {
      const entry = await repo.findEntryById(tx, entryId);
      assert(entry, `no entry ${entryId} to reverse`);
      assert(entry.kind !== 'reversal', 'what was reversed is booked anew, not reversed again');
      return book(tx, {
        orgId: entry.org_id,
        amountMicros: -entry.amount,
        kind: 'reversal',
        sourceId: entryId,
      });
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
