import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AloError } from './core/errors.ts';
import { signWebhook, verifyWebhook, WebhookVerificationError } from './webhooks.ts';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const id = 'evt_01kb2v8q3nf6y9m7w4c5d0e1t2';
const body = JSON.stringify({ id, type: 'call.ended', test: false, data: { to: '«ñandú» 🦤' } });
const now = Date.parse('2026-11-23T12:00:00.500Z');
const signed = () => signWebhook(body, { secret, id, at: now });

describe('verifyWebhook', () => {
  test('returns the event of what was signed, typed by its type', async () => {
    const event = await verifyWebhook(body, await signed(), secret, { now });
    expect(event).toEqual(JSON.parse(body));
    if (event.type === 'call.ended') expect(event.data.to).toBe('«ñandú» 🦤');
  });

  test('takes bytes, any kind of headers, any letter case, and the clock', async () => {
    const headers = await signWebhook(body, { secret, id });
    const upper = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    const bytes = new TextEncoder().encode(body);
    for (const given of [headers, upper, new Headers(headers)])
      expect(await verifyWebhook(bytes, given, secret)).toMatchObject({ id });
  });

  test('takes the vector of the standard itself', async () => {
    // From the reference implementation's tests: github.com/standard-webhooks/standard-webhooks.
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const check = verifyWebhook(
      '{"test": 2432232314}',
      headers,
      'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      {
        now: 1_614_265_330_000,
      },
    );
    // Its body is no event of ours; the signature has been accepted by then.
    await expect(check).rejects.toMatchObject({ reason: 'malformed_payload' });
  });

  test('finds the right signature among several, with the right secret among several', async () => {
    const [ours, other] = [
      await signed(),
      await signWebhook(body, { secret: newSecret(), id, at: now }),
    ];
    const headers = {
      ...ours,
      'webhook-signature': `v1a,AAAA v1,?? ${other['webhook-signature']} ${ours['webhook-signature']}`,
    };
    expect(await verifyWebhook(body, headers, [newSecret(), secret], { now })).toMatchObject({
      id,
    });
  });

  const change = async (headers: object, text = body) =>
    verifyWebhook(text, { ...(await signed()), ...headers }, secret, { now });

  test.each([
    ['another id', { 'webhook-id': 'evt_other' }],
    ['another time', { 'webhook-timestamp': String(Math.floor(now / 1_000) + 1) }],
    ['another version', { 'webhook-signature': 'v2,AAAA' }],
    ['no signature in it', { 'webhook-signature': 'v1' }],
    ['an empty one', { 'webhook-signature': 'v1,' }],
    ['one that is not base64', { 'webhook-signature': 'v1,***' }],
    ['many wrong ones', { 'webhook-signature': 'v1,AAAA '.repeat(5_000) }],
  ])('refuses %s', async (_what, headers) => {
    await expect(change(headers)).rejects.toMatchObject({ reason: 'no_matching_signature' });
  });

  test('refuses a body that differs in one byte, and the secret of somebody else', async () => {
    await expect(change({}, body.replace('ended', 'endeD'))).rejects.toMatchObject({
      reason: 'no_matching_signature',
    });
    await expect(verifyWebhook(body, await signed(), newSecret(), { now })).rejects.toThrow(
      WebhookVerificationError,
    );
  });

  test.each([['webhook-id'], ['webhook-timestamp'], ['webhook-signature']])(
    'refuses a request without %s',
    async (name) => {
      for (const value of [undefined, '', []])
        await expect(change({ [name]: value })).rejects.toMatchObject({
          reason: 'missing_headers',
        });
    },
  );

  test.each([
    ['old', 301_000, 'timestamp_too_old'],
    ['new', -302_000, 'timestamp_too_new'],
  ])(
    'refuses one that is too %s; the tolerance is yours to choose',
    async (_what, byMs, reason) => {
      const headers = await signed();
      const check = (toleranceMs?: number) =>
        verifyWebhook(body, headers, secret, { now: now + byMs, toleranceMs });
      await expect(check()).rejects.toMatchObject({ reason });
      expect(await check(400_000)).toMatchObject({ id });
    },
  );

  test.each(['soon', '-5', '1e9', '0x10', '9'.repeat(20)])(
    'refuses the timestamp %s',
    async (timestamp) => {
      await expect(change({ 'webhook-timestamp': timestamp })).rejects.toMatchObject({
        reason: 'malformed_timestamp',
      });
    },
  );

  test.each(['', 'null', '[]', '7', '{"type":1}', 'not json'])(
    'refuses what is signed but is no event: %j',
    async (text) => {
      const headers = await signWebhook(text, { secret, id, at: now });
      await expect(verifyWebhook(text, headers, secret, { now })).rejects.toMatchObject({
        reason: 'malformed_payload',
      });
    },
  );

  test('says that a secret is none, rather than that nothing matches', async () => {
    for (const none of ['', 'whsec_', 'whsec_***'])
      await expect(verifyWebhook(body, await signed(), none, { now })).rejects.toThrow(
        new AloError('The webhook secret is not a whsec_… secret.'),
      );
  });
});
