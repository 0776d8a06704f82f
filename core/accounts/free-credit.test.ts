import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, createVirtualClock, newId } from '../kernel/index.ts';
import type { IdentityProvider, IdentityUser } from '../ports/index.ts';
import { createWalletService } from '../wallet/index.ts';
import { createAccountsService, type AccountsService } from './accounts.service.ts';

const AMOUNT_MICROS = 5_000_000_000n;
const log = createLog({ level: 'silent' });
const clock = createVirtualClock();
const people = new Map<string, IdentityUser>();
const identity = {
  name: 'scripted',
  verifyAccessToken: async (token: string) => people.get(token) ?? null,
} as unknown as IdentityProvider;

let t: TestDb;
let giving: AccountsService;
let keeping: AccountsService;
beforeAll(async () => {
  t = await createTestDb();
  const common = { db: t.db, clock, newId, log };
  const wallet = createWalletService(common);
  const open = (amountMicros: bigint) =>
    createAccountsService({ ...common, identity, freeCredit: { wallet, amountMicros } });
  [giving, keeping] = [open(AMOUNT_MICROS), open(0n)];
});
afterAll(() => t.close());

function person(email: string, phone?: string): string {
  const token = randomUUID();
  const authId = randomUUID();
  people.set(token, { authId, email, emailVerified: true, name: 'Ana', phone });
  return token;
}
const fresh = () => `a${randomUUID().replaceAll('-', '')}`;

/** What the ledger and the wallet of a person's first organization hold. */
async function moneyOf(token: string, accounts = giving) {
  const principal = await accounts.authenticate(token);
  const { rows } = await t.pool.query(
    `select o.wallet_balance as balance,
            (select coalesce(json_agg(json_build_array(e.kind, e.amount)), '[]') from wallet_entries e where e.org_id = o.id) as entries
       from organizations o where o.id = $1`,
    [principal?.orgId],
  );
  return rows[0] as { balance: bigint; entries: [string, number][] };
}
const credited = { balance: AMOUNT_MICROS, entries: [['adjustment', Number(AMOUNT_MICROS)]] };
const nothing = { balance: 0n, entries: [] };

describe('the free credit', () => {
  it('is booked at the first verified sign-in, once', async () => {
    const token = person(`${fresh()}@x.co`);
    expect(await moneyOf(token)).toEqual(credited);
    expect(await moneyOf(token)).toEqual(credited);
  });

  it('is booked once even when ten requests race', async () => {
    const token = person(`${fresh()}@x.co`);
    await Promise.all(Array.from({ length: 10 }, () => giving.authenticate(token)));
    expect(await moneyOf(token)).toEqual(credited);
  });

  it('is given once to one mailbox, however it is spelled', async () => {
    const name = fresh();
    expect(await moneyOf(person(`${name}@gmail.com`))).toEqual(credited);
    for (const spelling of [
      `${name}+dos@gmail.com`,
      `${name.slice(0, 3)}.${name.slice(3)}@googlemail.com`,
      `${name.toUpperCase()}@Gmail.com`,
    ]) {
      expect(await moneyOf(person(spelling))).toEqual(nothing);
    }
  });

  it('is given once when ten accounts of one mailbox come at the same time', async () => {
    const name = fresh();
    const tokens = Array.from({ length: 10 }, (_, index) => person(`${name}+${index}@gmail.com`));
    await Promise.all(tokens.map((token) => giving.authenticate(token)));
    const wallets = await Promise.all(tokens.map((token) => moneyOf(token)));
    expect(wallets.filter(({ balance }) => balance > 0n)).toHaveLength(1);
  });

  it('is given once to one phone', async () => {
    const phone = `+57300${String(1_000_000 + people.size)}`;
    expect(await moneyOf(person(`${fresh()}@x.co`, phone))).toEqual(credited);
    expect(await moneyOf(person(`${fresh()}@x.co`, phone))).toEqual(nothing);
  });

  it('is not waiting for those who came while there was none', async () => {
    const name = fresh();
    expect(await moneyOf(person(`${name}@gmail.com`), keeping)).toEqual(nothing);
    expect(await moneyOf(person(`${name}+dos@gmail.com`), giving)).toEqual(nothing);
  });
});

it('an account of a throw-away mailbox, made past our forms, founds nothing', async () => {
  const token = person(`${fresh()}@mailinator.com`);
  await expect(giving.authenticate(token)).rejects.toMatchObject({
    code: 'forbidden',
    param: 'email',
  });
  const { rows } = await t.pool.query(`select 1 from users where email like '%mailinator.com'`);
  expect(rows).toEqual([]);
});
