import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '@alo/core/kernel';
import { post, secrets, startMoney, type Money } from './testing.ts';

/** What is Stripe's and Wompi's own; what every webhook refuses is in api/http/webhooks.test.ts. */
let money: Money;
beforeAll(async () => {
  money = await startMoney();
});
afterAll(() => money.close());
afterEach(async () => {
  await money.settle();
  await money.pool.query('delete from provider_events');
});

const deliver = async (
  provider: 'stripe' | 'wompi',
  payload: string,
  headers: Record<string, string> = {},
) => {
  const response = await money.app.inject({
    method: 'POST',
    url: `/v1/webhooks/${provider}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
  return { status: response.statusCode, code: response.json().code };
};

describe('POST /webhooks/stripe', () => {
  const body = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    created: 1_700_000_000,
    type: 'customer.subscription.updated',
    data: { object: { id: 'sub_unknown', object: 'subscription' } },
  });
  const sign = (payload: string, secret = secrets.stripeWebhook, ageS = 0) => {
    const t = Math.floor(Date.now() / 1_000) - ageS;
    const v1 = createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex');
    return { 'stripe-signature': `t=${t},v1=${v1}` };
  };

  it('keeps a signed event, only its ids, and once', async () => {
    expect((await deliver('stripe', body, sign(body))).status).toBe(200);
    expect((await deliver('stripe', body, sign(body))).status).toBe(200);
    expect(await money.events()).toEqual([
      {
        provider: 'stripe',
        event_id: 'evt_1',
        name: 'customer.subscription.updated',
        payload: {
          type: 'subscription.changed',
          eventId: 'evt_1',
          name: 'customer.subscription.updated',
          occurredAt: '2023-11-14T22:13:20.000Z',
          subscriptionId: 'sub_unknown',
        },
      },
    ]);
  });

  it.each([
    ['replayed six minutes later', body, sign(body, secrets.stripeWebhook, 360)],
    ['with a malformed signature', body, { 'stripe-signature': 't=,v1=,,=' }],
  ])('refuses an event %s', async (_how, payload, headers) => {
    expect(await deliver('stripe', payload, headers)).toEqual({
      status: 401,
      code: 'invalid_signature',
    });
    expect(await money.events()).toEqual([]);
  });

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['an event without object', '{"id":"evt_2","type":"x"}'],
    [
      'a checkout without its fields',
      '{"id":"evt_2","created":1,"type":"invoice.paid","data":{"object":null}}',
    ],
  ])('refuses %s, though signed', async (_what, payload) => {
    expect((await deliver('stripe', payload, sign(payload))).status).toBe(400);
    expect(await money.events()).toEqual([]);
  });

  it('answers 200 to events that mean nothing to us', async () => {
    const other = JSON.stringify({
      id: 'evt_3',
      object: 'event',
      created: 1,
      type: 'payout.paid',
      data: { object: {} },
    });
    expect((await deliver('stripe', other, sign(other))).status).toBe(200);
    expect(await money.settle()).toEqual([]);
  });
});

describe('POST /webhooks/wompi', () => {
  const amount = 2_000_000;
  /** A paid top-up, and the event that its stand-in would send, before it has been delivered. */
  async function pay(outcome = 'APPROVED') {
    const { owner } = await money.createOrganization();
    const { body } = await money.call('POST', '/billing/top_ups', owner, {
      body: { amount, currency: 'COP' },
    });
    const { location } = await post(body.url.replace('/p/?', '/p/pay?'), { outcome });
    const id = new URL(location ?? '').searchParams.get('id') ?? '';
    return { owner, id, reference: body.id as string };
  }
  const properties = ['transaction.id', 'transaction.status', 'transaction.amount_in_cents'];
  const eventOf = (id: string, status: string, change: object = {}) => {
    const timestamp = 1_800_000_000;
    const text = `${id}${status}${amount}${timestamp}${secrets.wompiEvents}`;
    return {
      event: 'transaction.updated',
      data: { transaction: { id, status, amount_in_cents: amount, reference: 'made-up' } },
      environment: 'test',
      signature: { properties, checksum: sha256Hex(text) },
      timestamp,
      ...change,
    };
  };
  const balance = async (token: string) =>
    (await money.call('GET', '/wallet', token)).body.balance as number;

  it('takes a checksum in upper case, and a duplicate, and credits once', async () => {
    const { owner, id } = await pay();
    const event = eventOf(id, 'APPROVED');
    const upper = {
      ...event,
      signature: { properties, checksum: event.signature.checksum.toUpperCase() },
    };
    for (let n = 0; n < 3; n++) {
      expect((await deliver('wompi', JSON.stringify(upper))).status).toBe(200);
    }
    await money.settle();
    expect(await balance(owner)).toBe(amount);
  });

  it('believes only what Wompi says when asked, not what the event says', async () => {
    const { owner, id } = await pay('DECLINED');
    await money.settle();
    const event = eventOf(id, 'APPROVED');
    expect((await deliver('wompi', JSON.stringify(event))).status).toBe(200);
    await money.settle();
    expect(await balance(owner)).toBe(0);
  });

  it('tries again while Wompi is behind its own event', async () => {
    const { owner, id } = await pay('PENDING');
    await money.settle();
    await deliver('wompi', JSON.stringify(eventOf(id, 'APPROVED')));
    expect(await money.settle()).toMatchObject([{ name: 'ProviderError', retryable: true }]);
    expect(await balance(owner)).toBe(0);

    await fetch(`${money.wompi.url}/__sandbox/transactions/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"status":"APPROVED"}',
    });
    expect(await money.settle()).toEqual([]);
    expect(await balance(owner)).toBe(amount);
  });

  it('ends voided when the void’s event overtakes the approval’s', async () => {
    const { owner, id, reference } = await pay('PENDING');
    const decide = (status: string) =>
      fetch(`${money.wompi.url}/__sandbox/transactions/${id}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status }),
      });
    await decide('VOIDED');
    await money.settle();
    expect((await deliver('wompi', JSON.stringify(eventOf(id, 'APPROVED')))).status).toBe(200);
    await money.settle();
    expect(await balance(owner)).toBe(0);
    const { body } = await money.call('GET', `/billing/top_ups/${reference}`, owner);
    expect(body.status).toBe('voided');
  });

  const genuine = eventOf('1234-1-1', 'APPROVED');
  const without = (name: string) =>
    Object.fromEntries(Object.entries(genuine).filter(([key]) => key !== name));
  it.each([
    ['forged', { ...genuine, signature: { properties, checksum: 'f'.repeat(64) } }, 401],
    [
      'for another transaction',
      eventOf('1234-1-2', 'APPROVED', { signature: genuine.signature }),
      401,
    ],
    ['of another time', { ...genuine, timestamp: 1_800_000_001 }, 401],
    [
      'that protects none of its fields',
      {
        ...genuine,
        data: { transaction: { id: '9', status: 'APPROVED' } },
        signature: {
          properties: ['nothing'],
          checksum: sha256Hex(`1800000000${secrets.wompiEvents}`),
        },
      },
      401,
    ],
    ['without a signature', without('signature'), 401],
    ['without a time', without('timestamp'), 401],
    [
      'with a checksum that is no text',
      { ...genuine, signature: { properties, checksum: 1 } },
      401,
    ],
    ['that is a list', [genuine], 401],
  ])('refuses an event %s', async (_how, event, status) => {
    expect((await deliver('wompi', JSON.stringify(event))).status).toBe(status);
    expect(await money.events()).toEqual([]);
  });
});
