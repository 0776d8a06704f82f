import { minorFromMicros, type Currency } from '../kernel/index.ts';
import type { EntryRow, WalletRow } from './wallet.repo.ts';
import { availableMicros } from './wallet.rules.ts';
import type { WalletEntryWire, WalletWire } from './wallet.schema.ts';

export function presentWallet(wallet: WalletRow): WalletWire {
  return {
    currency: wallet.currency,
    balance: minorFromMicros(wallet.balanceMicros),
    held: minorFromMicros(wallet.heldMicros),
    available: minorFromMicros(availableMicros(wallet)),
    low_balance_at: minorFromMicros(wallet.lowMicros),
  };
}

export function presentEntry(row: EntryRow, currency: Currency): WalletEntryWire {
  return {
    id: row.id,
    kind: row.kind,
    amount: minorFromMicros(row.amount),
    currency,
    balance_after: minorFromMicros(row.balance_after),
    source_id: row.source_id,
    seconds: row.seconds,
    created_at: row.created_at.toISOString(),
  };
}
