import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, Secret } from '@alo/core/kernel';
import { startWompiSandbox, type WompiSandbox } from '@alo/sandbox/wompi';
import { createWompiTopUps, type WompiOptions } from './index.ts';

let wompi: WompiSandbox;
beforeAll(async () => {
  wompi = await startWompiSandbox({
    publicKey: 'pub_test_1',
    privateKey: 'prv_test_1',
    integritySecret: 'test_integrity_1',
    eventsSecret: 'test_events_1',
    eventsUrl: () => 'http://127.0.0.1:9/',
  });
});
afterAll(() => wompi.close());

const create = (options: Partial<WompiOptions> = {}) =>
  createWompiTopUps({
    publicKey: 'pub_test_1',
    privateKey: new Secret('prv_test_1'),
    integritySecret: new Secret('test_integrity_1'),
    eventsSecret: new Secret('test_events_1'),
    baseUrl: wompi.url,
    checkoutBaseUrl: `${wompi.url}/p/`,
    log: createLog({ level: 'silent' }),
    ...options,
  });
const request = {
  reference: 'pay_1',
  amountMinor: 5_000_000,
  currency: 'COP' as const,
  email: 'rosa+1@panadería.co',
  redirectUrl: 'https://alo.example/x?a=1&b=2',
};
async function pay() {
  const reference = `pay_${Math.random()}`.replace('.', '');
  const { url } = await create().createCheckout({ ...request, reference });
  const paid = await fetch(url.replace('/p/?', '/p/pay?'), { method: 'POST', redirect: 'manual' });
  const id = new URL(paid.headers.get('location') ?? '').searchParams.get('id') ?? '';
  return { id, reference };
}

describe('the address of a checkout', () => {
  it('has Wompi’s own parameters, readable again', async () => {
    const checkout = await create({ checkoutBaseUrl: undefined }).createCheckout(request);
    const url = new URL(checkout.url);
    expect(url.origin + url.pathname).toBe('https://checkout.wompi.co/p/');
    expect(url.search).toContain('&signature:integrity=');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      'public-key': 'pub_test_1',
      currency: 'COP',
      'amount-in-cents': '5000000',
      reference: 'pay_1',
      'signature:integrity': expect.stringMatching(/^[0-9a-f]{64}$/),
      'redirect-url': request.redirectUrl,
      'customer-data:email': request.email,
    });
  });
});

describe('reading a payment', () => {
  it('gives what Wompi has, in our words', async () => {
    const { id, reference } = await pay();
    expect(await create().getPayment(id)).toEqual({
      providerPaymentId: id,
      reference,
      amountMinor: 5_000_000,
      currency: 'COP',
      status: 'approved',
      refundedMinor: 0,
    });
  });

  it.each([
    ['', '/'],
    ['with a slash', '///'],
    ['with its path', '/v1'],
    ['with path and slash', '/v1/'],
  ])('works with a base URL %s', async (_how, suffix) => {
    const { id } = await pay();
    const payment = await create({ baseUrl: `${wompi.url}${suffix}` }).getPayment(id);
    expect(payment.status).toBe('approved');
  });

  it('finds every attempt at a reference, and none where there is no such search', async () => {
    const { id, reference } = await pay();
    const asked = { reference, checkoutId: undefined };
    expect(await create().findPayments(asked)).toMatchObject([{ providerPaymentId: id }]);
    expect(await create().findPayments({ ...asked, reference: 'nobody' })).toEqual([]);
    const elsewhere = create({ baseUrl: `${wompi.url}/v2` });
    expect(await elsewhere.findPayments(asked)).toEqual([]);
  });

  it('says what kind of failure it was', async () => {
    const kinds = async (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        ({ name, kind, retryable }) => `${name} ${kind} ${retryable}`,
      );
    expect(await kinds(create().getPayment('1-2-3'))).toBe('ProviderError not_found false');
    const locked = create({ privateKey: new Secret('prv_other') });
    expect(await kinds(locked.getPayment('1-2-3'))).toBe('ProviderError auth false');
    const away = create({ baseUrl: 'http://127.0.0.1:9' });
    expect(await kinds(away.getPayment('1-2-3'))).toBe('ProviderError connection true');
    wompi.faults.set({ failure_probability: 1, failure_status: 503 });
    expect(await kinds(create().getPayment('1-2-3'))).toBe('ProviderError unavailable true');
    wompi.faults.set({ failure_probability: 0 });
  });

  it('cannot be led to another path by an id', async () => {
    const work = create().getPayment('../merchants/pub_test_1');
    await expect(work).rejects.toMatchObject({ kind: 'not_found' });
  });
});
