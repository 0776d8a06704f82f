import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { makeWebhookSecret, webhookHeaders } from './signature.rules.ts';

const message = (body: string) => ({
  id: 'evt_01kb2v8q3nf6y9m7w4c5d0e1t2',
  at: new Date(),
  body,
});

test.each([
  '{}',
  '{"type":"call.ended","data":{"caller":"Ñandú 🦤 «aló»"}}',
  '',
  `{"long":"${'x'.repeat(20_000)}"}`,
])('signs exactly as the reference library of Standard Webhooks: %#', (body) => {
  const secret = makeWebhookSecret(randomBytes);
  const { id, at } = message(body);
  const headers = webhookHeaders({ id, at, body }, [secret]);
  expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(id, at, body));
  expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
});

test('during a rotation both secrets verify what is sent, and no other does', () => {
  const [fresh, old, strange] = [1, 2, 3].map(() => makeWebhookSecret(randomBytes));
  const body = '{"type":"agent.created"}';
  const headers = webhookHeaders(message(body), [fresh ?? '', old ?? '']);
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
  for (const secret of [fresh, old])
    expect(new Webhook(secret ?? '').verify(body, headers)).toEqual({ type: 'agent.created' });
  expect(() => new Webhook(strange ?? '').verify(body, headers)).toThrow(/No matching signature/);
});

test('a secret has the form and the strength the standard asks for', () => {
  const secret = makeWebhookSecret(randomBytes);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+={0,2}$/);
  const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64');
  expect(bytes.length).toBeGreaterThanOrEqual(24);
  expect(bytes.length).toBeLessThanOrEqual(64);
});
