import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SystemTx } from '../db/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  AppError,
  createVirtualClock,
  limits,
  newId,
  systemClock,
  type Id,
} from '../kernel/index.ts';
import { createWalletService, presentWallet, type WalletService } from './index.ts';

let t: TestDb;
let wallet: WalletService;

beforeAll(async () => {
  t = await createTestDb();
  wallet = createWalletService({ db: t.db, newId, clock: systemClock });
});
afterAll(() => t.close());

const minor = (amount: number) => BigInt(amount) * 10_000n;
const system = <T>(work: (tx: SystemTx) => Promise<T>) => t.db.withSystem(work);

async function createOrg(balanceMinor = 0): Promise<Id<'org'>> {
  const orgId = newId('org');
  await system(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'Panadería', founded_by: null })
      .execute();
    if (balanceMinor > 0) {
      await wallet.credit(tx, {
        orgId,
        amountMicros: minor(balanceMinor),
        kind: 'top_up',
        sourceId: newId('pay'),
      });
    }
  });
  return orgId;
}

const show = async (orgId: Id<'org'>) => presentWallet(await wallet.get({ orgId }));

describe('hold', () => {
  it('promises what is free and names balance and need when it is not enough', async () => {
    const orgId = await createOrg(500_000);
    const hold = (sourceId: string, amount: number) =>
      system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(amount) }));
    await hold(newId('call'), 400_000);
    expect(await show(orgId)).toMatchObject({
      balance: 500_000,
      held: 400_000,
      available: 100_000,
    });

    const refused = await hold(newId('call'), 100_001).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: 'insufficient_funds', status: 402 });
    expect((refused as AppError).detail.es).toMatch(/1\.000.*1\.000,01/);
    expect(await show(orgId)).toMatchObject({ held: 400_000 });
  });

  it('of the same source twice promises once', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    const hold = () =>
      system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    await hold();
    await hold();
    expect(await show(orgId)).toMatchObject({ held: 60 });
  });

  it('takes what there is of what it may need, down to its least', async () => {
    const orgId = await createOrg(100);
    const hold = (sourceId: string) =>
      system((tx) =>
        wallet.hold(tx, {
          orgId,
          sourceId,
          amountMicros: minor(70),
          leastMicros: minor(30),
        }),
      );
    const second = newId('call');
    expect(await hold(newId('call'))).toBe(minor(70));
    expect(await hold(second)).toBe(minor(30));
    await expect(hold(newId('call'))).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect(await hold(second)).toBe(minor(30));
    expect(await show(orgId)).toMatchObject({ held: 100, available: 0 });
  });

  it('that is asked for several times at once is promised once', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    const hold = () =>
      system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    expect(await Promise.all([hold(), hold(), hold()])).toEqual(Array(3).fill(minor(60)));
    expect(await show(orgId)).toMatchObject({ held: 60 });
  });

  it('is undone with the transaction it was part of', async () => {
    const orgId = await createOrg(100);
    const work = system(async (tx) => {
      await wallet.hold(tx, { orgId, sourceId: newId('call'), amountMicros: minor(60) });
      throw new Error('the call could not be written');
    });
    await expect(work).rejects.toThrow('could not be written');
    expect(await show(orgId)).toMatchObject({ held: 0, available: 100 });
  });
});

describe('settle', () => {
  it('books what was used, frees the rest, and does it once', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    const settle = (used: number) =>
      system((tx) => wallet.settle(tx, { sourceId, usedMicros: minor(used) }));
    expect(await settle(25)).toBe(minor(25));
    expect(await settle(40)).toBe(minor(25));
    expect(await show(orgId)).toMatchObject({ balance: 75, held: 0 });
  });

  it('never takes more than the hold', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: minor(9_000) }));
    expect(await show(orgId)).toMatchObject({ balance: 40, held: 0 });
  });

  it('of the whole balance leaves zero', async () => {
    const orgId = await createOrg(60);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: minor(60) }));
    expect(await show(orgId)).toMatchObject({ balance: 0, held: 0 });
  });

  it('of nothing used books nothing', async () => {
    const orgId = await createOrg(60);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: 0n }));
    const { data } = await wallet.listEntries({ orgId }, { limit: 10 });
    expect(data.map((entry) => entry.kind)).toEqual(['top_up']);
    expect(await show(orgId)).toMatchObject({ balance: 60, held: 0 });
  });

  it('without a hold is a bug, not a charge', async () => {
    const work = system((tx) => wallet.settle(tx, { sourceId: newId('call'), usedMicros: 1n }));
    await expect(work).rejects.toThrow(/no hold/);
  });
});

describe('extendHold', () => {
  const extend = (sourceId: string, amount: number) =>
    system((tx) => wallet.extendHold(tx, { sourceId, amountMicros: minor(amount) }));

  it('grows by what is free, up to what is asked for, and never shrinks', async () => {
    const orgId = await createOrg(100);
    const [sourceId, other] = [newId('call'), newId('call')];
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(30) }));
    await system((tx) => wallet.hold(tx, { orgId, sourceId: other, amountMicros: minor(50) }));
    expect(await extend(sourceId, 40)).toBe(minor(40));
    expect(await extend(sourceId, 90)).toBe(minor(50));
    expect(await extend(sourceId, 10)).toBe(minor(50));
    expect(await show(orgId)).toMatchObject({ held: 100, available: 0 });
    await system((tx) => wallet.settle(tx, { sourceId: other, usedMicros: 0n }));
    expect(await extend(sourceId, 90)).toBe(minor(90));
  });

  it('brings no hold back that has ended', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(30) }));
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: minor(10) }));
    expect(await extend(sourceId, 40)).toBe(0n);
    expect(await show(orgId)).toMatchObject({ balance: 90, held: 0 });
  });
});

describe('a hold that nobody settles', () => {
  it('is given back after its time, unless what it is for still goes on', async () => {
    const clock = createVirtualClock();
    const service = createWalletService({ db: t.db, newId, clock });
    const orgId = await createOrg(100);
    const [lost, alive] = [newId('call'), newId('call')];
    for (const sourceId of [lost, alive])
      await system((tx) => service.hold(tx, { orgId, sourceId, amountMicros: minor(30) }));
    const sweep = async (living: readonly string[]) => {
      const released = await service.releaseExpired(async (_tx, id) => living.includes(id));
      return released.filter((id) => id === lost || id === alive);
    };
    expect(await sweep([])).toEqual([]);
    await clock.advance(limits.wallet.holdMsMax);
    expect(await sweep([alive])).toEqual([lost]);
    expect(await show(orgId)).toMatchObject({ balance: 100, held: 30 });
    expect(await sweep([alive])).toEqual([]);
    expect(await system((tx) => service.settle(tx, { sourceId: lost, usedMicros: minor(5) }))).toBe(
      0n,
    );
    expect(
      await system((tx) => service.settle(tx, { sourceId: alive, usedMicros: minor(5) })),
    ).toBe(minor(5));
    expect(await show(orgId)).toMatchObject({ balance: 95, held: 0 });
    expect((await service.verify({ orgId })).faults).toEqual([]);
  });
});

describe('a correction', () => {
  const entries = async (orgId: Id<'org'>) =>
    (await wallet.listEntries({ orgId }, { limit: 10 })).data;
  const reverse = (id: string) => system((tx) => wallet.reverse(tx, id as Id<'wtx'>));

  it('is a reverse entry, once; the mistake stays to be seen', async () => {
    const orgId = await createOrg(100);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(60) }));
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: minor(25) }));
    const [charge] = await entries(orgId);
    expect(await reverse(charge?.id ?? '')).toBe('booked');
    expect(await reverse(charge?.id ?? '')).toBe('already_booked');
    expect(await entries(orgId)).toMatchObject([
      { kind: 'reversal', amount: 25, balance_after: 100, source_id: charge?.id },
      { kind: 'call', amount: -25, source_id: sourceId },
      { kind: 'top_up', amount: 100 },
    ]);
    const [reversal] = await entries(orgId);
    await expect(reverse(reversal?.id ?? '')).rejects.toThrow(/not reversed again/);
    expect((await wallet.verify({ orgId })).faults).toEqual([]);
  });

  it('of money that is promised to a call waits until it is free', async () => {
    const orgId = await createOrg(100);
    const [topUp] = await entries(orgId);
    const sourceId = newId('call');
    await system((tx) => wallet.hold(tx, { orgId, sourceId, amountMicros: minor(1) }));
    expect(await reverse(topUp?.id ?? '')).toBe('insufficient');
    await system((tx) => wallet.settle(tx, { sourceId, usedMicros: 0n }));
    expect(await reverse(topUp?.id ?? '')).toBe('booked');
    expect(await show(orgId)).toMatchObject({ balance: 0 });
  });
});

describe('wallet.low_balance', () => {
  it('is told once on the way down, with the wallet as it is then', async () => {
    const orgId = await createOrg(100);
    await wallet.setLowBalance({ orgId }, 50);
    const take = (amount: number) =>
      system((tx) =>
        wallet.debit(tx, {
          orgId,
          amountMicros: minor(amount),
          kind: 'adjustment',
          sourceId: newId('pay'),
        }),
      );
    const told = async () => {
      const rows = await system((tx) =>
        tx
          .selectFrom('events')
          .select(['type', 'data'])
          .where('org_id', '=', orgId)
          .orderBy('id')
          .execute(),
      );
      return rows.map(({ type, data }) => [type, data['balance']]);
    };
    await take(50);
    expect(await told()).toEqual([]);
    await take(1);
    await take(9);
    expect(await told()).toEqual([['wallet.low_balance', 49]]);
    await system((tx) =>
      wallet.credit(tx, {
        orgId,
        amountMicros: minor(60),
        kind: 'top_up',
        sourceId: newId('pay'),
      }),
    );
    await take(80);
    expect(await told()).toEqual([
      ['wallet.low_balance', 49],
      ['wallet.low_balance', 20],
    ]);
  });
});

describe('credit and debit', () => {
  it('book once per source', async () => {
    const orgId = await createOrg();
    const sourceId = newId('pay');
    const credit = () =>
      system((tx) =>
        wallet.credit(tx, { orgId, amountMicros: minor(50), kind: 'top_up', sourceId }),
      );
    const outcomes = await Promise.all([credit(), credit()]);
    expect(outcomes.toSorted()).toEqual(['already_booked', 'booked']);
    const debit = () =>
      system((tx) =>
        wallet.debit(tx, { orgId, amountMicros: minor(50), kind: 'refund', sourceId }),
      );
    expect(await debit()).toBe('booked');
    expect(await debit()).toBe('already_booked');
    expect(await show(orgId)).toMatchObject({ balance: 0 });
  });

  it('never take what is promised to a call', async () => {
    const orgId = await createOrg(100);
    await system((tx) =>
      wallet.hold(tx, { orgId, sourceId: newId('call'), amountMicros: minor(60) }),
    );
    const debit = { orgId, amountMicros: minor(41), kind: 'refund' as const, sourceId: 'pay_x' };
    expect(await system((tx) => wallet.debit(tx, debit))).toBe('insufficient');
    expect(await show(orgId)).toMatchObject({ balance: 100, held: 60 });
  });

  it('refuse fractions of a minor unit and amounts that are not positive', async () => {
    const orgId = await createOrg();
    for (const amountMicros of [0n, -10_000n, 1n]) {
      const work = system((tx) =>
        wallet.credit(tx, { orgId, amountMicros, kind: 'top_up', sourceId: newId('pay') }),
      );
      await expect(work).rejects.toThrow(/positive|whole minor/);
    }
  });

  it('refuse the same source with another amount', async () => {
    const orgId = await createOrg();
    const sourceId = newId('pay');
    const credit = (amount: number) =>
      system((tx) =>
        wallet.credit(tx, { orgId, amountMicros: minor(amount), kind: 'top_up', sourceId }),
      );
    await credit(1);
    await expect(credit(2)).rejects.toThrow(/booked differently/);
  });
});

describe('the ledger of an organization', () => {
  it('is listed newest first, page by page', async () => {
    const orgId = await createOrg();
    for (const amount of [1, 2, 3]) {
      await system((tx) =>
        wallet.credit(tx, {
          orgId,
          amountMicros: minor(amount),
          kind: 'adjustment',
          sourceId: newId('pay'),
        }),
      );
    }
    const first = await wallet.listEntries({ orgId }, { limit: 2 });
    expect(first.data.map((entry) => entry.balance_after)).toEqual([6, 3]);
    expect(first.has_more).toBe(true);
    const cursor = first.next_cursor ?? undefined;
    const rest = await wallet.listEntries({ orgId }, { limit: 2, cursor });
    expect(rest.data.map((entry) => entry.amount)).toEqual([1]);
    expect(rest.next_cursor).toBeNull();
  });

  it('is nobody else’s to see', async () => {
    await createOrg(100);
    const other = await createOrg();
    expect((await wallet.listEntries({ orgId: other }, { limit: 10 })).data).toEqual([]);
    await expect(wallet.get({ orgId: newId('org') })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('refuses a cursor that is not its own', async () => {
    const orgId = await createOrg();
    const list = wallet.listEntries({ orgId }, { limit: 2, cursor: 'bm8' });
    await expect(list).rejects.toMatchObject({ code: 'invalid_request', param: 'cursor' });
  });
});

describe('whatever runs at once', () => {
  const amount = fc.integer({ min: 1, max: 300 });
  const source = fc.integer({ min: 0, max: 5 });
  const step = fc.oneof(
    fc.record({ do: fc.constant('hold' as const), source, amount }),
    fc.record({ do: fc.constant('settle' as const), source, amount }),
    fc.record({ do: fc.constant('credit' as const), source, amount }),
    fc.record({ do: fc.constant('refund' as const), source, amount }),
  );

  it('keeps balance = Σ entries ≥ 0, held = Σ open holds ≤ balance, and books no source twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        async (rounds) => {
          const orgId = await createOrg(500);
          // The steps of a round start together; each may fail by itself (no funds, no hold, …).
          for (const round of rounds) {
            await Promise.allSettled(round.map((s) => system((tx) => run(tx, orgId, s))));
          }
          expect(await audit(orgId)).toEqual({
            balance_is_entries: true,
            held_is_open_holds: true,
            covered: true,
            miscaptured: 0,
            booked_twice: 0,
          });
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  type Step = { do: 'hold' | 'settle' | 'credit' | 'refund'; source: number; amount: number };
  async function run(tx: SystemTx, orgId: Id<'org'>, s: Step) {
    const amountMicros = minor(s.amount);
    const sourceId = `${orgId}-${s.source}`;
    if (s.do === 'hold') return wallet.hold(tx, { orgId, sourceId, amountMicros });
    if (s.do === 'settle') return wallet.settle(tx, { sourceId, usedMicros: amountMicros });
    if (s.do === 'credit')
      return wallet.credit(tx, { orgId, sourceId, amountMicros, kind: 'top_up' });
    return wallet.debit(tx, { orgId, sourceId, amountMicros, kind: 'refund' });
  }

  async function audit(orgId: Id<'org'>) {
    const { rows } = await t.pool.query(
      `select o.wallet_balance = (select coalesce(sum(amount), 0) from wallet_entries
                where org_id = o.id) as balance_is_entries,
              o.wallet_held = (select coalesce(sum(amount), 0) from wallet_holds
                where org_id = o.id and status = 'held') as held_is_open_holds,
              0 <= o.wallet_held and o.wallet_held <= o.wallet_balance as covered,
              (select count(*)::int from wallet_holds h where h.org_id = o.id and h.status = 'settled'
                 and h.captured <> coalesce((select -amount from wallet_entries e
                   where e.kind = 'call' and e.source_id = h.source_id), 0)) as miscaptured,
              (select count(*)::int from (select 1 from wallet_entries where org_id = o.id
                 group by kind, source_id having count(*) > 1) twice) as booked_twice
         from organizations o where o.id = $1`,
      [orgId],
    );
    return rows[0];
  }
});
