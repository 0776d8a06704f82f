import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret } from '@alo/core/kernel';
import { startBoldSandbox, type BoldSandbox } from '@alo/sandbox/bold';
import { createBoldTopUps, type BoldOptions } from './index.ts';
import { isSignedBy, webhookSignature } from './signatures.ts';

let bold: BoldSandbox;
const clock = createVirtualClock(new Date('2026-11-23T12:00:00.789Z'));
beforeAll(async () => {
  bold = await startBoldSandbox({
    apiKey: 'llave',
    secretKey: 'SECRET',
    webhookUrl: () => 'http://127.0.0.1:9/',
    clock,
  });
  bold.setWebhookFaults({ webhook_paused: true });
});
afterAll(() => bold.close());

const create = (options: Partial<BoldOptions> = {}) =>
  createBoldTopUps({
    apiKey: new Secret('llave'),
    secretKey: new Secret('SECRET'),
    baseUrl: bold.url,
    clock,
    log: createLog({ level: 'silent' }),
    ...options,
  });
let count = 0;
const request = () => ({
  reference: `pay_${++count}`,
  amountMinor: 5_000_000,
  currency: 'COP' as const,
  email: 'rosa@panaderia.co',
  redirectUrl: 'https://alo.example/v1/billing/return?top_up=pay_1',
});
const post = (url: string, body?: object | URLSearchParams) =>
  fetch(url, {
    method: 'POST',
    redirect: 'manual',
    ...(body instanceof URLSearchParams
      ? { body }
      : body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
async function open() {
  const topUp = request();
  const { url, checkoutId } = await create().createCheckout(topUp);
  const asked = { reference: topUp.reference, checkoutId };
  return { ...asked, url, find: () => create().findPayments(asked) };
}
const pay = (url: string, outcome = 'APPROVED') =>
  post(`${url}/pay`, new URLSearchParams({ outcome, method: 'PSE' }));
const decide = (id: string | undefined, action: string, pesos?: number) =>
  post(`${bold.url}/__sandbox/payments/${id}/${action}`, { pesos });

describe('the signature of a webhook', () => {
  const body = '{"id":"e4f8c1b9","type":"SALE_APPROVED"}';

  it('is HMAC-SHA256 of the body’s base64', () => {
    expect(webhookSignature(body, 'SECRET')).toBe(
      'b01bf86674db8ce390645e3e0bf4ee5a9bfaa070c45b01fb0c7699ad51651d10',
    );
    expect(webhookSignature(body, '')).toBe(
      '827c55bbddf3cca502bd3a0ace867f5c505dfabd41c1a8d5101a560faeb11818',
    );
  });

  it('is right in either case of the hex, wrong in any other length, and never absent', () => {
    const right = webhookSignature(body, 'SECRET');
    expect(isSignedBy(body, right.toUpperCase(), ['SECRET'])).toBe(true);
    for (const wrong of [undefined, '', right.slice(1), `${right}0`, [right]]) {
      expect(isSignedBy(body, wrong, ['SECRET'])).toBe(false);
    }
  });

  it('with the empty key is Bold’s in test mode only', async () => {
    const event = JSON.stringify({ id: 'n1', type: 'SOMETHING_NEW', data: {} });
    const headers = { 'x-bold-signature': webhookSignature(event, '') };
    const refused = create().parseWebhook({ rawBody: event, headers });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_signature' });
    const taken = create({ testMode: true }).parseWebhook({ rawBody: event, headers });
    expect(await taken).toEqual({ type: 'other', eventId: 'n1', name: 'SOMETHING_NEW' });
  });
});

describe('a webhook', () => {
  const read = (event: object) => {
    const rawBody = JSON.stringify(event);
    const headers = { 'x-bold-signature': webhookSignature(rawBody, 'SECRET') };
    return create().parseWebhook({ rawBody, headers });
  };
  const data = { payment_id: 'CNP1', amount: { currency: 'COP', total: 59_900 } };

  it.each([
    ['SALE_APPROVED', 'approved'],
    ['SALE_REJECTED', 'declined'],
    ['VOID_APPROVED', 'voided'],
  ])('%s says that a payment is %s', async (type, status) => {
    expect(await read({ id: 'n1', type, time: 1_761_063_334_000_000_000, data })).toEqual({
      type: 'payment.changed',
      eventId: 'n1',
      name: type,
      providerPaymentId: 'CNP1',
      status,
    });
  });

  it('of a void that was refused means nothing to us', async () => {
    expect(await read({ id: 'n1', type: 'VOID_REJECTED', data })).toMatchObject({ type: 'other' });
  });

  it('of a payment without its id is malformed', async () => {
    const work = read({ id: 'n1', type: 'SALE_APPROVED', data: {} });
    await expect(work).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('a payment link', () => {
  it('is in whole pesos, and ends on a whole second', async () => {
    const { url, checkoutId } = await open();
    expect(url).toBe(`${bold.url}/${checkoutId}`);
    expect(checkoutId).toMatch(/^LNK_/);
    expect(await (await fetch(url)).text()).toMatch(/50\.000.*Nequi.*PSE.*Tarjeta/s);
    await expect(
      create().createCheckout({ ...request(), amountMinor: 5_000_050 }),
    ).rejects.toMatchObject({ code: 'validation_failed', param: 'amount' });
  });

  it('that nobody paid has no payment', async () => {
    const { find } = await open();
    expect(await find()).toEqual([]);
  });

  it('sends the payer back, and is found by its reference, in cents', async () => {
    const { url, reference, find } = await open();
    const back = await pay(url);
    expect(back.headers.get('location')).toBe(
      `https://alo.example/v1/billing/return?top_up=pay_1&bold-order-id=${reference}&bold-tx-status=approved`,
    );
    const [payment] = await find();
    expect(payment).toEqual({
      providerPaymentId: expect.stringMatching(/^CNP/),
      reference,
      amountMinor: 5_000_000,
      currency: 'COP',
      status: 'approved',
      refundedMinor: 0,
    });
    expect(await create().getPayment(payment?.providerPaymentId ?? '')).toEqual(payment);
  });

  it('is asked for what no notification tells of yet: a PSE on its way', async () => {
    const { url, find } = await open();
    await pay(url, 'PENDING');
    const [payment] = await find();
    expect(payment).toMatchObject({ status: 'pending', amountMinor: 5_000_000 });
    const early = create().getPayment(payment?.providerPaymentId ?? '');
    await expect(early).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    await decide(payment?.providerPaymentId, 'reject');
    expect(await find()).toMatchObject([{ status: 'declined' }]);
  });

  it('may be paid after a refusal; both attempts are there', async () => {
    const { url, find } = await open();
    await pay(url, 'REJECTED');
    await pay(url);
    expect((await find()).map(({ status }) => status)).toEqual(['declined', 'approved']);
  });

  it('given back in parts adds up, and is voided when it is all; what was refused does not count', async () => {
    const { url, find } = await open();
    await pay(url);
    const [payment] = await find();
    const id = payment?.providerPaymentId;
    await decide(id, 'void', 20_000);
    expect(await find()).toMatchObject([{ status: 'approved', refundedMinor: 2_000_000 }]);
    await decide(id, 'void', 40_000);
    expect(await find()).toMatchObject([{ status: 'approved', refundedMinor: 2_000_000 }]);
    await decide(id, 'void', 30_000);
    expect(await find()).toMatchObject([{ status: 'voided', refundedMinor: 5_000_000 }]);
  });
});

describe('failures', () => {
  it('say what kind they were', async () => {
    const kinds = (work: Promise<unknown>) =>
      work.then(
        () => 'none',
        ({ name, kind, retryable }) => `${name} ${kind} ${retryable}`,
      );
    const locked = create({ apiKey: new Secret('otra') });
    expect(await kinds(locked.createCheckout(request()))).toBe('ProviderError auth false');
    const away = create({ baseUrl: 'http://127.0.0.1:9' });
    expect(await kinds(away.getPayment('CNP1'))).toBe('ProviderError connection true');
    const again = request();
    await create().createCheckout(again);
    expect(await kinds(create().createCheckout(again))).toBe('ProviderError invalid_request false');
    bold.faults.set({ failure_probability: 1, failure_status: 503 });
    expect(await kinds(create().getPayment('CNP1'))).toBe('ProviderError unavailable true');
    bold.faults.set({ failure_probability: 0 });
  });

  it('cannot be led to another path by an id, nor show the key', async () => {
    const error = await create()
      .getPayment('../../online/link/v1/payment_methods?x=')
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(String(error)).not.toContain('llave');
  });
});
