import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '@alo/core/kernel';
import { createSigningKeys, signWebhook } from '@alo/sandbox/telnyx';
import { secrets, startMoney, telnyxKeys, type Money } from '../billing/testing.ts';

/** Every webhook of ours, against everything a stranger or a bad network may send. */
let money: Money;
beforeAll(async () => {
  money = await startMoney();
});
afterAll(() => money.close());
afterEach(async () => {
  await money.settle();
  money.warned.length = 0;
  await money.pool.query('delete from provider_events');
});

type Headers = Record<string, string>;
interface Endpoint {
  /** The nth event's body, which names things that do not exist. */
  body(n: number): string;
  /** As the vendor signs it; Wompi's signature is part of the body. */
  sign(body: string, how?: { ageS?: number; forged?: boolean }): { body: string; headers: Headers };
  /** Whether signatures carry a time that grows stale. */
  readonly isDated: boolean;
  /** Whether the signature is in the body: what cannot be read has none. */
  readonly signsInside: boolean;
}

const nowS = (ageS = 0) => Math.floor(Date.now() / 1_000) - ageS;
const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');
const strangersKeys = createSigningKeys();

const endpoints: Record<string, Endpoint> = {
  stripe: {
    isDated: true,
    signsInside: false,
    body: (n) =>
      JSON.stringify({
        id: `evt_${n}`,
        object: 'event',
        created: 1_700_000_000 + n,
        type: 'customer.subscription.updated',
        data: { object: { id: 'sub_unknown', object: 'subscription', status: 'active' } },
      }),
    sign(body, { ageS = 0, forged = false } = {}) {
      const t = nowS(ageS);
      const v1 = hmac(forged ? 'whsec_guess' : secrets.stripeWebhook, `${t}.${body}`);
      return { body, headers: { 'stripe-signature': `t=${t},v1=${v1}` } };
    },
  },
  wompi: {
    isDated: false,
    signsInside: true,
    body: (n) =>
      JSON.stringify({
        event: 'transaction.updated',
        data: { transaction: { id: `1-2-${n}`, status: 'APPROVED', amount_in_cents: 5_000_000 } },
        environment: 'test',
      }),
    sign(text, { ageS = 0, forged = false } = {}) {
      const event = JSON.parse(text) as { data: { transaction: Record<string, unknown> } };
      const { id, status, amount_in_cents: amount } = event.data.transaction;
      const timestamp = nowS(ageS);
      const secret = forged ? 'test_events_guess' : secrets.wompiEvents;
      const checksum = sha256Hex(`${id}${status}${amount}${timestamp}${secret}`);
      const properties = ['id', 'status', 'amount_in_cents'].map((name) => `transaction.${name}`);
      const signature = { properties, checksum };
      return { body: JSON.stringify({ ...event, signature, timestamp }), headers: {} };
    },
  },
  bold: {
    isDated: false,
    signsInside: false,
    body: (n) =>
      JSON.stringify({
        id: `00000000-0000-4000-8000-00000000000${n}`,
        type: 'SALE_APPROVED',
        time: 1_761_063_334_000_000_000,
        data: {
          payment_id: `CNP${n}`,
          amount: { currency: 'COP', total: 50_000 },
          metadata: { reference: 'made-up' },
        },
      }),
    sign(body, { forged = false } = {}) {
      // Forged as in Bold's own test mode: with the empty key, which anyone has.
      const signature = hmac(
        forged ? '' : secrets.boldSecret,
        Buffer.from(body).toString('base64'),
      );
      return { body, headers: { 'x-bold-signature': signature } };
    },
  },
  telnyx: {
    isDated: true,
    signsInside: false,
    body: (n) =>
      JSON.stringify({
        data: {
          id: `00000000-0000-4000-8000-10000000000${n}`,
          event_type: 'call.answered',
          occurred_at: '2026-11-23T12:00:00Z',
          payload: { call_control_id: 'v3:unknown' },
        },
      }),
    sign(body, { ageS = 0, forged = false } = {}) {
      const at = new Date(nowS(ageS) * 1_000);
      return { body, headers: signWebhook(forged ? strangersKeys : telnyxKeys, body, at) };
    },
  },
};

async function post(provider: string, payload: string, headers: Headers = {}) {
  const response = await money.app.inject({
    method: 'POST',
    url: `/v1/webhooks/${provider}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
  const { code } = response.json<{ code?: string }>();
  return { status: response.statusCode, code };
}
const kept = async () => (await money.events()).length;
const booked = async () => {
  const tables = ['wallet_entries', 'subscriptions', 'payments'];
  const counts = tables.map((table) => money.pool.query(`select count(*)::int as n from ${table}`));
  return (await Promise.all(counts)).reduce((sum, { rows }) => sum + Number(rows[0].n), 0);
};

it('every webhook of the contract is in this table', () => {
  const { paths } = JSON.parse(
    readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
  ) as { paths: object };
  const webhooks = Object.keys(paths).flatMap(
    (path) => /^\/v1\/webhooks\/(\w+)$/.exec(path)?.[1] ?? [],
  );
  expect(webhooks.toSorted()).toEqual(Object.keys(endpoints).toSorted());
});

/** What is refused leaves a line in the log without its contents, and nothing else anywhere. */
async function expectRefused(
  provider: string,
  answer: { status: number; code: string | undefined },
  expected: { status: number; code?: string },
): Promise<void> {
  expect(answer).toMatchObject(expected);
  expect(await kept()).toBe(0);
  await money.settle();
  expect(await booked()).toBe(0);
  expect(money.warned).toContainEqual(
    expect.objectContaining({ provider, msg: 'webhook refused', pii: '[redacted]' }),
  );
  expect(JSON.stringify(money.warned)).not.toMatch(/unknown|made-up|1-2-\d/);
  money.warned.length = 0;
}

describe.each(Object.entries(endpoints))('POST /webhooks/%s', (provider, endpoint) => {
  const { body, sign } = endpoint;
  const send = (signed: { body: string; headers: Headers }, headers: Headers = {}) =>
    post(provider, signed.body, { ...signed.headers, ...headers });

  it('keeps a genuine event once, however often it is sent, and books nothing on its word', async () => {
    const signed = sign(body(1));
    for (let n = 0; n < 3; n++) expect((await send(signed)).status).toBe(200);
    await Promise.all([send(signed), send(signed)]);
    expect(await kept()).toBe(1);
    await money.settle();
    expect(await booked()).toBe(0);
  });

  it.each([[[1, 2]], [[2, 1]]])('takes a pair of events in the order %j', async (order) => {
    for (const n of order) expect((await send(sign(body(n)))).status).toBe(200);
    expect(await kept()).toBe(2);
    await money.settle();
    expect(await booked()).toBe(0);
  });

  const unsigned = (answer: Awaited<ReturnType<typeof post>>) =>
    expectRefused(provider, answer, { status: 401, code: 'invalid_signature' });

  it('refuses a forged signature', async () => {
    await unsigned(await send(sign(body(1), { forged: true })));
  });

  it('refuses a body without a signature, and an empty one', async () => {
    await unsigned(await post(provider, body(1)));
    await unsigned(await post(provider, '', sign(body(1)).headers));
  });

  it('refuses a body with any one byte changed that the signature covers', async () => {
    const signed = sign(body(1));
    // Wompi protects what it lists: id, status and amount.
    const covered = endpoint.signsInside ? /1-2-1|APPROVED|5000000/g : /[\w:]+/g;
    for (const { index } of signed.body.matchAll(covered)) {
      const changed = `${signed.body.slice(0, index)}~${signed.body.slice(index + 1)}`;
      await unsigned(await post(provider, changed, signed.headers));
    }
  });

  const late = () => send(sign(body(1), { ageS: 3_600 }));
  if (endpoint.isDated)
    it('refuses a genuine event that is replayed too late', async () => unsigned(await late()));
  else
    it('takes an old event as a hint, as the vendor dates no signature, and books nothing on it', async () => {
      expect((await late()).status).toBe(200);
      await money.settle();
      expect(await booked()).toBe(0);
    });

  it('refuses a megabyte before it looks at the signature', async () => {
    const large = `{"filler":"${'x'.repeat(1_048_576)}"}`;
    const headers = endpoint.signsInside ? {} : sign(large).headers;
    const answer = await post(provider, large, headers);
    await expectRefused(provider, answer, { status: 413, code: 'payload_too_large' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'multipart/form-data; boundary=x',
  ])('refuses the content type %s, though signed', async (type) => {
    const answer = await send(sign(body(1)), { 'content-type': type });
    await expectRefused(provider, answer, { status: 415, code: 'unsupported_media_type' });
  });

  it.each(['{', 'hola', '[', '"\\u0000"', '\u{feff}{}', 'null', '[]', '{"a":1}'])(
    'calls %j without a right signature unsigned, whether it can be read or not',
    async (text) => {
      const headers = endpoint.signsInside ? {} : sign(text, { forged: true }).headers;
      await unsigned(await post(provider, text, headers));
    },
  );

  // Where the signature is part of the event, there is none of another's, and none of what cannot be read.
  if (!endpoint.signsInside) {
    it('refuses the signature of another event', async () => {
      await unsigned(await post(provider, body(2), sign(body(1)).headers));
    });

    it.each(['{', 'hola', 'null', '[]', '{"a":1}', '{"data":{}}'])(
      'calls %j with a right signature malformed',
      async (text) => {
        await expectRefused(provider, await send(sign(text)), { status: 400 });
      },
    );
  }

  it('answers to POST alone', async () => {
    const response = await money.app.inject({ method: 'GET', url: `/v1/webhooks/${provider}` });
    expect(response.statusCode).toBe(404);
  });
});
