import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock, limits, type VirtualClock } from '@alo/core/kernel';
import { post, startMoney, type Money } from './testing.ts';

let money: Money;
let clock: VirtualClock;
beforeAll(async () => {
  clock = createVirtualClock(new Date());
  money = await startMoney(clock);
});
afterAll(() => money.close());
afterEach(async () => {
  money.stripe.setWebhookFaults({ webhook_paused: false, webhook_drop_probability: 0 });
  await money.settle();
  money.logged.length = 0;
});

/** Something that Stripe, or time, does. */
async function atStripe(path: string, body: object = {}) {
  const response = await fetch(`${money.stripe.url}/__sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}
const drop = () => money.stripe.setWebhookFaults({ webhook_drop_probability: 1 });
const billingOf = async (token: string) => (await money.call('GET', '/billing', token)).body;

async function subscribed() {
  const organization = await money.createOrganization();
  const { body } = await money.call('POST', '/billing/checkout', organization.owner);
  await post(`${body.url}/pay`, { tax_id: '900123456-7' });
  expect(await money.settle()).toEqual([]);
  const [subscription] = await money.stripeObjects('/subscriptions?limit=100', organization.orgId);
  return { ...organization, subscription: subscription?.id ?? '' };
}
/** What webhooks of the organization's own are told. */
const told = async (orgId: string, type: string) =>
  (
    await money.pool.query('select data from events where org_id = $1 and type = $2 order by id', [
      orgId,
      type,
    ])
  ).rows.map(({ data }) => data);

describe('the plans', () => {
  it('have the price at Stripe, and what a minute costs', async () => {
    const { viewer } = await money.createOrganization();
    const { body } = await money.call('GET', '/billing/plans', viewer);
    expect(body.data).toMatchObject([
      { id: 'free', price: null, call_rate_per_minute: { currency: 'COP' } },
      { id: 'pro', price: { amount: 8_900_000, currency: 'COP', interval: 'month' } },
    ]);
    const [free, pro] = body.data;
    expect(pro.call_rate_per_minute.amount).toBeLessThan(free.call_rate_per_minute.amount);
  });
});

describe('cancelling', () => {
  it('keeps the plan to the end of the period, can be taken back, and then ends', async () => {
    const { owner, orgId, subscription } = await subscribed();
    const cancelled = await money.call('POST', '/billing/subscription/cancel', owner);
    expect(cancelled).toMatchObject({
      status: 200,
      body: { plan: 'pro', subscription: { cancel_at_period_end: true } },
    });
    const again = await money.call('POST', '/billing/subscription/cancel', owner);
    expect(again.body).toEqual(cancelled.body);
    const resumed = await money.call('POST', '/billing/subscription/resume', owner);
    expect(resumed.body.subscription.cancel_at_period_end).toBe(false);

    await money.call('POST', '/billing/subscription/cancel', owner);
    await atStripe(`/subscriptions/${subscription}/renew`);
    await money.settle();
    expect(await billingOf(owner)).toMatchObject({
      plan: 'free',
      subscription: { status: 'canceled' },
    });
    const gone = await money.call('POST', '/billing/subscription/resume', owner);
    expect([gone.status, gone.body.code]).toEqual([409, 'conflict']);
    // Once per change, whoever told of it first.
    expect((await told(orgId, 'subscription.updated')).map(({ plan }) => plan)).toEqual([
      'pro',
      'pro',
      'pro',
      'pro',
      'free',
    ]);
  });

  it('names who did it in the audit log', async () => {
    const { owner, orgId } = await subscribed();
    await money.call('POST', '/billing/subscription/cancel', owner);
    const { rows } = await money.pool.query(
      `select after, ip from audit_logs where org_id = $1 and target_type = 'subscriptions' order by seq desc limit 1`,
      [orgId],
    );
    expect(rows).toEqual([{ after: { cancel_at_period_end: true }, ip: '127.0.0.1' }]);
  });

  it('is not possible without a subscription, nor are its page and its invoices there', async () => {
    const { owner } = await money.createOrganization();
    for (const path of ['/billing/subscription/cancel', '/billing/portal']) {
      expect((await money.call('POST', path, owner)).status).toBe(409);
    }
    const { body } = await money.call('GET', '/billing/invoices', owner);
    expect(body).toEqual({ data: [], has_more: false, next_cursor: null });
  });

  it.each(['cancel', 'resume', 'sync'])('%s is for owners and admins', async (action) => {
    const { viewer } = await money.createOrganization();
    const { status } = await money.call('POST', `/billing/subscription/${action}`, viewer);
    expect(status).toBe(403);
  });
});

describe('the portal', () => {
  it('is a page of Stripe’s where the subscription can be cancelled', async () => {
    const { owner } = await subscribed();
    const { status, body } = await money.call('POST', '/billing/portal', owner, {
      body: { return_url: 'https://panaderia.co/cuenta' },
    });
    expect(status).toBe(201);
    const page = await (await fetch(body.url)).text();
    const action = /action="([^"]+\/cancel\/[^"]+)"/.exec(page)?.[1];
    await post(`${money.stripe.url}${action}`);
    await money.settle();
    expect((await billingOf(owner)).subscription.cancel_at_period_end).toBe(true);
  });

  it('leads back to a page of ours that speaks of no payment', async () => {
    const { owner } = await subscribed();
    const { body } = await money.call('POST', '/billing/portal', owner);
    const back = new URL(new URL(body.url).searchParams.get('return_url') ?? '');
    const page = await money.app.inject({ method: 'GET', url: back.pathname + back.search });
    expect(page.body).toContain('Listo');
    expect(page.body).not.toContain('pago');
  });

  it('leads back to no address that is not one', async () => {
    const { owner } = await subscribed();
    const body = { return_url: 'javascript:alert(1)' };
    expect((await money.call('POST', '/billing/portal', owner, { body })).status).toBe(422);
  });
});

describe('invoices', () => {
  it('are listed newest first, page by page, with number, NIT and page', async () => {
    const { owner, subscription } = await subscribed();
    await atStripe(`/subscriptions/${subscription}/renew`);
    const first = await money.call('GET', '/billing/invoices?limit=1', owner);
    expect(first.body).toMatchObject({
      has_more: true,
      data: [{ status: 'paid', amount: 8_900_000, amount_paid: 8_900_000, currency: 'COP' }],
    });
    const [invoice] = first.body.data;
    expect(invoice).toMatchObject({
      tax_id: '900123456-7',
      number: expect.stringMatching(/^ALO-/),
    });
    expect((await fetch(invoice.url)).status).toBe(200);
    const next = `/billing/invoices?limit=1&cursor=${first.body.next_cursor}`;
    const rest = await money.call('GET', next, owner);
    expect(rest.body).toMatchObject({ has_more: false, next_cursor: null });
    expect(rest.body.data[0].id).not.toBe(invoice.id);
  });

  it('of another organization are not there, and a cursor of elsewhere is refused', async () => {
    await subscribed();
    const { owner } = await subscribed();
    expect((await money.call('GET', '/billing/invoices', owner)).body.data).toHaveLength(1);
    for (const cursor of ['%00', Buffer.from('sub_1').toString('base64url'), 'x'.repeat(129)]) {
      const { status } = await money.call('GET', `/billing/invoices?cursor=${cursor}`, owner);
      expect(status).toBe(400);
    }
  });
});

describe('a charge that fails', () => {
  it('starts a grace period; paying ends it', async () => {
    const { owner, orgId, subscription } = await subscribed();
    await atStripe(`/subscriptions/${subscription}/renew`, { outcome: 'failed' });
    expect(await money.settle()).toEqual([]);
    const owes = await billingOf(owner);
    expect(owes).toMatchObject({ plan: 'pro', subscription: { status: 'past_due' } });
    const left = new Date(owes.subscription.grace_ends_at).getTime() - clock.now().getTime();
    expect(left).toBe(limits.billing.graceMs);
    const [invoice] = await told(orgId, 'invoice.payment_failed');
    expect(invoice).toMatchObject({ status: 'open', amount: 8_900_000, amount_paid: 0 });

    await post(`${invoice.url}/pay`);
    await money.settle();
    expect(await billingOf(owner)).toMatchObject({
      plan: 'pro',
      subscription: { status: 'active', grace_ends_at: null },
    });
    expect(await told(orgId, 'invoice.payment_failed')).toHaveLength(1);
  });

  it('falls back to the free plan when the grace period ends unpaid, and comes back when paid', async () => {
    const { owner, subscription } = await subscribed();
    await atStripe(`/subscriptions/${subscription}/renew`, { outcome: 'failed' });
    await money.settle();
    await clock.advance(limits.billing.graceMs - 60_000);
    await money.billing.sweep();
    expect((await billingOf(owner)).plan).toBe('pro');
    // Each sweep looks at what is due only; the end of the grace period is.
    await clock.advance(24 * 3_600_000);
    await money.billing.sweep();
    expect(await billingOf(owner)).toMatchObject({
      plan: 'free',
      subscription: { status: 'past_due' },
    });
    const { data } = (await money.call('GET', '/billing/invoices', owner)).body;
    await post(`${data[0].url}/pay`);
    await money.settle();
    expect((await billingOf(owner)).plan).toBe('pro');
  });
});

describe('events that never come', () => {
  it('of a checkout are made up for by asking Stripe', async () => {
    const { owner } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', owner);
    drop();
    await post(`${body.url}/pay`);
    await money.settle();
    expect((await billingOf(owner)).plan).toBe('free');
    await clock.advance(60_000);
    await money.billing.sweep();
    expect((await billingOf(owner)).plan).toBe('pro');
  });

  it('are made up for as soon as the payer comes back', async () => {
    const { owner } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/checkout', owner);
    drop();
    const { location } = await post(`${body.url}/pay`);
    const { pathname, search } = new URL(location ?? '');
    const page = await money.app.inject({ method: 'GET', url: pathname + search });
    expect(page.statusCode).toBe(200);
    await money.billing.sweep();
    expect((await billingOf(owner)).plan).toBe('pro');
  });

  it('are made up for on demand', async () => {
    const { owner, subscription } = await subscribed();
    drop();
    await atStripe(`/subscriptions/${subscription}/give_up`, { status: 'canceled' });
    await money.settle();
    expect((await billingOf(owner)).plan).toBe('pro');
    const synced = await money.call('POST', '/billing/subscription/sync', owner);
    expect(synced).toMatchObject({ status: 200, body: { plan: 'free' } });

    const { body } = await money.call('POST', '/billing/checkout', owner);
    await post(`${body.url}/pay`);
    const again = await money.call('POST', '/billing/subscription/sync', owner);
    expect(again.body).toMatchObject({ plan: 'pro', subscription: { status: 'active' } });
  });

  it('leave things as they were while Stripe is down', async () => {
    const { owner } = await subscribed();
    money.stripe.faults.set({ failure_probability: 1, failure_status: 500 });
    const { status, body } = await money.call('POST', '/billing/subscription/sync', owner);
    money.stripe.faults.set({ failure_probability: 0 });
    expect([status, body.code]).toEqual([502, 'provider_error']);
    expect((await billingOf(owner)).plan).toBe('pro');
  });
});

describe('a checkout that was left open', () => {
  it('is closed once another one has been paid', async () => {
    const { owner } = await money.createOrganization();
    const open = async () => (await money.call('POST', '/billing/checkout', owner)).body.url;
    const [left, used] = [await open(), await open()];
    await post(`${used}/pay`);
    await money.settle();
    await money.billing.sweep();
    expect((await post(`${left}/pay`)).status).toBe(402);
    expect(money.logged).toEqual([]);
  });
});
