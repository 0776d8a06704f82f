import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret } from '@alo/core/kernel';
import { startStripeSandbox, type StripeSandbox } from '@alo/sandbox/stripe';
import { createStripeSubscriptions, type StripeOptions } from './index.ts';

let stripe: StripeSandbox;
const clock = createVirtualClock(new Date(1_700_000_010_000));
beforeAll(async () => {
  stripe = await startStripeSandbox({
    secretKey: 'sk_test_1',
    webhookSecret: 'whsec_test',
    webhookUrl: () => 'http://127.0.0.1:9/',
  });
});
afterAll(() => stripe.close());

const create = (options: Partial<StripeOptions> = {}) =>
  createStripeSubscriptions({
    secretKey: new Secret('sk_test_1'),
    webhookSecret: new Secret('whsec_test'),
    priceId: 'price_pro',
    baseUrl: stripe.url,
    clock,
    log: createLog({ level: 'silent' }),
    ...options,
  });
const request = {
  organizationId: 'org_1',
  email: 'rosa@panaderia.co',
  customerId: undefined,
  successUrl: 'https://alo.example/ok?s={CHECKOUT_SESSION_ID}',
  cancelUrl: 'https://alo.example/no',
  idempotencyKey: 'k1',
};
const api = async (path: string) => {
  const response = await fetch(`${stripe.url}/v1${path}`, {
    headers: { authorization: 'Bearer sk_test_1' },
  });
  return (await response.json()) as Record<string, unknown>;
};
async function subscribe(idempotencyKey: string) {
  const { id, url } = await create().createCheckout({ ...request, idempotencyKey });
  await fetch(`${url}/pay`, { method: 'POST', redirect: 'manual' });
  return (await api(`/checkout/sessions/${id}`)) as { customer: string; subscription: string };
}

describe('a checkout', () => {
  it('names the organization on the session and on the subscription', async () => {
    const { subscription, customer } = await subscribe('k2');
    expect(await create().getSubscription(subscription)).toEqual({
      subscriptionId: subscription,
      customerId: customer,
      organizationId: 'org_1',
      status: 'active',
      createdAt: expect.any(Date),
      currentPeriodEnd: expect.any(Date),
      cancelAtPeriodEnd: false,
    });
  });

  it('of the same key is the same one; with other contents it is refused', async () => {
    const first = await create().createCheckout(request);
    expect(await create().createCheckout(request)).toEqual(first);
    const other = create().createCheckout({ ...request, cancelUrl: 'https://alo.example/other' });
    await expect(other).rejects.toMatchObject({ name: 'ProviderError', kind: 'invalid_request' });
  });

  it('reuses the customer, and does without one that Stripe no longer has', async () => {
    const { customer } = await subscribe('k3');
    const again = { ...request, customerId: customer, idempotencyKey: 'k4' };
    const known = await create().createCheckout(again);
    expect(await api(`/checkout/sessions/${known.id}`)).toMatchObject({ customer });

    const gone = { ...request, customerId: 'cus_gone', idempotencyKey: 'k5' };
    const fresh = await create().createCheckout(gone);
    expect(await api(`/checkout/sessions/${fresh.id}`)).toMatchObject({
      customer: null,
      customer_email: request.email,
    });
    expect(await create().createCheckout(gone)).toEqual(fresh);
  });
});

/** Time, as Stripe's clock makes it pass. */
const control = async (path: string, body: object) => {
  const response = await fetch(`${stripe.url}/__sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};

describe('a subscription', () => {
  it('is cancelled at its end, and that is taken back', async () => {
    const { subscription } = await subscribe('c1');
    const cancelled = await create().setCancelAtPeriodEnd(subscription, true);
    expect(cancelled).toMatchObject({ status: 'active', cancelAtPeriodEnd: true });
    const resumed = await create().setCancelAtPeriodEnd(subscription, false);
    expect(resumed.cancelAtPeriodEnd).toBe(false);
  });

  it('that cannot be charged owes, and is active again once its invoice is paid', async () => {
    const { subscription, customer } = await subscribe('c2');
    await control(`/subscriptions/${subscription}/renew`, { outcome: 'failed' });
    expect((await create().getSubscription(subscription)).status).toBe('past_due');
    const { invoices } = await create().listInvoices(customer, { limit: 1, after: undefined });
    const [owed] = invoices;
    expect(owed).toMatchObject({ status: 'open', attempts: 1, paidMinor: 0 });
    await fetch(`${owed?.url}/pay`, { method: 'POST', redirect: 'manual' });
    expect(await create().getInvoice(owed?.invoiceId ?? '')).toMatchObject({ status: 'paid' });
    expect((await create().getSubscription(subscription)).status).toBe('active');
  });

  it('is ended at once and its payment given back, once, however often it is asked for', async () => {
    const { subscription, customer } = await subscribe('c3');
    for (let n = 0; n < 3; n++) await create().endSubscription(subscription, { refund: true });
    expect(await create().listSubscriptions(customer)).toMatchObject([{ status: 'canceled' }]);
    const posted = await fetch(`${stripe.url}/__sandbox/webhooks`);
    const { data } = (await posted.json()) as { data: { content: { type: string } }[] };
    expect(data.filter(({ content }) => content.type === 'refund.created')).toHaveLength(1);
  });

  it('is listed with all that its customer ever had; of a customer gone there is none', async () => {
    const { customer } = await subscribe('c4');
    const again = { ...request, customerId: customer, idempotencyKey: 'c5' };
    const { url } = await create().createCheckout(again);
    await fetch(`${url}/pay`, { method: 'POST', redirect: 'manual' });
    expect(await create().listSubscriptions(customer)).toHaveLength(2);
    expect(await create().listSubscriptions('cus_gone')).toEqual([]);
  });
});

describe('what surrounds a subscription', () => {
  it('a checkout is open, complete or expired, and closing it again is no error', async () => {
    const { id } = await create().createCheckout({ ...request, idempotencyKey: 'd1' });
    expect(await create().getCheckout(id)).toEqual({
      status: 'open',
      subscriptionId: undefined,
      organizationId: 'org_1',
    });
    for (let n = 0; n < 2; n++) await create().expireCheckout(id);
    expect((await create().getCheckout(id)).status).toBe('expired');
    await create().expireCheckout('cs_test_gone');
    await expect(create().getCheckout('cs_test_gone')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('a NIT given at the checkout is on the invoice, page by page', async () => {
    const { id, url } = await create().createCheckout({ ...request, idempotencyKey: 'd2' });
    const refused = await fetch(`${url}/pay`, {
      method: 'POST',
      body: new URLSearchParams({ tax_id: 'no es un NIT' }),
    });
    expect(refused.status).toBe(402);
    await fetch(`${url}/pay`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ tax_id: '900.123.456-7' }),
    });
    const { customer, subscription } = (await api(`/checkout/sessions/${id}`)) as {
      customer: string;
      subscription: string;
    };
    await control(`/subscriptions/${subscription}/renew`, { outcome: 'paid' });
    const first = await create().listInvoices(customer, { limit: 1, after: undefined });
    expect(first).toMatchObject({ hasMore: true, invoices: [{ taxId: '900.123.456-7' }] });
    const after = first.invoices[0]?.invoiceId;
    const rest = await create().listInvoices(customer, { limit: 5, after });
    expect(rest).toMatchObject({
      hasMore: false,
      invoices: [{ status: 'paid', totalMinor: 8_900_000, currency: 'COP', attempts: 1 }],
    });
    expect(rest.invoices[0]?.number).toMatch(/^ALO-\d{4}$/);
  });

  it('the portal is the customer’s, and the price is Stripe’s', async () => {
    const { customer } = await subscribe('d3');
    const portal = {
      customerId: customer,
      returnUrl: 'https://alo.example/',
      language: 'es',
    } as const;
    const page = await fetch((await create().createPortal(portal)).url);
    expect(await page.text()).toContain('Su suscripción');
    expect(await create().getPrice()).toEqual({
      amountMinor: 8_900_000,
      currency: 'COP',
      interval: 'month',
    });
  });
});

describe('failures', () => {
  it.each([
    ['a wrong key', { secretKey: new Secret('sk_test_other') }, 'auth'],
    ['nobody there', { baseUrl: 'http://127.0.0.1:9/' }, 'connection'],
  ])('%s', async (_what, options, kind) => {
    await expect(create(options).getSubscription('sub_1')).rejects.toMatchObject({
      name: 'ProviderError',
      provider: 'stripe',
      kind,
    });
  });

  it('an unknown subscription, with Stripe’s request id', async () => {
    await expect(create().getSubscription('sub_none')).rejects.toMatchObject({
      kind: 'not_found',
      status: 404,
      retryable: false,
      requestId: expect.stringMatching(/^req_/),
    });
  });

  it('keeps the key out of what is thrown', async () => {
    const secretKey = new Secret('sk_live_verysecretkey');
    const error = await create({ secretKey })
      .getSubscription('sub_1')
      .catch((thrown: unknown) => thrown);
    expect(String(error)).not.toContain('verysecret');
  });
});

describe('a webhook', () => {
  const v1 = 'c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925';
  const receive = (rawBody: string, signature: string | undefined, at = clock) =>
    create({ clock: at }).parseWebhook({ rawBody, headers: { 'stripe-signature': signature } });

  it('with the reference signature is Stripe’s, though this body is no event', async () => {
    const work = receive('{"id":"evt_1"}', `t=1700000000,v1=${v1}`);
    await expect(work).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('is refused with another signature, with none, and when it is old', async () => {
    const refused = { code: 'invalid_signature' };
    const [body, header] = ['{"id":"evt_1"}', `t=1700000000,v1=${v1}`];
    await expect(receive('{"id":"evt_2"}', header)).rejects.toMatchObject(refused);
    await expect(receive(body, undefined)).rejects.toMatchObject(refused);
    const later = createVirtualClock(new Date(1_700_000_301_000));
    await expect(receive(body, header, later)).rejects.toMatchObject(refused);
  });
});
