import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '@alo/core/kernel';
import { startWompiSandbox, type WompiSandbox } from './index.ts';

let dataDir: string;
let wompi: WompiSandbox;
const start = (publicKey = 'pub_test_1', integritySecret = 'test_integrity_1') =>
  startWompiSandbox({
    publicKey,
    privateKey: 'prv_test_1',
    integritySecret,
    eventsSecret: 'test_events_1',
    eventsUrl: () => 'http://127.0.0.1:9/',
    dataDir,
  });
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'alo-wompi-'));
  wompi = await start();
});
afterEach(async () => {
  await wompi.close();
  await rm(dataDir, { recursive: true });
});

const link = (change: Record<string, string> = {}) => {
  const fields = {
    'public-key': 'pub_test_1',
    currency: 'COP',
    'amount-in-cents': '2490000',
    reference: 'r1',
    'redirect-url': 'https://a.example/back?x=1',
    ...change,
  };
  const signed = `${fields.reference}${fields['amount-in-cents']}${fields.currency}`;
  const signature = sha256Hex(`${signed}${change['expiration-time'] ?? ''}test_integrity_1`);
  return new URLSearchParams({ 'signature:integrity': signature, ...fields }).toString();
};
const page = (query: string) => fetch(`${wompi.url}/p/?${query}`);
const pay = (query: string, fields: Record<string, string> = {}) =>
  fetch(`${wompi.url}/p/pay?${query}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
const read = async (id: string | null, key = 'prv_test_1') => {
  const response = await fetch(`${wompi.url}/v1/transactions/${id}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the web checkout', () => {
  it('shows the amount and the ways to pay', async () => {
    const shown = await page(link());
    expect(shown.status).toBe(200);
    expect(await shown.text()).toMatch(/24\.900.*Nequi.*PSE.*Tarjeta/s);
  });

  it.each([
    ['another key', { 'public-key': 'pub_test_2' }],
    ['another currency', { currency: 'USD' }],
    ['no amount', { 'amount-in-cents': '0' }],
    ['an amount with decimals', { 'amount-in-cents': '10.5' }],
    ['no reference', { reference: '' }],
    ['a wrong signature', { 'signature:integrity': 'x' }],
    ['a past expiry', { 'expiration-time': '2020-01-01T00:00:00Z' }],
    ['no address to return to', { 'redirect-url': 'nowhere' }],
  ])('refuses a link with %s', async (_what, change) => {
    expect((await page(link(change))).status).toBe(422);
    expect((await pay(link(change))).status).toBe(422);
  });

  it('pays by one request and returns with the transaction', async () => {
    const paid = await pay(link(), { method: 'PSE' });
    const back = new URL(paid.headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ x: '1', env: 'test' });
    const { body } = await read(back.searchParams.get('id'));
    expect(body).toMatchObject({
      data: {
        reference: 'r1',
        amount_in_cents: 2_490_000,
        currency: 'COP',
        status: 'APPROVED',
        payment_method_type: 'PSE',
      },
      meta: {},
    });
  });

  it('does not let the form say otherwise than the link', async () => {
    const paid = await pay(link(), { 'amount-in-cents': '1', reference: 'r2' });
    const id = new URL(paid.headers.get('location') ?? '').searchParams.get('id');
    expect((await read(id)).body).toMatchObject({
      data: { reference: 'r1', amount_in_cents: 2_490_000 },
    });
  });

  it('takes a reference once, unless it was declined', async () => {
    expect((await pay(link(), { outcome: 'DECLINED' })).status).toBe(303);
    expect((await pay(link())).status).toBe(303);
    expect((await pay(link())).status).toBe(422);
    expect((await pay(link({ reference: 'r9' }), { outcome: 'WON' })).status).toBe(422);
  });

  it('honours a link made before a restart that brought new keys', async () => {
    await wompi.close();
    wompi = await start('pub_test_new', 'test_integrity_new');
    expect((await pay(link())).status).toBe(303);
  });
});

describe('the API', () => {
  it('wants a key, and knows what it does not have', async () => {
    expect(await read('1', 'prv_test_other')).toMatchObject({
      status: 401,
      body: { error: { type: 'INVALID_ACCESS_TOKEN' } },
    });
    expect(await read('1')).toMatchObject({
      status: 404,
      body: { error: { type: 'NOT_FOUND_ERROR' } },
    });
    const merchant = await fetch(`${wompi.url}/v1/merchants/pub_test_1`);
    expect(await merchant.json()).toMatchObject({ data: { public_key: 'pub_test_1' } });
  });

  it('voids what was approved, once', async () => {
    const paid = await pay(link());
    const id = new URL(paid.headers.get('location') ?? '').searchParams.get('id');
    const cancel = () =>
      fetch(`${wompi.url}/v1/transactions/${id}/void`, {
        method: 'POST',
        headers: { authorization: 'Bearer prv_test_1' },
      });
    expect((await cancel()).status).toBe(201);
    expect((await cancel()).status).toBe(422);
    expect((await read(id)).body).toMatchObject({ data: { status: 'VOIDED' } });
  });
});
