import { afterEach, describe, expect, test } from 'vitest';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from '../../testing/fake-api.ts';
import { cli, freshFolder } from '../../testing/run.ts';

let api: FakeApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function run(routes: FakeRoutes, argv: string[], tty = true) {
  api = await startFakeApi(routes);
  const env = { ALO_API_URL: api.url, ALO_API_KEY: 'alo_sk_test_x', ALO_HOME: await freshFolder() };
  const done = await cli(argv, { env, tty });
  // Amounts hold their sign by a space that does not break.
  return { ...done, stdout: done.stdout.replaceAll('\u00a0', ' ') };
}

const billing = {
  plan: 'pro',
  subscription: {
    id: 'sub_1',
    status: 'past_due',
    current_period_end: '2026-12-23T12:00:00.000Z',
    cancel_at_period_end: false,
    grace_ends_at: '2026-11-30T12:00:00.000Z',
  },
  owed: 4_000_000,
  currency: 'COP',
};
const invoice = {
  id: 'in_1',
  number: 'ALO-0001',
  status: 'paid',
  amount: 8_900_000,
  amount_paid: 8_900_000,
  currency: 'COP',
  tax_id: '900123456-7',
  url: 'https://invoice.stripe.com/i/1',
  pdf_url: null,
  created_at: '2026-11-23T12:00:00.000Z',
};
const topUp = {
  id: 'pay_1',
  provider: 'bold',
  amount: 5_000_000,
  refunded: 0,
  currency: 'COP',
  status: 'pending',
  url: 'https://checkout.bold.co/LNK_1',
};

describe('alo billing', () => {
  test('says until when a failed charge can be made good, and what is owed', async () => {
    const { stdout } = await run({ 'GET /v1/billing': () => ({ body: billing }) }, ['billing']);
    expect(stdout).toMatch(/pago pendiente/);
    expect(stdout).toMatch(/Pague antes de.*alo billing portal/);
    expect(stdout).toMatch(/Debe +\$ 40\.000/);
  });

  test('plans have a price a month and one a minute, in either language', async () => {
    const plans = [
      { id: 'free', price: null, call_rate_per_minute: { amount: 50_000, currency: 'COP' } },
      {
        id: 'pro',
        price: { amount: 8_900_000, currency: 'COP', interval: 'month' },
        call_rate_per_minute: { amount: 35_000, currency: 'COP' },
      },
    ];
    const routes = { 'GET /v1/billing/plans': () => ({ body: { data: plans } }) };
    expect((await run(routes, ['billing', 'plans'])).stdout).toMatch(/pro +\$ 89\.000 COP al mes/);
    await api?.close();
    const english = await run(routes, ['billing', 'plans', '--lang', 'en']);
    expect(english.stdout).toMatch(/pro +\$89,000 COP a month/);
  });

  test.each([
    ['cancel', 'POST /v1/billing/subscription/cancel'],
    ['resume', 'POST /v1/billing/subscription/resume'],
    ['sync', 'POST /v1/billing/subscription/sync'],
  ])('%s answers with the subscription as it is then', async (command, route) => {
    const { code, stdout } = await run(
      { [route]: () => ({ body: billing }) },
      ['billing', command],
      false,
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, billing]);
  });

  test('portal prints the page and nothing else', async () => {
    const routes = {
      'POST /v1/billing/portal': () => ({
        status: 201,
        body: { url: 'https://billing.stripe.com/p/1' },
      }),
    };
    const { stdout } = await run(routes, ['billing', 'portal']);
    expect(stdout).toBe('https://billing.stripe.com/p/1\n');
  });

  test('says in words why there is nothing to cancel', async () => {
    const detail = 'La organización no tiene una suscripción. Empiece por suscribirse.';
    const routes = {
      'POST /v1/billing/subscription/cancel': () => problem(409, 'conflict', detail),
    };
    const { code, stderr } = await run(routes, ['billing', 'cancel']);
    expect(code).toBe(1);
    expect(stderr).toContain(detail);
  });

  test('invoices are listed with number and page, and say so when there are none', async () => {
    const page = { data: [invoice], has_more: false, next_cursor: null };
    const routes = { 'GET /v1/billing/invoices': () => ({ body: page }) };
    const { stdout } = await run(routes, ['billing', 'invoices', '--limit', '3']);
    expect(stdout).toMatch(/ALO-0001 +\$ 89\.000 +pagada +https:\/\/invoice\.stripe\.com/);
    expect(api?.seen[0]?.query.get('limit')).toBe('3');
    await api?.close();
    const none = { 'GET /v1/billing/invoices': () => ({ body: { ...page, data: [] } }) };
    expect((await run(none, ['billing', 'invoices'])).stdout).toContain('Todavía no hay facturas');
  });
});

describe('topping up', () => {
  test.each([['billing'], ['wallet']])(
    'alo %s top-up takes pesos and who collects',
    async (group) => {
      const routes = { 'POST /v1/billing/top_ups': () => ({ status: 201, body: topUp }) };
      const argv = [group, 'top-up', '50000', '--provider', 'bold'];
      const { stdout } = await run(routes, argv);
      expect(stdout).toContain('Pague $ 50.000 aquí: https://checkout.bold.co/LNK_1');
      expect(api?.seen[0]?.body).toEqual({ amount: 5_000_000, currency: 'COP', provider: 'bold' });
    },
  );

  test('by somebody we do not know is a mistake of usage', async () => {
    const { code } = await run({}, ['wallet', 'top-up', '50000', '--provider', 'payu']);
    expect(code).toBe(2);
    expect(api?.seen).toEqual([]);
  });

  test('presses the sandbox’s button of whoever collects', async () => {
    let paid = false;
    const routes: FakeRoutes = {
      'GET /health': () => ({
        body: { status: 'ok', version: '1', sandbox: ['bold'], sandbox_urls: {} },
      }),
      'POST /v1/billing/top_ups': () => ({
        status: 201,
        body: { ...topUp, url: `${api?.url}/LNK_1` },
      }),
      'POST /LNK_1/pay': () => {
        paid = true;
        return { status: 303 };
      },
      'GET /v1/billing/top_ups/pay_1': () => ({
        body: { ...topUp, status: paid ? 'approved' : 'pending' },
      }),
    };
    const { code, stdout } = await run(routes, ['wallet', 'top-up', '50000', '--pay'], false);
    expect([code, JSON.parse(stdout).status]).toEqual([0, 'approved']);
  });
});
