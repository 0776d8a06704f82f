import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock, newId, type VirtualClock } from '@alo/core/kernel';
import { post, startMoney, type Money } from './testing.ts';

let money: Money;
let clock: VirtualClock;
beforeAll(async () => {
  clock = createVirtualClock(new Date());
  money = await startMoney(clock);
});
afterAll(() => money.close());
afterEach(async () => {
  for (const vendor of [money.wompi, money.bold]) {
    vendor.setWebhookFaults({ webhook_drop_probability: 0 });
  }
  await money.settle();
  money.logged.length = 0;
});

const amount = 5_000_000;
type Provider = 'wompi' | 'bold';
const start = async (token: string, provider: Provider) =>
  (
    await money.call('POST', '/billing/top_ups', token, {
      body: { amount, currency: 'COP', provider },
    })
  ).body;
const pageOf = {
  wompi: (url: string) => url.replace('/p/?', '/p/pay?'),
  bold: (url: string) => `${url}/pay`,
};
const pay = (topUp: { url: string; provider: Provider }, fields: Record<string, string> = {}) =>
  post(pageOf[topUp.provider](topUp.url), fields);
const read = async (token: string, id: string) => ({
  topUp: (await money.call('GET', `/billing/top_ups/${id}`, token)).body,
  balance: (await money.call('GET', '/wallet', token)).body.balance,
});
const lose = (provider: Provider) =>
  money[provider].setWebhookFaults({ webhook_drop_probability: 1 });

describe('what one can top up by', () => {
  it('is packages, bounds, and who collects, the default first', async () => {
    const { viewer } = await money.createOrganization();
    const { body } = await money.call('GET', '/billing/top_up_options', viewer);
    expect(body).toMatchObject({ currency: 'COP', providers: ['wompi', 'bold'] });
    for (const { amount: offered } of body.packages) {
      expect(offered).toBeGreaterThanOrEqual(body.amount_min);
      expect(offered).toBeLessThanOrEqual(body.amount_max);
    }
  });

  it('is whole pesos, with a provider that there is', async () => {
    const { owner } = await money.createOrganization();
    const wrong = [
      [{ amount: amount + 1, currency: 'COP' }, 'amount'],
      [{ amount, currency: 'COP', provider: 'payu' }, 'provider'],
      [{ amount, currency: 'COP', provider: 7 }, 'provider'],
    ] as const;
    for (const [body, param] of wrong) {
      const refused = await money.call('POST', '/billing/top_ups', owner, { body });
      expect([refused.status, refused.body.param]).toEqual([422, param]);
    }
  });
});

describe.each(['wompi', 'bold'] as const)('a top-up by %s', (provider) => {
  it('is credited once, and told of once', async () => {
    const { owner, orgId } = await money.createOrganization();
    const topUp = await start(owner, provider);
    expect(topUp).toMatchObject({ provider, status: 'pending', refunded: 0 });
    await pay(topUp);
    expect(await money.settle()).toEqual([]);
    expect(await read(owner, topUp.id)).toMatchObject({
      topUp: { status: 'approved' },
      balance: amount,
    });
    const { rows } = await money.pool.query(
      `select type, data from events where org_id = $1 and type like 'payment.%'`,
      [orgId],
    );
    expect(rows).toEqual([
      {
        type: 'payment.approved',
        data: expect.objectContaining({ id: topUp.id, status: 'approved' }),
      },
    ]);
  });

  it('whose event is lost is found by asking', async () => {
    const { owner } = await money.createOrganization();
    const topUp = await start(owner, provider);
    lose(provider);
    await pay(topUp);
    await money.settle();
    expect((await read(owner, topUp.id)).balance).toBe(0);
    await clock.advance(60_000);
    await money.billing.sweep();
    expect(await read(owner, topUp.id)).toMatchObject({
      topUp: { status: 'approved' },
      balance: amount,
    });
    await money.billing.sweep();
    expect((await read(owner, topUp.id)).balance).toBe(amount);
  });

  it('whose event is lost is found as soon as the payer comes back', async () => {
    const { owner } = await money.createOrganization();
    const topUp = await start(owner, provider);
    lose(provider);
    const { location } = await pay(topUp);
    const { pathname, search } = new URL(location ?? '');
    await money.app.inject({ method: 'GET', url: pathname + search });
    await money.billing.sweep();
    expect((await read(owner, topUp.id)).balance).toBe(amount);
  });

  it('that nobody pays expires; a late payment still counts', async () => {
    const { owner } = await money.createOrganization();
    const topUp = await start(owner, provider);
    for (let hour = 0; hour < 5 * 24; hour += 6) {
      await clock.advance(6 * 3_600_000);
      await money.billing.sweep();
    }
    expect((await read(owner, topUp.id)).topUp.status).toBe('expired');
    const late = await pay(topUp);
    await money.settle();
    // Bold closes its page after a day.
    const counts = late.status === 303;
    expect((await read(owner, topUp.id)).balance).toBe(counts ? amount : 0);
    expect(counts).toBe(provider === 'wompi');
  });

  it('that is refused may be paid at the same page', async () => {
    const { owner } = await money.createOrganization();
    const topUp = await start(owner, provider);
    await pay(topUp, { outcome: provider === 'wompi' ? 'DECLINED' : 'REJECTED' });
    await money.settle();
    expect((await read(owner, topUp.id)).topUp.status).toBe('declined');
    await pay(topUp);
    await money.settle();
    expect(await read(owner, topUp.id)).toMatchObject({
      topUp: { status: 'approved' },
      balance: amount,
    });
  });

  it('cannot be hurried into being by whoever knows its address', async () => {
    const { owner } = await money.createOrganization();
    const other = await start(owner, provider);
    const { location } = await pay(other);
    const theirs = new URL(location ?? '').searchParams.get('id') ?? 'CNP1';
    await money.settle();
    const topUp = await start(owner, provider);
    const tries = [
      `top_up=${topUp.id}&id=${theirs}&bold-tx-status=approved`,
      `top_up=${topUp.id}&id=${'x'.repeat(5_000)}`,
      `top_up=${newId('pay')}&id=../../merchants`,
      `top_up[]=1&session_id[]=2`,
      `bold-order-id=${topUp.id}&bold-tx-status=approved`,
      'session_id=%00',
    ];
    for (const query of tries) {
      const url = `/v1/billing/return?${query}`;
      expect((await money.app.inject({ method: 'GET', url })).statusCode).toBe(200);
      await money.billing.sweep();
    }
    expect(await read(owner, topUp.id)).toMatchObject({
      topUp: { status: 'pending' },
      balance: amount,
    });
  });
});

describe('a payment that Bold gives back in parts', () => {
  it('is taken back in parts, and voided when it is all', async () => {
    const { owner, orgId } = await money.createOrganization();
    const topUp = await start(owner, 'bold');
    await pay(topUp);
    await money.settle();
    const { rows } = await money.pool.query(
      'select provider_payment_id as id from payments where id = $1',
      [topUp.id],
    );
    const giveBack = async (pesos: number) => {
      await fetch(`${money.bold.url}/__sandbox/payments/${rows[0].id}/void`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ pesos }),
      });
      expect(await money.settle()).toEqual([]);
      return read(owner, topUp.id);
    };
    expect(await giveBack(20_000)).toMatchObject({
      topUp: { status: 'approved', refunded: 2_000_000 },
      balance: 3_000_000,
    });
    expect(await giveBack(30_000)).toMatchObject({
      topUp: { status: 'voided', refunded: amount },
      balance: 0,
    });
    const events = await money.pool.query(
      `select type from events where org_id = $1 and type like 'payment.%' order by id`,
      [orgId],
    );
    expect(events.rows.map(({ type }) => type)).toEqual([
      'payment.approved',
      'payment.refunded',
      'payment.voided',
    ]);
  });
});
