import { sql } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Currency, Id } from '../kernel/index.ts';

type EntryKind = Database['wallet_entries']['kind'];

export interface WalletRow {
  readonly currency: Currency;
  readonly balanceMicros: bigint;
  readonly heldMicros: bigint;
}

export async function findWallet(tx: AnyTx, orgId: Id<'org'>): Promise<WalletRow | undefined> {
  const row = await tx
    .selectFrom('organizations')
    .select(['currency', 'wallet_balance', 'wallet_held'])
    .where('id', '=', orgId)
    .executeTakeFirst();
  return row && toWallet(row);
}

/** The same, and nobody else books on it until this transaction ends. */
export async function lockWallet(tx: SystemTx, orgId: Id<'org'>): Promise<WalletRow | undefined> {
  const row = await tx
    .selectFrom('organizations')
    .select(['currency', 'wallet_balance', 'wallet_held'])
    .where('id', '=', orgId)
    .forUpdate()
    .executeTakeFirst();
  return row && toWallet(row);
}

const toWallet = (row: {
  currency: Currency;
  wallet_balance: bigint;
  wallet_held: bigint;
}): WalletRow => ({
  currency: row.currency,
  balanceMicros: row.wallet_balance,
  heldMicros: row.wallet_held,
});

/**
 * Promises the amount if the wallet has it free: check, promise and the hold's row in one
 * statement, so that nothing can come between. False when it has not.
 */
export async function insertHold(
  tx: SystemTx,
  hold: { id: Id<'hold'>; orgId: Id<'org'>; sourceId: string; amountMicros: bigint; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    with promised as (
      update organizations
         set wallet_held = wallet_held + ${hold.amountMicros}::bigint
       where id = ${hold.orgId}
         and wallet_balance - wallet_held >= ${hold.amountMicros}::bigint
      returning id
    )
    insert into wallet_holds (id, org_id, source_id, amount, created_at)
    select ${hold.id}::text, promised.id, ${hold.sourceId}::text, ${hold.amountMicros}::bigint,
           ${hold.at}::timestamptz
      from promised
    returning id`.execute(tx);
  return rows.length === 1;
}

export interface HoldRow {
  readonly orgId: Id<'org'>;
  readonly amountMicros: bigint;
  /** Null while it is open. */
  readonly capturedMicros: bigint | null;
}

export async function findHold(tx: AnyTx, sourceId: string): Promise<HoldRow | undefined> {
  const row = await tx
    .selectFrom('wallet_holds')
    .select(['org_id', 'amount', 'captured'])
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row && { orgId: row.org_id, amountMicros: row.amount, capturedMicros: row.captured };
}

/** Closes an open hold and frees its promise in one statement. False when it was not open. */
export async function closeHold(
  tx: SystemTx,
  hold: { sourceId: string; capturedMicros: bigint; at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    with closed as (
      update wallet_holds
         set status = 'settled', captured = ${hold.capturedMicros}::bigint,
             settled_at = ${hold.at}::timestamptz
       where source_id = ${hold.sourceId} and status = 'held'
      returning org_id, amount
    )
    update organizations
       set wallet_held = wallet_held - closed.amount
      from closed
     where organizations.id = closed.org_id
    returning organizations.id`.execute(tx);
  return rows.length === 1;
}

/**
 * Writes an entry; the ledger's trigger moves the balance with it. Look for the entry first, under
 * `lockWallet`: with `on conflict do nothing` the trigger would have moved the balance already.
 */
export async function insertEntry(
  tx: SystemTx,
  entry: {
    id: Id<'wtx'>;
    orgId: Id<'org'>;
    amountMicros: bigint;
    kind: EntryKind;
    sourceId: string;
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('wallet_entries')
    .values({
      id: entry.id,
      org_id: entry.orgId,
      amount: entry.amountMicros,
      kind: entry.kind,
      source_id: entry.sourceId,
      created_at: entry.at,
    })
    .execute();
}

export async function findEntry(
  tx: AnyTx,
  kind: EntryKind,
  sourceId: string,
): Promise<{ orgId: Id<'org'>; amountMicros: bigint } | undefined> {
  const row = await tx
    .selectFrom('wallet_entries')
    .select(['org_id', 'amount'])
    .where('kind', '=', kind)
    .where('source_id', '=', sourceId)
    .executeTakeFirst();
  return row && { orgId: row.org_id, amountMicros: row.amount };
}

export interface EntryRow {
  readonly id: Id<'wtx'>;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly kind: EntryKind;
  readonly source_id: string;
  readonly created_at: Date;
}

export async function listEntryRows(
  tx: OrgTx,
  orgId: Id<'org'>,
  page: { limit: number; before: Id<'wtx'> | undefined },
): Promise<EntryRow[]> {
  let query = tx
    .selectFrom('wallet_entries')
    .select(['id', 'amount', 'balance_after', 'kind', 'source_id', 'created_at'])
    .where('org_id', '=', orgId)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.execute();
}
