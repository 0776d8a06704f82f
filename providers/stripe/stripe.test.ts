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
