import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyTx, SystemTx } from '../db/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { newId, systemClock, type Id } from '../kernel/index.ts';
import { createWalletService, type WalletService } from './index.ts';

let t: TestDb;
let wallet: WalletService;
beforeAll(async () => {
  t = await createTestDb();
  wallet = createWalletService({ db: t.db, newId, clock: systemClock });
});
afterAll(() => t.close());

const micros = (minor: number) => BigInt(minor) * 10_000n;
const system = <T>(work: (tx: SystemTx) => Promise<T>) => t.db.withSystem(work);

/** A wallet of 100 with 40 held for a call and 25 charged for another. */
async function createOrg(): Promise<{ orgId: Id<'org'>; talking: string; over: string }> {
  const orgId = newId('org');
  const [talking, over] = [newId('call'), newId('call')];
  await system(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'Panadería', founded_by: null })
      .execute();
    await wallet.credit(tx, {
      orgId,
      amountMicros: micros(125),
      kind: 'top_up',
      sourceId: newId('pay'),
    });
    for (const [sourceId, amount] of [
      [over, 30],
      [talking, 40],
    ] as const)
      await wallet.hold(tx, { orgId, sourceId, amountMicros: micros(amount) });
    await wallet.settle(tx, { sourceId: over, usedMicros: micros(25), seconds: 5 });
  });
  return { orgId, talking, over };
}

/** SQL as the database's owner, whom no grant stops. */
const asOwner = (...statements: string[]) => t.pool.query(statements.join(';'));

/** The same with every trigger off: what a restored backup or a slip of an administrator could leave. */
const behindTheTriggers = (...statements: string[]) =>
  asOwner(
    'set session_replication_role = replica',
    ...statements,
    'set session_replication_role = origin',
  );

const faultsOf = async (orgId: Id<'org'>) =>
  (await wallet.verify({ orgId })).faults.map(({ fault }) => fault).toSorted();

describe('the database, whoever asks it to', () => {
  it.each([
    [
      'a balance without an entry',
      'would be',
      `update organizations set wallet_balance = 9990000 where id = $org`,
    ],
    [
      'a promise without a hold',
      'would have',
      `update organizations set wallet_held = 0 where id = $org`,
    ],
    [
      'a hold without a promise',
      'would have',
      `insert into wallet_holds (id, org_id, source_id, amount, expires_at) values ('h' || $org, $org, $org, 10000, now())`,
    ],
    [
      'an organization born rich',
      'would be',
      `insert into organizations (id, name, wallet_balance) values ('x' || $org, 'x', 1)`,
    ],
    ['an entry changed', 'append-only', `update wallet_entries set amount = 1 where org_id = $org`],
    ['an entry removed', 'append-only', `delete from wallet_entries where org_id = $org`],
    ['all entries removed', 'append-only', `truncate wallet_entries`],
    ['a hold removed', 'append-only', `delete from wallet_holds where org_id = $org`],
    [
      'a settled hold opened again',
      'has ended',
      `update wallet_holds set status = 'held', captured = null where status = 'settled' and org_id = $org`,
    ],
    [
      'a hold that shrinks',
      'grows or ends',
      `update wallet_holds set amount = 10000 where status = 'held' and org_id = $org`,
    ],
    [
      'more held than there is',
      'check constraint',
      `update organizations set wallet_held = wallet_balance + 1 where id = $org`,
    ],
    [
      'an entry below zero',
      'check constraint',
      `insert into wallet_entries (id, org_id, amount, kind, source_id) values ('e' || $org, $org, -99000000, 'adjustment', $org)`,
    ],
    [
      'a reversal of nothing',
      'takes back one whole entry',
      `insert into wallet_entries (id, org_id, amount, kind, source_id) values ('e' || $org, $org, 10000, 'reversal', 'nothing')`,
    ],
    [
      'half a reversal',
      'takes back one whole entry',
      `insert into wallet_entries (id, org_id, amount, kind, source_id) select 'e' || $org, $org, 10000, 'reversal', id from wallet_entries where org_id = $org and kind = 'call'`,
    ],
  ])('refuses %s', async (_what, reason, statement) => {
    const { orgId } = await createOrg();
    const change = asOwner(statement.replaceAll('$org', `'${orgId}'`));
    await expect(change).rejects.toThrow(reason);
    expect(await faultsOf(orgId)).toEqual([]);
  });

  it('numbers entries and fills in the balance, whatever the writer says', async () => {
    const { orgId } = await createOrg();
    await asOwner(
      `insert into wallet_entries (id, org_id, amount, kind, source_id, seq, balance_after, created_at)
       values ('own-${orgId}', '${orgId}', 10000, 'adjustment', '${orgId}', 77, 5, '2001-01-01')`,
    );
    const { data } = await wallet.listEntries({ orgId }, { limit: 3 });
    expect(data.map(({ balance_after: after }) => after)).toEqual([101, 100, 125]);
    expect(data[0]?.created_at).toBe(data[1]?.created_at);
    expect(await wallet.verify({ orgId })).toEqual({ ok: true, entries: 3, faults: [] });
  });

  it('lets no role of the platform change or remove an entry', async () => {
    const { orgId } = await createOrg();
    const attempts: ((tx: AnyTx) => Promise<unknown>)[] = [
      (tx) => tx.updateTable('wallet_entries').set({ amount: 1n }).execute(),
      (tx) => tx.deleteFrom('wallet_entries').execute(),
      (tx) => tx.deleteFrom('wallet_holds').execute(),
    ];
    for (const work of attempts) {
      await expect(system(work)).rejects.toThrow(/permission denied/);
      await expect(t.db.withOrg({ orgId }, work)).rejects.toThrow(/permission denied/);
    }
  });
});

describe('the full verification', () => {
  it.each([
    [
      'balance_is_not_its_entries',
      `update organizations set wallet_balance = wallet_balance + 1 where id = $org`,
    ],
    [
      'broken_chain',
      `update wallet_entries set balance_after = balance_after + 1 where seq = 1 and org_id = $org`,
    ],
    [
      'broken_chain',
      `update wallet_entries set created_at = '2001-01-01' where seq = 2 and org_id = $org`,
    ],
    ['held_is_not_its_holds', `update organizations set wallet_held = 0 where id = $org`],
    [
      'more_held_than_there_is',
      `alter table organizations drop constraint organizations_check`,
      `update organizations set wallet_held = wallet_balance + 1 where id = $org`,
    ],
    [
      'captured_otherwise_than_booked',
      `update wallet_holds set captured = 1 where status = 'settled' and org_id = $org`,
    ],
    [
      'charged_without_a_hold',
      `delete from wallet_holds where status = 'settled' and org_id = $org`,
    ],
    [
      'reversal_of_nothing',
      `update wallet_entries set kind = 'reversal' where kind = 'call' and org_id = $org`,
    ],
  ])('finds %s', async (fault, ...statements) => {
    const { orgId } = await createOrg();
    expect(await faultsOf(orgId)).toEqual([]);
    await behindTheTriggers(...statements.map((one) => one.replaceAll('$org', `'${orgId}'`)));
    expect(await faultsOf(orgId)).toContain(fault);
    const everywhere = await wallet.verifyAll();
    expect(everywhere.some((one) => one.org_id === orgId && one.fault === fault)).toBe(true);
  });

  it('finds a missing entry even where the balance was put right', async () => {
    const { orgId } = await createOrg();
    await behindTheTriggers(
      `delete from wallet_entries where seq = 2 and org_id = '${orgId}'`,
      `update wallet_holds set captured = 0 where status = 'settled' and org_id = '${orgId}'`,
      `update organizations set wallet_balance = 1250000 where id = '${orgId}'`,
    );
    expect(await faultsOf(orgId)).toEqual([]);
    await behindTheTriggers(`update wallet_entries set seq = 2 where org_id = '${orgId}'`);
    expect(await faultsOf(orgId)).toEqual(['broken_chain']);
  });

  it('of an organization says nothing of another', async () => {
    const { orgId } = await createOrg();
    const other = await createOrg();
    await behindTheTriggers(
      `update organizations set wallet_balance = wallet_balance + 1 where id = '${orgId}'`,
    );
    expect(await faultsOf(other.orgId)).toEqual([]);
    expect(await faultsOf(orgId)).not.toEqual([]);
  });
});

describe('a wallet that stops adding up', () => {
  it('takes no further entry', async () => {
    const { orgId } = await createOrg();
    await behindTheTriggers(
      `update organizations set wallet_balance = wallet_balance + 1 where id = '${orgId}'`,
    );
    const credit = system((tx) =>
      wallet.credit(tx, { orgId, amountMicros: micros(1), kind: 'top_up', sourceId: newId('pay') }),
    );
    await expect(credit).rejects.toThrow(/its last entry left/);
  });
});
