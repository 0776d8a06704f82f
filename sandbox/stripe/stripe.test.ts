import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startStripeSandbox, type StripeSandbox } from './index.ts';

/** A receiver of webhooks whose answers the test decides. */
let receiver: Server;
let received: { type: string; signature: string }[];
let answer: number;
let arrived: () => void;
beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const event = JSON.parse(Buffer.concat(chunks).toString()) as { type: string };
      received.push({ type: event.type, signature: String(request.headers['stripe-signature']) });
      response.writeHead(answer).end();
      arrived();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => receiver.close(resolve)));

let dataDir: string;
let stripe: StripeSandbox;
const start = () =>
  startStripeSandbox({
    webhookSecret: 'whsec_1',
    webhookUrl: () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    dataDir,
  });
beforeEach(async () => {
  received = [];
  answer = 200;
  arrived = () => undefined;
  dataDir = await mkdtemp(join(tmpdir(), 'alo-stripe-'));
  stripe = await start();
});
afterEach(async () => {
  await stripe.close();
  await rm(dataDir, { recursive: true });
});

const call = async (
  method: string,
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) => {
  const response = await fetch(`${stripe.url}/v1${path}`, {
    method,
    headers: { authorization: 'Bearer sk_test_any', ...headers },
    ...(method === 'POST' ? { body: new URLSearchParams(fields) } : {}),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body, headers: response.headers };
};
const checkout = {
  mode: 'subscription',
  'line_items[0][price]': 'price_pro',
  'line_items[0][quantity]': '1',
  success_url: 'https://a.example/ok',
};
const pay = (url: string) =>
  fetch(`${url.replace(/^http:\/\/[^/]+/, stripe.url)}/pay`, {
    method: 'POST',
    redirect: 'manual',
  });

describe('the API', () => {
  it('answers in Stripe’s shapes, with its headers', async () => {
    const { status, body, headers } = await call('POST', '/checkout/sessions', checkout, {
      'stripe-version': '2026-10-28.endive',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      subscription: null,
      amount_total: 8_900_000,
    });
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(headers.get('request-id')).toMatch(/^req_/);
  });

  it.each([
    [
      'POST',
      '/checkout/sessions',
      { mode: 'subscription' },
      400,
      'parameter_missing',
      'line_items[0][price]',
    ],
    [
      'POST',
      '/checkout/sessions',
      { ...checkout, mode: 'payment' },
      400,
      'parameter_invalid',
      'mode',
    ],
    [
      'POST',
      '/checkout/sessions',
      { ...checkout, customer: 'cus_no' },
      400,
      'resource_missing',
      'customer',
    ],
    [
      'POST',
      '/checkout/sessions',
      { ...checkout, 'line_items[0][price]': 'no' },
      400,
      'resource_missing',
      'line_items[0][price]',
    ],
    ['GET', '/subscriptions/sub_no', {}, 404, 'resource_missing', 'id'],
    ['POST', '/billing_portal/sessions', {}, 400, 'parameter_missing', 'customer'],
  ])('%s %s with %j: %i %s', async (method, path, fields, status, code, param) => {
    const answered = await call(method, path, fields as Record<string, string>);
    expect(answered.status).toBe(status);
    expect(answered.body).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });

  it('wants a key, and does not know other addresses', async () => {
    expect((await fetch(`${stripe.url}/v1/prices/price_pro`)).status).toBe(401);
    expect((await call('GET', '/prices/price_pro')).body).toMatchObject({ unit_amount: 8_900_000 });
    expect((await call('GET', '/nothing')).status).toBe(404);
  });

  it('answers an idempotency key from memory, also after a restart, and refuses other contents', async () => {
    const key = { 'idempotency-key': 'k' };
    const first = await call('POST', '/checkout/sessions', checkout, key);
    await stripe.close();
    stripe = await start();
    const again = await call('POST', '/checkout/sessions', checkout, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const other = await call('POST', '/checkout/sessions', { ...checkout, locale: 'es' }, key);
    expect([other.status, other.body['error']]).toMatchObject([400, { type: 'idempotency_error' }]);
  });

  it('lists the subscriptions of a customer, newest first, page by page', async () => {
    const { body: customer } = await call('POST', '/customers', { email: 'a@b.co' });
    for (let n = 0; n < 3; n++) {
      const session = await call('POST', '/checkout/sessions', {
        ...checkout,
        customer: customer['id'] as string,
      });
      await pay(session.body['url'] as string);
    }
    const list = (query: string) =>
      call('GET', `/subscriptions?customer=${String(customer['id'])}${query}`);
    const first = (await list('&limit=2')).body as {
      data: { id: string }[];
      has_more: boolean;
    };
    expect([first.data.length, first.has_more]).toEqual([2, true]);
    await call('DELETE', `/subscriptions/${first.data[0]?.id}`);
    expect((await list('')).body['data']).toHaveLength(2);
    expect((await list('&status=all')).body['data']).toHaveLength(3);
    const rest = await list(`&status=all&starting_after=${first.data[1]?.id}`);
    expect(rest.body['data']).toHaveLength(1);
  });
});

describe('paying', () => {
  it('is told in three signed events, once however often the button is pressed', async () => {
    const { body } = await call('POST', '/checkout/sessions', checkout);
    const url = body['url'] as string;
    expect((await pay(url)).headers.get('location')).toBe('https://a.example/ok');
    expect((await pay(url)).status).toBe(303);
    await stripe.settled();
    expect(received.map((event) => event.type).toSorted()).toEqual([
      'checkout.session.completed',
      'customer.subscription.created',
      'invoice.paid',
    ]);
    expect(received[0]?.signature).toMatch(/^t=\d{10},v1=[0-9a-f]{64}$/);
    expect(await (await fetch(url)).text()).toContain('ya se hizo');
  });

  it('works for a session opened before a restart', async () => {
    const { body } = await call('POST', '/checkout/sessions', checkout);
    await stripe.close();
    stripe = await start();
    expect((await pay(body['url'] as string)).status).toBe(303);
    const after = await call('GET', `/checkout/sessions/${String(body['id'])}`);
    expect(after.body).toMatchObject({ status: 'complete', payment_status: 'paid' });
  });

  it('tells again after a restart what nobody had taken', async () => {
    answer = 500;
    const refused = Promise.withResolvers<void>();
    arrived = () => received.length === 3 && refused.resolve();
    const { body } = await call('POST', '/checkout/sessions', checkout);
    await pay(body['url'] as string);
    await refused.promise;
    await stripe.close();
    answer = 200;
    received = [];
    stripe = await start();
    await stripe.settled();
    expect(received).toHaveLength(3);
    await stripe.close();
    received = [];
    stripe = await start();
    await stripe.settled();
    expect(received).toEqual([]);
  });

  it('can be told twice, as set from outside', async () => {
    const set = (settings: object) =>
      fetch(`${stripe.url}/__sandbox/webhooks`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(settings),
      });
    expect((await set({ webhook_duplicate_probability: 2 })).status).toBe(400);
    expect((await set({ webhook_duplicate_probability: 1 })).status).toBe(200);
    const { body } = await call('POST', '/checkout/sessions', checkout);
    await pay(body['url'] as string);
    await stripe.settled();
    expect(received).toHaveLength(6);
  });
});

describe('the hosted pages', () => {
  it('show what was typed elsewhere as text, never as markup', async () => {
    const { body } = await call('POST', '/checkout/sessions', {
      ...checkout,
      customer_email: '<script>alert(1)</script>@x.co',
    });
    const page = await (await fetch(body['url'] as string)).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('&lt;script&gt;');
  });

  it('let a customer end the subscription', async () => {
    const { body: customer } = await call('POST', '/customers');
    const id = customer['id'] as string;
    const session = await call('POST', '/checkout/sessions', { ...checkout, customer: id });
    await pay(session.body['url'] as string);
    const portal = await call('POST', '/billing_portal/sessions', { customer: id });
    const page = await (await fetch(portal.body['url'] as string)).text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    await fetch(`${stripe.url}${action}`, { method: 'POST' });
    const list = await call('GET', `/subscriptions?customer=${id}`);
    expect(list.body['data']).toMatchObject([{ status: 'active', cancel_at_period_end: true }]);
  });
});
