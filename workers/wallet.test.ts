import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, newId, systemClock } from '@alo/core/kernel';
import { createTestDb, type TestDb } from '@alo/core/testing';
import { createWalletService, type WalletService } from '@alo/core/wallet';
import { walletSweeps } from './wallet.ts';

let t: TestDb;
let wallet: WalletService;
beforeAll(async () => {
  t = await createTestDb();
  wallet = createWalletService({ db: t.db, newId, clock: systemClock });
});
afterAll(() => t.close());

describe('the sweep of wallets', () => {
  it('is silent while they add up, and raises an alarm for each fault', async () => {
    const orgId = newId('org');
    await t.db.withSystem((tx) =>
      tx
        .insertInto('organizations')
        .values({ id: orgId, name: 'Panadería', founded_by: null })
        .execute(),
    );
    const alarms: unknown[] = [];
    const log = createLog({
      level: 'error',
      destination: { write: (line) => void alarms.push(JSON.parse(line)) },
    });
    const sweeps = walletSweeps({
      callRuntime: { releaseLostHolds: async () => [] },
      wallet,
      log,
    });
    const check = sweeps.find(({ name }) => name === 'wallets');
    await check?.run();
    expect(alarms).toEqual([]);
    await t.pool.query(
      `set session_replication_role = replica;
       update organizations set wallet_balance = 10000 where id = '${orgId}';
       set session_replication_role = origin`,
    );
    await check?.run();
    expect(alarms).toMatchObject([
      { org_id: orgId, fault: 'balance_is_not_its_entries', alarm: 'wallet_fault' },
    ]);
  });
});
