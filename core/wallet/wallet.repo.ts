import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Currency, Id } from '../kernel/index.ts';
import { defaultLowMicros } from './wallet.rules.ts';

export type EntryKind = Database['wallet_entries']['kind'];
export type EntryRow = Selectable<Database['wallet_entries']>;
export type HoldRow = Selectable<Database['wallet_holds']>;

export interface WalletRow {
  readonly currency: Currency;
  readonly balanceMicros: bigint;
  readonly heldMicros: bigint;
  /** Below this the wallet counts as low. */
  readonly lowMicros: bigint;
}

const walletOf = (tx: AnyTx, orgId: Id<'org'>) =>
  tx
    .selectFrom('organizations')
    .select(['currency', 'wallet_balance', 'wallet_held', 'wallet_low_at'])
    .where('id', '=', orgId);

export async function findWallet(tx: AnyTx, orgId: Id<'org'>): Promise<WalletRow | undefined> {
  const row = await walletOf(tx, orgId).executeTakeFirst();
  return row && toWallet(row);
}

/**
 * The same, and nobody else moves its money until this transaction ends. Everything that does
 * starts here: looked at under this lock, a hold or an entry cannot appear in between. Rows that
 * only refer to the organization (a new call) do not wait for it.
 */
export async function lockWallet(tx: SystemTx, orgId: Id<'org'>): Promise<WalletRow | undefined> {
  const row = await walletOf(tx, orgId).forNoKeyUpdate().executeTakeFirst();
  return row && toWallet(row);
}

const toWallet = (row: {
  currency: Currency;
  wallet_balance: bigint;
  wallet_held: bigint;
  wallet_low_at: bigint | null;
}): WalletRow => ({
  currency: row.currency,
  balanceMicros: row.wallet_balance,
  heldMicros: row.wallet_held,
  lowMicros: row.wallet_low_at ?? defaultLowMicros(row.currency),
});

export const updateLowMicros = (tx: SystemTx, orgId: Id<'org'>, lowMicros: bigint) =>
  tx
    .updateTable('organizations')
    .set({ wallet_low_at: lowMicros })
    .where('id', '=', orgId)
    .execute();

// ---- holds; what changes them runs under `lockWallet`

export const findHold = (tx: AnyTx, sourceId: string): Promise<HoldRow | undefined> =>
  tx.selectFrom('wallet_holds').selectAll().where('source_id', '=', sourceId).executeTakeFirst();

export async function insertHold(
  tx: SystemTx,
  hold: Pick<HoldRow, 'id' | 'org_id' | 'source_id' | 'amount' | 'created_at' | 'expires_at'>,
): Promise<void> {
  await tx.insertInto('wallet_holds').values(hold).execute();
  await moveHeld(tx, hold.org_id, hold.amount);
}

export async function growHold(tx: SystemTx, hold: HoldRow, amount: bigint): Promise<void> {
  await tx.updateTable('wallet_holds').set({ amount }).where('id', '=', hold.id).execute();
  await moveHeld(tx, hold.org_id, amount - hold.amount);
}

export async function endHold(
  tx: SystemTx,
  hold: HoldRow,
  end: { status: 'settled' | 'expired'; captured: bigint; at: Date },
): Promise<void> {
  const { status, captured, at } = end;
  await tx
    .updateTable('wallet_holds')
    .set({ status, captured, settled_at: at })
    .where('id', '=', hold.id)
    .execute();
  await moveHeld(tx, hold.org_id, -hold.amount);
}

const moveHeld = (tx: SystemTx, orgId: Id<'org'>, micros: bigint) =>
  tx
    .updateTable('organizations')
    .set((row) => ({ wallet_held: row('wallet_held', '+', micros) }))
    .where('id', '=', orgId)
    .execute();

/** Open holds past their time, oldest first. */
export const listExpiredHolds = (tx: SystemTx, at: Date, limit: number, after: Id<'hold'> | '') =>
  tx
    .selectFrom('wallet_holds')
    .select(['id', 'source_id'])
    .where('status', '=', 'held')
    .where('expires_at', '<=', at)
    .where('id', '>', after as Id<'hold'>)
    .orderBy('id')
    .limit(limit)
    .execute();

// ---- entries

/** Writes an entry under `lockWallet`; the ledger's trigger numbers it and moves the balance with it. */
export const insertEntry = (
  tx: SystemTx,
  entry: {
    id: Id<'wtx'>;
    orgId: Id<'org'>;
    amountMicros: bigint;
    kind: EntryKind;
    sourceId: string;
    seconds?: number | undefined;
    at: Date;
  },
): Promise<EntryRow> =>
  tx
    .insertInto('wallet_entries')
    .values({
      id: entry.id,
      org_id: entry.orgId,
      amount: entry.amountMicros,
      kind: entry.kind,
      source_id: entry.sourceId,
      seconds: entry.seconds ?? null,
      created_at: entry.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();

export const findEntry = (
  tx: AnyTx,
  kind: EntryKind,
  sourceId: string,
): Promise<EntryRow | undefined> =>
  tx
    .selectFrom('wallet_entries')
    .selectAll()
    .where('kind', '=', kind)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();

export const findEntryById = (tx: AnyTx, id: Id<'wtx'>): Promise<EntryRow | undefined> =>
  tx.selectFrom('wallet_entries').selectAll().where('id', '=', id).executeTakeFirst();

/** In the order they were booked, newest first: `before` is the entry the page before ended with. */
export const listEntryRows = (
  tx: OrgTx,
  orgId: Id<'org'>,
  page: { limit: number; before: Id<'wtx'> | undefined },
): Promise<EntryRow[]> =>
  tx
    .selectFrom('wallet_entries')
    .selectAll()
    .where('org_id', '=', orgId)
    .$if(page.before !== undefined, (query) =>
      query.where('seq', '<', (where) =>
        where
          .selectFrom('wallet_entries as last')
          .select('last.seq')
          .where('last.id', '=', page.before as Id<'wtx'>),
      ),
    )
    .orderBy('seq', 'desc')
    .limit(page.limit + 1)
    .execute();

// ---- the proof

export interface WalletFault {
  readonly org_id: Id<'org'>;
  /** What does not hold, as `app.wallet_faults` names it. */
  readonly fault: string;
  readonly detail: Record<string, unknown>;
}

/** Checks every figure from the first entry on; of one organization, or of all that `tx` sees. */
export async function findFaults(tx: AnyTx, orgId?: Id<'org'>): Promise<WalletFault[]> {
  const { rows } = await sql<WalletFault>`
    select * from app.wallet_faults(${orgId ?? null})`.execute(tx);
  return rows;
}
