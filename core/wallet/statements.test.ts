import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SystemTx } from '../db/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createVirtualClock, newId, type Id, type VirtualClock } from '../kernel/index.ts';
import type { StatementPage } from '../ports/index.ts';
import { createStatementsService, createWalletService, type StatementsService } from './index.ts';
import { addUp, statementZones, type DayTotal } from './statement.rules.ts';

let t: TestDb;
let clock: VirtualClock;
let statements: StatementsService;
let printed: StatementPage | undefined;
beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());

const micros = (minor: number) => BigInt(minor) * 10_000n;
const system = <T>(work: (tx: SystemTx) => Promise<T>) => t.db.withSystem(work);

/** A bakery's wallet that is written at `start` and from then on. */
async function open(start: string, name = 'Panadería La Espiga') {
  clock = createVirtualClock(new Date(start));
  const wallet = createWalletService({ db: t.db, newId, clock });
  statements = createStatementsService({
    db: t.db,
    clock,
    printer: {
      print: async (page) => {
        printed = JSON.parse(JSON.stringify(page).replaceAll('\u00a0', ' ')) as StatementPage;
        return Uint8Array.of(1);
      },
    },
  });
  const orgId = newId('org');
  await system((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name, founded_by: null }).execute(),
  );
  const topUp = (amount: number) =>
    system((tx) =>
      wallet.credit(tx, {
        orgId,
        amountMicros: micros(amount),
        kind: 'top_up',
        sourceId: newId('pay'),
      }),
    );
  const call = (amount: number, seconds: number) =>
    system(async (tx) => {
      const sourceId = newId('call');
      await wallet.hold(tx, { orgId, sourceId, amountMicros: micros(amount) });
      await wallet.settle(tx, { sourceId, usedMicros: micros(amount), seconds });
    });
  return { orgId, topUp, call };
}
const until = (instant: string) =>
  clock.advance(new Date(instant).getTime() - clock.now().getTime());
const csvOf = async (orgId: Id<'org'>, month: string, lang: 'es' | 'en' = 'es') => {
  let text = '';
  for await (const part of await statements.csv({ orgId }, month, lang)) text += part;
  return text
    .split('\r\n')
    .slice(0, -1)
    .map((line) => line.split(','));
};

describe('a statement', () => {
  it('begins and ends at midnight in Bogotá: the last second of a month belongs to it', async () => {
    const { orgId, topUp, call } = await open('2026-10-15T12:00:00Z');
    await topUp(100_000);
    await until('2026-11-01T04:59:59.999Z');
    await call(10_000, 20);
    await until('2026-11-01T05:00:00.000Z');
    await call(35_000, 60);
    await until('2026-11-02T15:00:00Z');
    await topUp(5_000);

    expect(await statements.json({ orgId }, '2026-10')).toMatchObject({
      organization: 'Panadería La Espiga',
      time_zone: 'America/Bogota',
      from: '2026-10-01T05:00:00.000Z',
      to: '2026-11-01T05:00:00.000Z',
      complete: true,
      opening_balance: 0,
      closing_balance: 90_000,
      totals: [
        { kind: 'top_up', count: 1, amount: 100_000, seconds: 0 },
        { kind: 'call', count: 1, amount: -10_000, seconds: 20 },
      ],
      days: [
        { date: '2026-10-15', in: 100_000, out: 0, calls: 0, closing_balance: 100_000 },
        { date: '2026-10-31', in: 0, out: -10_000, calls: 1, seconds: 20, closing_balance: 90_000 },
      ],
      entries: [{ kind: 'top_up' }, { kind: 'call', seconds: 20, balance_after: 90_000 }],
    });
    expect(await statements.json({ orgId }, '2026-11')).toMatchObject({
      complete: false,
      opening_balance: 90_000,
      closing_balance: 60_000,
      entries: [{ amount: -35_000 }, { amount: 5_000 }],
    });
  });

  it('of a month without movements carries the balance over', async () => {
    const { orgId, topUp } = await open('2026-01-10T12:00:00Z');
    await topUp(700);
    await until('2026-04-01T12:00:00Z');
    expect(await statements.json({ orgId }, '2026-02')).toMatchObject({
      opening_balance: 700,
      closing_balance: 700,
      totals: [],
      days: [],
      entries: [],
    });
    expect(await statements.json({ orgId }, '2025-12')).toMatchObject({
      opening_balance: 0,
      closing_balance: 0,
    });
  });

  it('is not made of a month that has not begun, nor of another organization', async () => {
    const { orgId } = await open('2026-01-10T12:00:00Z');
    await expect(statements.json({ orgId }, '2026-02')).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'month',
    });
    await expect(statements.json({ orgId: newId('org') }, '2026-01')).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('as CSV has every movement between its two balances, and adds up by itself', async () => {
    const { orgId, topUp, call } = await open('2026-10-15T17:30:00Z');
    await topUp(100_050);
    await call(36_167, 62);
    await until('2026-12-01T12:00:00Z');
    const [head, ...rows] = await csvOf(orgId, '2026-10');
    expect(head?.slice(0, 6)).toEqual([
      'Fecha',
      'Concepto',
      'Segundos',
      'Valor',
      'Moneda',
      'Saldo',
    ]);
    expect(rows.map((row) => row.slice(0, 6))).toEqual([
      ['2026-10-01 00:00:00', 'Saldo inicial', '', '', 'COP', '0.00'],
      ['2026-10-15 12:30:00', 'Recargas', '', '1000.50', 'COP', '1000.50'],
      ['2026-10-15 12:30:00', 'Llamadas', '62', '-361.67', 'COP', '638.83'],
      ['2026-10-31 23:59:59', 'Saldo final', '', '', 'COP', '638.83'],
    ]);
    expect((await csvOf(orgId, '2026-10', 'en'))[0]?.[0]).toBe('Date');
  });

  it('as CSV reads more movements than fit one query', async () => {
    const { orgId } = await open('2026-10-15T17:30:00Z');
    await t.pool.query(
      `insert into wallet_entries (id, org_id, amount, kind, source_id, created_at)
       select 'many-' || n, $1, 10000, 'adjustment', 'many-' || n, '2026-10-15 17:30:00Z'
         from generate_series(1, 2100) n`,
      [orgId],
    );
    const rows = await csvOf(orgId, '2026-10');
    expect(rows).toHaveLength(2_103);
    expect(rows.at(-1)?.[5]).toBe('21.00');
    expect(new Set(rows.map((row) => row[7])).size).toBe(2_102);
  });

  it('as PDF is one page by day, in Spanish first, every amount with its cents or none', async () => {
    const { orgId, topUp, call } = await open('2026-10-15T17:30:00Z');
    await topUp(100_050);
    await call(36_167, 62);
    await until('2026-10-20T12:00:00Z');
    await statements.pdf({ orgId }, '2026-10', 'es');
    expect(printed).toMatchObject({
      title: 'Extracto de saldo',
      subject: 'Octubre de 2026',
      holder: 'Panadería La Espiga',
      sum: [
        { label: 'Saldo inicial', value: '$ 0,00' },
        { label: 'Recargas (1)', value: '$ 1.000,50' },
        { label: 'Llamadas (1 · 1,0 min)', value: '-$ 361,67' },
        { label: 'Saldo hasta hoy', value: '$ 638,83' },
      ],
      table: {
        rows: [['jue, 15 de oct', '1', '1,0', '$ 1.000,50', '-$ 361,67', '$ 638,83']],
      },
    });
    await statements.pdf({ orgId }, '2026-10', 'en');
    expect(printed).toMatchObject({ title: 'Wallet statement', subject: 'October 2026' });
  });
});

describe('the figures of a month', () => {
  const booked = fc.array(
    fc.record({
      date: fc.integer({ min: 1, max: 31 }).map((day) => `2026-10-${String(day).padStart(2, '0')}`),
      kind: fc.constantFrom('top_up', 'call', 'refund', 'adjustment', 'reversal'),
      count: fc.integer({ min: 1, max: 50 }),
      amount: fc.integer({ min: -100_000, max: 100_000 }).map(micros),
      seconds: fc.integer({ min: 0, max: 10_000 }),
    }) as fc.Arbitrary<DayTotal>,
  );
  const sum = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n);

  it('are opening + Σ entries = closing, by kind and by day alike', () => {
    fc.assert(
      fc.property(booked, fc.integer({ min: 0, max: 1_000_000 }).map(micros), (list, opening) => {
        const closing = opening + sum(list.map(({ amount }) => amount));
        const { totals, days, closingMicros } = addUp(opening, list, closing);
        expect(closingMicros).toBe(closing);
        expect(opening + sum(totals.map(({ amount }) => amount))).toBe(closing);
        let balance = opening;
        for (const day of days) {
          expect(day.inMicros >= 0n && day.outMicros <= 0n).toBe(true);
          balance += day.inMicros + day.outMicros;
          expect(day.closingMicros).toBe(balance);
        }
        expect(days.map(({ date }) => date)).toEqual(days.map(({ date }) => date).toSorted());
      }),
    );
  });

  it('are refused where the ledger says otherwise', () => {
    expect(() => addUp(0n, [], 1n)).toThrow(/closing balance/);
  });

  it('know the midnight of every currency', () => {
    for (const zone of Object.values(statementZones))
      expect(new Intl.DateTimeFormat('es', { timeZone: zone }).resolvedOptions().timeZone).toBe(
        zone,
      );
  });
});
