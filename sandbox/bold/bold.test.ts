import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBoldSandbox, type BoldSandbox } from './index.ts';

let dataDir: string;
let bold: BoldSandbox;
const start = () =>
  startBoldSandbox({
    apiKey: 'llave',
    secretKey: 'SECRET',
    webhookUrl: () => 'http://127.0.0.1:9/',
    dataDir,
  });
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'alo-bold-'));
  bold = await start();
});
afterEach(async () => {
  await bold.close();
  await rm(dataDir, { recursive: true });
});

const call = async (method: string, path: string, body?: object, key = 'llave') => {
  const response = await fetch(`${bold.url}${path}`, {
    method,
    headers: { authorization: `x-api-key ${key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const link = {
  amount_type: 'CLOSE',
  amount: { currency: 'COP', total_amount: 50_000, tip_amount: 0 },
  reference: 'ORD-1',
  description: 'Recarga',
  callback_url: 'https://a.example/back?x=1',
};
const open = async (change: object = {}) => {
  const { body } = await call('POST', '/online/link/v1', { ...link, ...change });
  return (body as unknown as { payload: { payment_link: string; url: string } }).payload;
};
const pay = (url: string, fields: Record<string, string> = {}) =>
  fetch(`${url}/pay`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
const statusOf = async (id: string) => (await call('GET', `/online/link/v1/${id}`)).body['status'];

describe('a payment link', () => {
  it.each([
    [{ amount_type: 'OPEN' }],
    [{ amount: { currency: 'USD', total_amount: 50_000 } }],
    [{ amount: { currency: 'COP', total_amount: 999 } }],
    [{ amount: { currency: 'COP', total_amount: 50_000.5 } }],
    [{ reference: 'con espacio' }],
    [{ reference: 'x'.repeat(61) }],
    [{ description: 'x' }],
    [{ callback_url: 'javascript:alert(1)' }],
  ])('is refused with %j', async (change) => {
    const { status, body } = await call('POST', '/online/link/v1', { ...link, ...change });
    expect(status).toBe(400);
    expect(body).toMatchObject({ payload: {}, errors: [{ code: 'LNK-001' }] });
  });

  it('wants the key, and a reference of its own', async () => {
    expect((await call('POST', '/online/link/v1', link, 'otra')).status).toBe(403);
    expect((await call('POST', '/online/link/v1', link)).status).toBe(200);
    expect((await call('POST', '/online/link/v1', link)).body).toMatchObject({
      errors: [{ code: 'LNK-002' }],
    });
    expect((await call('GET', '/online/link/v1/LNK_NO')).status).toBe(404);
  });

  it('is active, rejected, paid; paid only once', async () => {
    const { payment_link: id, url } = await open();
    expect(await statusOf(id)).toBe('ACTIVE');
    await pay(url, { outcome: 'REJECTED' });
    expect(await statusOf(id)).toBe('REJECTED');
    expect((await pay(url)).headers.get('location')).toBe(
      'https://a.example/back?x=1&bold-order-id=ORD-1&bold-tx-status=approved',
    );
    expect(await statusOf(id)).toBe('PAID');
    expect((await pay(url)).status).toBe(422);
    expect(await (await fetch(url)).text()).toContain('aprobado');
  });

  it('waits for the bank of a PSE, and expires when nobody pays', async () => {
    const { payment_link: id, url } = await open();
    await pay(url, { outcome: 'PENDING', method: 'PSE' });
    expect(await statusOf(id)).toBe('PROCESSING');
    const old = await open({
      reference: 'ORD-2',
      expiration_date: 1_764_565_199_000_000_000 - 4e17,
    });
    expect(await statusOf(old.payment_link)).toBe('EXPIRED');
    expect((await pay(old.url)).status).toBe(422);
  });

  it('survives a restart with its payments and notifications', async () => {
    const { payment_link: id, url } = await open();
    await pay(url);
    await bold.close();
    bold = await start();
    expect(await statusOf(id)).toBe('PAID');
    const path = '/payments/webhook/notifications/ORD-1?is_external_reference=true';
    expect((await call('GET', path)).body).toMatchObject({
      notifications: [{ type: 'SALE_APPROVED', data: { amount: { total: 50_000 } } }],
    });
  });
});

describe('the merchant', () => {
  it('gives a sale back from its page', async () => {
    const { url } = await open();
    await pay(url);
    const page = await (await fetch(`${bold.url}/ventas`)).text();
    const action = /action="([^"]+\/void)"/.exec(page)?.[1];
    await fetch(`${bold.url}${action}`, { method: 'POST', redirect: 'manual' });
    expect(await (await fetch(`${bold.url}/ventas`)).text()).toContain('anulado');
  });
});
