import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId, microsFromMinor, sha256Hex } from '@alo/core/kernel';
import { post, secrets, startMoney, type Money } from './testing.ts';

let money: Money;
beforeAll(async () => {
  money = await startMoney();
});
afterAll(() => money.close());
afterEach(async () => {
  await money.settle();
  money.logged.length = 0;
  for (const vendor of [money.stripe, money.wompi]) {
    vendor.setWebhookFaults({ webhook_duplicate_probability: 0, webhook_reorder_probability: 0 });
  }
});

const stripeApi = (method: string, path: string, fields: Record<string, string> = {}) =>
  fetch(`${money.stripe.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secrets.stripeKey}` },
    ...(method === 'POST' ? { body: new URLSearchParams(fields) } : {}),
  });

describe('subscribing', () => {
  it('takes an organization from the free plan to Pro when the payment is confirmed', async () => {
    const { owner } = await money.createOrganization();
    expect((await money.call('GET', '/billing', owner)).body).toEqual({
      plan: 'free',
      subscription: null,
      owed: 0,
      currency: 'COP',
    });

    const checkout = await money.call('POST', '/billing/checkout', owner);
    expect(checkout.status).toBe(201);
    expect(checkout.body.id).toMatch(/^cs_test_/);
    const page = await fetch(checkout.body.url);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toContain('rosa@panaderia.co');

    const paid = await post(`${checkout.body.url}/pay`);
    expect(paid).toEqual({
      status: 303,
      location: `https://alo.example/v1/billing/return?session_id=${checkout.body.id}`,
    });
    expect((await money.call('GET', '/billing', owner)).body.plan).toBe('free');

    expect(await money.settle()).toEqual([]);
    const after = await money.call('GET', '/billing', owner);
    expect(after.body).toMatchObject({
      plan: 'pro',
      subscription: { status: 'active', cancel_at_period_end: false },
    });
    expect(new Date(after.body.subscription.current_period_end) > new Date()).toBe(true);
  });

  it('ends in one Pro plan however often and in whatever order the events come', async () => {
    money.stripe.setWebhookFaults({
      webhook_duplicate_probability: 1,
      webhook_reorder_probability: 1,
    });
    const { owner, orgId } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', owner);
    await post(`${body.url}/pay`);
    await post(`${body.url}/pay`);
    expect(await money.settle()).toEqual([]);
    expect((await money.call('GET', '/billing', owner)).body.plan).toBe('pro');
    const { rows } = await money.pool.query('select id from subscriptions where org_id = $1', [
      orgId,
    ]);
    expect(rows).toHaveLength(1);
    expect(money.logged).toEqual([]);
  });

  it('follows the subscription: kept to the end of its period, then free, then Pro as the same customer', async () => {
    const { owner, orgId } = await money.createOrganization();
    const subscribe = async () => {
      const { body } = await money.call('POST', '/billing/checkout', owner);
      await post(`${body.url}/pay`);
      await money.settle();
    };
    const record = async () =>
      (await money.pool.query('select * from subscriptions where org_id = $1', [orgId])).rows[0];
    await subscribe();
    const first = await record();

    await stripeApi('POST', `/subscriptions/${first.provider_subscription_id}`, {
      cancel_at_period_end: 'true',
    });
    await money.settle();
    expect((await money.call('GET', '/billing', owner)).body).toMatchObject({
      plan: 'pro',
      subscription: { cancel_at_period_end: true },
    });

    await stripeApi('DELETE', `/subscriptions/${first.provider_subscription_id}`);
    await money.settle();
    expect((await money.call('GET', '/billing', owner)).body).toMatchObject({
      plan: 'free',
      subscription: { status: 'canceled' },
    });

    await subscribe();
    const second = await record();
    expect(second.provider_subscription_id).not.toBe(first.provider_subscription_id);
    expect(second.provider_customer_id).toBe(first.provider_customer_id);
    expect((await money.call('GET', '/billing', owner)).body.plan).toBe('pro');
  });

  it('is not possible twice', async () => {
    const { owner } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', owner);
    await post(`${body.url}/pay`);
    await money.settle();
    const again = await money.call('POST', '/billing/checkout', owner);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
  });

  it('ends and refunds the second of two open checkouts that are both paid, and keeps the first', async () => {
    const { owner, orgId } = await money.createOrganization();
    const urls = [];
    for (let n = 0; n < 2; n++) {
      urls.push((await money.call('POST', '/billing/checkout', owner)).body.url);
    }
    for (const url of urls) await post(`${url}/pay`);
    expect(await money.settle()).toEqual([]);
    expect(await money.settle()).toEqual([]);

    const { rows } = await money.pool.query('select * from subscriptions where org_id = $1', [
      orgId,
    ]);
    const charging = await money.stripeObjects('/subscriptions?limit=100&status=all', orgId);
    expect(charging.map(({ status }) => status).toSorted()).toEqual(['active', 'canceled']);
    expect(charging.find(({ status }) => status === 'active')?.id).toBe(
      rows[0].provider_subscription_id,
    );
    const refunds = await money.stripeEvents('refund.created');
    expect(refunds).toEqual([expect.objectContaining({ amount: 8_900_000, reason: 'duplicate' })]);
    expect((await money.call('GET', '/billing', owner)).body.plan).toBe('pro');
  });

  it('changes nothing when the card is declined or the payer turns back', async () => {
    const { owner } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', owner);
    expect((await post(`${body.url}/pay`, { outcome: 'declined' })).status).toBe(402);
    expect((await post(`${body.url}/cancel`)).location).toBe(
      'https://alo.example/v1/billing/return?cancelled=true',
    );
    await money.settle();
    expect((await money.call('GET', '/billing', owner)).body.plan).toBe('free');
  });

  it('returns to the addresses it was given', async () => {
    const { program } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', program, {
      body: {
        email: 'cuentas@panaderia.co',
        success_url: 'https://panaderia.co/listo?s={CHECKOUT_SESSION_ID}',
        cancel_url: 'https://panaderia.co/no',
      },
    });
    expect((await post(`${body.url}/cancel`)).location).toBe('https://panaderia.co/no');
    expect((await post(`${body.url}/pay`)).location).toBe(
      `https://panaderia.co/listo?s=${body.id}`,
    );
  });

  it('answers the same key with the same checkout, and wants one', async () => {
    const { owner } = await money.createOrganization();
    const first = await money.call('POST', '/billing/checkout', owner, { key: 'k1' });
    const again = await money.call('POST', '/billing/checkout', owner, { key: 'k1' });
    expect(again).toEqual(first);
    const without = await money.call('POST', '/billing/checkout', owner, { key: null });
    expect([without.status, without.body.code]).toEqual([400, 'idempotency_key_required']);
  });

  it('is for owners and admins, and a program says where the receipt goes', async () => {
    const { viewer, program } = await money.createOrganization();
    const refused = await money.call('POST', '/billing/checkout', viewer);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const nowhere = await money.call('POST', '/billing/checkout', program);
    expect([nowhere.status, nowhere.body.param]).toEqual([422, 'email']);
    expect((await money.call('GET', '/billing', 'nobody')).status).toBe(401);
  });

  it.each([
    [{ email: 'no' }, 'email'],
    [{ success_url: 'javascript:alert(1)' }, 'success_url'],
    [{ cancel_url: 7 }, 'cancel_url'],
  ])('refuses %j, naming the field', async (body, param) => {
    const { owner } = await money.createOrganization();
    const refused = await money.call('POST', '/billing/checkout', owner, { body });
    expect([refused.status, refused.body.param]).toEqual([422, param]);
  });
});

describe('topping up', () => {
  const amount = 5_000_000;
  const topUp = async (token: string) => {
    const { body } = await money.call('POST', '/billing/top_ups', token, {
      body: { amount, currency: 'COP' },
    });
    return { ...body, pay: body.url.replace('/p/?', '/p/pay?') };
  };
  const read = async (token: string, id: string) => ({
    wallet: (await money.call('GET', '/wallet', token)).body,
    topUp: (await money.call('GET', `/billing/top_ups/${id}`, token)).body,
  });
  const decide = (transaction: string | null, status: string) =>
    fetch(`${money.wompi.url}/__sandbox/transactions/${transaction}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status }),
    });
  const idIn = (location: string | null) => new URL(location ?? '').searchParams.get('id');

  it('credits the wallet once the payment is approved', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    expect(started).toMatchObject({ status: 'pending', amount, currency: 'COP' });
    expect(await (await fetch(started.url)).text()).toMatch(/50\.000.*Nequi.*PSE/s);

    const paid = await post(started.pay, { method: 'PSE' });
    expect(paid.location).toMatch(
      /^https:\/\/alo\.example\/v1\/billing\/return\?top_up=pay_\w+&id=1234-\d+-\d+&env=test$/,
    );
    expect((await read(owner, started.id)).wallet.balance).toBe(0);

    expect(await money.settle()).toEqual([]);
    const after = await read(owner, started.id);
    expect(after.topUp.status).toBe('approved');
    expect(after.wallet).toMatchObject({ balance: amount, held: 0, available: amount });
    const entries = await money.call('GET', '/wallet/entries', owner);
    expect(entries.body.data).toMatchObject([
      { kind: 'top_up', amount, balance_after: amount, source_id: started.id },
    ]);
    const list = await money.call('GET', '/billing/top_ups', owner);
    expect(list.body).toEqual({ data: [after.topUp], has_more: false, next_cursor: null });
  });

  it('credits once when every event comes twice', async () => {
    money.wompi.setWebhookFaults({ webhook_duplicate_probability: 1 });
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    await post(started.pay);
    await money.settle();
    expect((await read(owner, started.id)).wallet.balance).toBe(amount);
  });

  it('waits for a payment that is pending, and credits it when it comes through', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    const { location } = await post(started.pay, { outcome: 'PENDING' });
    await money.settle();
    expect((await read(owner, started.id)).topUp.status).toBe('pending');
    await decide(idIn(location), 'APPROVED');
    await money.settle();
    expect((await read(owner, started.id)).wallet.balance).toBe(amount);
  });

  it('books nothing for a declined payment, and the payer may try again', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    await post(started.pay, { outcome: 'DECLINED' });
    await money.settle();
    expect(await read(owner, started.id)).toMatchObject({
      wallet: { balance: 0 },
      topUp: { status: 'declined' },
    });
    await post(started.pay);
    await money.settle();
    expect(await read(owner, started.id)).toMatchObject({
      wallet: { balance: amount },
      topUp: { status: 'approved' },
    });
  });

  it('takes a voided payment back', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    const { location } = await post(started.pay);
    await money.settle();
    await decide(idIn(location), 'VOIDED');
    await money.settle();
    expect(await read(owner, started.id)).toMatchObject({
      wallet: { balance: 0 },
      topUp: { status: 'voided' },
    });
    const { body } = await money.call('GET', '/wallet/entries', owner);
    expect(body.data.map((entry: { kind: string }) => entry.kind)).toEqual(['refund', 'top_up']);
  });

  it('takes what is free of a voided payment that is spent already, and the rest from the next top-up', async () => {
    const { owner, orgId } = await money.createOrganization();
    const started = await topUp(owner);
    const { location } = await post(started.pay);
    await money.settle();
    const spent = amount / 5;
    const call = newId('call');
    await money.db.withSystem(async (tx) => {
      const amountMicros = microsFromMinor(spent);
      await money.wallet.hold(tx, { orgId, sourceId: call, amountMicros });
    });
    await decide(idIn(location), 'VOIDED');
    expect(await money.settle()).toEqual([]);
    expect(await read(owner, started.id)).toMatchObject({
      wallet: { balance: spent, available: 0 },
      topUp: { status: 'voided', refunded: amount },
    });
    expect((await money.call('GET', '/billing', owner)).body.owed).toBe(spent);
    expect(money.logged).toContainEqual(expect.objectContaining({ alarm: 'refund_not_covered' }));

    const next = await topUp(owner);
    await post(next.pay);
    expect(await money.settle()).toEqual([]);
    expect((await read(owner, next.id)).wallet).toMatchObject({
      balance: amount,
      available: amount - spent,
    });
    expect((await money.call('GET', '/billing', owner)).body.owed).toBe(0);
    const { body } = await money.call('GET', '/wallet/entries', owner);
    const refunds = body.data.filter(({ kind }: { kind: string }) => kind === 'refund');
    expect(
      refunds.map((one: { source_id: string; amount: number }) => [one.source_id, one.amount]),
    ).toEqual([
      [`${started.id}#2`, -spent],
      [started.id, spent - amount],
    ]);
  });

  it('books nothing for another amount than ours, though event and link are signed', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    const link = new URL(started.pay);
    const cheap = '100';
    link.searchParams.set('amount-in-cents', cheap);
    link.searchParams.set(
      'signature:integrity',
      sha256Hex(`${started.id}${cheap}COP${secrets.wompiIntegrity}`),
    );
    expect((await post(link.href)).status).toBe(303);
    expect(await money.settle()).toEqual([]);
    expect(await read(owner, started.id)).toMatchObject({
      wallet: { balance: 0 },
      topUp: { status: 'pending' },
    });
    expect(money.logged).toContainEqual(expect.objectContaining({ alarm: 'wrong_amount' }));
  });

  it('ignores a payment whose reference is not ours', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    const link = new URL(started.pay);
    link.searchParams.set('reference', 'tienda-7');
    link.searchParams.set(
      'signature:integrity',
      sha256Hex(`tienda-7${amount}COP${secrets.wompiIntegrity}`),
    );
    expect((await post(link.href)).status).toBe(303);
    expect(await money.settle()).toEqual([]);
    expect((await read(owner, started.id)).wallet.balance).toBe(0);
  });

  it('cannot be made cheaper by changing the link', async () => {
    const { owner } = await money.createOrganization();
    const started = await topUp(owner);
    const tampered = await post(started.pay.replace(String(amount), '100'));
    expect(tampered.status).toBe(422);
  });

  it.each([
    [{ amount: 999_999, currency: 'COP' }, 'amount'],
    [{ amount: 1_000_000_001, currency: 'COP' }, 'amount'],
    [{ amount: 5_000_000.5, currency: 'COP' }, 'amount'],
    [{ amount: '5000000', currency: 'COP' }, 'amount'],
    [{ amount: -5_000_000, currency: 'COP' }, 'amount'],
    [{ amount, currency: 'USD' }, 'currency'],
    [{ amount }, 'currency'],
    [{ amount, currency: 'COP', redirect_url: 'ftp://x' }, 'redirect_url'],
  ])('refuses %j, naming the field', async (body, param) => {
    const { owner } = await money.createOrganization();
    const refused = await money.call('POST', '/billing/top_ups', owner, { body });
    expect([refused.status, refused.body.code, refused.body.param]).toEqual([
      422,
      'validation_failed',
      param,
    ]);
    expect((await money.call('GET', '/billing/top_ups', owner)).body.data).toEqual([]);
  });

  it('says the least and the most in money, not in minor units', async () => {
    const { owner } = await money.createOrganization();
    const body = { amount: 10_000, currency: 'COP' };
    const refused = await money.call('POST', '/billing/top_ups', owner, { body });
    const detail = refused.body.detail.replaceAll('\u00a0', ' ');
    expect(detail).toBe('Una recarga es de $ 10.000 a $ 10.000.000.');
  });

  it('refuses a wallet in another currency', async () => {
    const { owner } = await money.createOrganization('USD');
    const body = { amount, currency: 'COP' };
    const refused = await money.call('POST', '/billing/top_ups', owner, { body });
    expect([refused.status, refused.body.param]).toEqual([422, 'currency']);
  });

  it('wants an Idempotency-Key, and makes one payment of one key', async () => {
    const { owner } = await money.createOrganization();
    const body = { amount, currency: 'COP' };
    const without = await money.call('POST', '/billing/top_ups', owner, { body, key: null });
    expect(without.status).toBe(400);
    const first = await money.call('POST', '/billing/top_ups', owner, { body, key: 'k' });
    const again = await money.call('POST', '/billing/top_ups', owner, { body, key: 'k' });
    expect(again).toEqual(first);
    expect((await money.call('GET', '/billing/top_ups', owner)).body.data).toHaveLength(1);
  });

  it('of another organization is not there', async () => {
    const one = await money.createOrganization();
    const other = await money.createOrganization();
    const started = await topUp(one.owner);
    const foreign = await money.call('GET', `/billing/top_ups/${started.id}`, other.owner);
    const missing = await money.call('GET', `/billing/top_ups/${newId('pay')}`, other.owner);
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    expect(foreign.body.title).toBe(missing.body.title);
    expect((await money.call('GET', '/billing/top_ups', other.owner)).body.data).toEqual([]);
    expect((await money.call('GET', '/billing/top_ups/nonsense', one.owner)).status).toBe(400);
  });
});

describe('the page a payer returns to', () => {
  it.each([
    ['?session_id=x', 'es', 'Estamos confirmando su pago'],
    ['?cancelled=true', 'es', 'No se hizo ningún pago'],
    ['', 'en', 'We are confirming your payment'],
  ])('%s in %s says what it knows', async (query, language, text) => {
    const page = await money.app.inject({
      url: `/v1/billing/return${query}`,
      headers: { 'accept-language': language },
    });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(text);
  });
});
