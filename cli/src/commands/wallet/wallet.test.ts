import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from '../../testing/fake-api.ts';
import { cli, freshFolder } from '../../testing/run.ts';

let api: FakeApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function run(
  routes: FakeRoutes,
  argv: string[],
  options: { tty?: boolean; cwd?: string } = {},
) {
  api = await startFakeApi(routes);
  const env = { ALO_API_URL: api.url, ALO_API_KEY: 'alo_sk_test_x', ALO_HOME: await freshFolder() };
  const done = await cli(argv, { env, tty: true, ...options });
  // Amounts hold their sign by a space that does not break.
  return { ...done, stdout: done.stdout.replaceAll('\u00a0', ' ') };
}

const money = (amount: number) => ({ amount, currency: 'COP' });
const rates = {
  card: '2026-01',
  plan: 'free',
  rounding: { first_seconds: 60, next_seconds: 60 },
  data: [
    {
      prefix: '573',
      destination: 'Colombia, celular',
      countries: ['CO'],
      per_minute: money(50_000),
    },
    { prefix: '1', destination: 'Estados Unidos y Canadá', countries: ['US'], per_minute: null },
  ],
  quote: null,
};
const quote = {
  to: '+573001112233',
  country: 'CO',
  per_minute: money(50_000),
  least_to_call: money(50_000),
  talk_seconds: 540,
  seconds: 90,
  billed_seconds: 120,
  cost: money(100_000),
};
const statement = {
  month: '2026-11',
  organization: 'Panadería La Espiga',
  currency: 'COP',
  time_zone: 'America/Bogota',
  from: '2026-11-01T05:00:00.000Z',
  to: '2026-12-01T05:00:00.000Z',
  complete: true,
  opening_balance: 0,
  closing_balance: 4_963_833,
  totals: [
    { kind: 'top_up', count: 1, amount: 5_000_000, seconds: 0 },
    { kind: 'call', count: 1, amount: -36_167, seconds: 62 },
  ],
  days: [],
  entries: [],
};

describe('alo wallet rates', () => {
  test('lists every destination, and says how calls are rounded', async () => {
    const { stdout } = await run({ 'GET /v1/rates': () => ({ body: rates }) }, ['wallet', 'rates']);
    expect(stdout).toMatch(/\+573 +Colombia, celular +\$ 500/);
    expect(stdout).toMatch(/\+1 +Estados Unidos y Canadá +solo en Pro/);
    expect(stdout).toContain('se cobra por minuto');
  });

  test('quotes a number: cost, rounding, and how long the balance lasts', async () => {
    const body = { ...rates, data: rates.data.slice(0, 1), quote };
    const { stdout } = await run({ 'GET /v1/rates': () => ({ body }) }, [
      'wallet',
      'rates',
      '+573001112233',
      '--seconds',
      '90',
    ]);
    expect(api?.seen[0]?.query.toString()).toBe('to=%2B573001112233&seconds=90');
    expect(stdout).toMatch(/Una llamada de 90 s +\$ 1\.000 \(120 s\)/);
    expect(stdout).toMatch(/Su saldo alcanza para +9:00/);
  });

  test('says what the API says of a destination we do not call', async () => {
    const { code, stderr } = await run(
      { 'GET /v1/rates': () => problem(422, 'destination_not_served', 'No llamamos a Cuba.') },
      ['wallet', 'rates', '+5355512345'],
    );
    expect([code, stderr.includes('No llamamos a Cuba.')]).toEqual([1, true]);
  });
});

describe('alo wallet statement', () => {
  test('shows how the month came from its opening to its closing balance', async () => {
    const routes = { 'GET /v1/wallet/statements/2026-11': () => ({ body: statement }) };
    const { stdout } = await run(routes, ['wallet', 'statement', '2026-11']);
    expect(stdout).toMatch(
      /Saldo inicial +\$ 0\nRecargas \(1\) +\$ 50\.000\nLlamadas \(1\) +-\$ 361,67/,
    );
    expect(stdout).toMatch(/Saldo final +\$ 49\.638,33/);
    const json = await run(routes, ['wallet', 'statement', '2026-11'], { tty: false });
    expect(JSON.parse(json.stdout)).toEqual(statement);
  });

  test('is of the month that runs where none is named', async () => {
    const now = new Date();
    const month = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`;
    await run({ [`GET /v1/wallet/statements/${month}`]: () => ({ body: statement }) }, [
      'wallet',
      'statement',
    ]);
    expect(api?.seen.map(({ path }) => path)).toEqual([`/v1/wallet/statements/${month}`]);
  });

  test('saves PDF and CSV as the API sends them', async () => {
    const cwd = await freshFolder();
    const routes: FakeRoutes = {
      'GET /v1/wallet/statements/2026-11': ({ query }) => ({
        bytes: Buffer.from(query.get('format') === 'pdf' ? '%PDF-1.3' : 'Fecha\r\n'),
      }),
    };
    const { stdout } = await run(
      routes,
      ['wallet', 'statement', '2026-11', '--pdf', 'out/e.pdf', '--csv', 'e.csv'],
      { cwd },
    );
    expect(await readFile(join(cwd, 'out/e.pdf'), 'utf8')).toBe('%PDF-1.3');
    expect(await readFile(join(cwd, 'e.csv'), 'utf8')).toBe('Fecha\r\n');
    expect(stdout).toContain(join(cwd, 'e.csv'));
  });

  test.each(['noviembre', '2026', '2026-1'])(
    'refuses the month %s before it asks',
    async (month) => {
      const { code } = await run({}, ['wallet', 'statement', month]);
      expect([code, api?.seen.length]).toEqual([2, 0]);
    },
  );
});

describe('alo wallet verify', () => {
  const verify = (body: object) =>
    run({ 'GET /v1/wallet/verification': () => ({ body }) }, ['wallet', 'verify']);

  test('says that it all adds up, or fails with what does not', async () => {
    const good = await verify({ ok: true, entries: 12, faults: [] });
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('12 movimientos')]);
    await api?.close();
    const bad = await verify({
      ok: false,
      entries: 12,
      faults: [{ fault: 'broken_chain', detail: { seq: 3 } }],
    });
    expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining('broken_chain {"seq":3}')]);
  });
});

describe('alo wallet warn-below', () => {
  test('sets the line in the wallet’s own currency', async () => {
    const { stdout } = await run(
      {
        'PATCH /v1/wallet': ({ body }) => ({
          body: { ...(body as object), currency: 'COP', balance: 0, held: 0, available: 0 },
        }),
      },
      ['wallet', 'warn-below', '20000'],
    );
    expect(api?.seen[0]?.body).toEqual({ low_balance_at: 2_000_000 });
    expect(stdout).toContain('$ 20.000');
  });
});

describe('alo calls receipt', () => {
  test('says what was charged, and why', async () => {
    const receipt = {
      call_id: 'call_1',
      to: '+573001112233',
      answered_at: '2026-11-23T12:00:00.000Z',
      ended_at: '2026-11-23T12:01:01.000Z',
      duration_ms: 61_200,
      seconds: 62,
      rate: {
        card: '2026-01',
        prefix: '573',
        per_minute: money(35_000),
        rounding: { first_seconds: 1, next_seconds: 1 },
      },
      amount: money(36_167),
      hold: { id: 'hold_1', held: money(350_000), released: money(313_833) },
      entry_id: 'wtx_1',
      balance_after: money(963_833),
    };
    const { stdout } = await run({ 'GET /v1/calls/call_1/receipt': () => ({ body: receipt }) }, [
      'calls',
      'receipt',
      'call_1',
    ]);
    expect(stdout).toMatch(/Duración +1:01, se cobran 62 s/);
    expect(stdout).toMatch(/Tarifa +\$ 350\/min, por segundo/);
    expect(stdout).toMatch(/Cobrado +\$ 361,67/);
    expect(stdout).toMatch(/Saldo después +\$ 9\.638,33/);
  });
});
