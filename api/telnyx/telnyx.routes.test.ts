import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, newId, Secret } from '@alo/core/kernel';
import { createTelnyxTelephony } from '@alo/providers/telnyx';
import { createSigningKeys, signWebhook, webhookBody } from '@alo/sandbox/telnyx';
import { bodyPlugin } from '../http/body.ts';
import { languagePlugin } from '../http/language.ts';
import { problemPlugin } from '../http/problem.ts';
import { telnyxRoutes } from './telnyx.routes.ts';

const keys = createSigningKeys(new Uint8Array(32).fill(7));
const clock = createVirtualClock();
const callId = newId('call');

let app: FastifyInstance;
let kept: unknown[];
let receive: (event: unknown) => Promise<void>;

beforeEach(async () => {
  kept = [];
  receive = async (event) => void kept.push(event);
  const telephony = createTelnyxTelephony({
    apiKey: new Secret('KEY-test'),
    publicKey: keys.publicKey,
    connectionId: '1',
    clock,
    log: createLog({ level: 'silent' }),
  });
  app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(languagePlugin);
  await app.register(bodyPlugin);
  await app.register(problemPlugin);
  await app.register(
    telnyxRoutes({ telephony, providerEvents: { receive: (event) => receive(event) } }),
    { prefix: '/v1' },
  );
});
afterEach(() => app.close());

const body = webhookBody(
  {
    id: 'f9e8d7c6-0000-4000-8000-000000000001',
    eventType: 'call.hangup',
    occurredAt: clock.now(),
    payload: {
      call_control_id: 'v3:a/b+c=',
      client_state: Buffer.from(callId).toString('base64'),
      hangup_cause: 'user_busy',
    },
  },
  1,
  'https://alo.example/v1/webhooks/telnyx',
);

const post = (payload: string, headers: Record<string, string>) =>
  app.inject({
    method: 'POST',
    url: '/v1/webhooks/telnyx',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });

describe('POST /webhooks/telnyx', () => {
  it('keeps a signed event in our words and answers 200', async () => {
    const answer = await post(body, signWebhook(keys, body, clock.now()));
    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(JSON.stringify(kept))).toEqual([
      {
        provider: 'telnyx',
        eventId: 'f9e8d7c6-0000-4000-8000-000000000001',
        name: 'call.hangup',
        payload: {
          type: 'call.hangup',
          eventId: 'f9e8d7c6-0000-4000-8000-000000000001',
          occurredAt: clock.now().toISOString(),
          carrierCallId: 'v3:a/b+c=',
          callId,
          cause: 'busy',
        },
      },
    ]);
  });

  it("keeps an event we have no use for under the carrier's name", async () => {
    const other = body.replace('call.hangup', 'call.cost');
    const answer = await post(other, signWebhook(keys, other, clock.now()));
    expect(answer.statusCode).toBe(200);
    expect(kept).toMatchObject([{ name: 'call.cost', payload: { type: 'other' } }]);
  });

  it.each([
    ['no signature', {}],
    ["another's signature", signWebhook(createSigningKeys(), body, clock.now())],
    ['a signature over another body', signWebhook(keys, `${body} `, clock.now())],
    ['an old signature', signWebhook(keys, body, new Date(clock.now().getTime() - 301_000))],
  ])('answers 401 to %s and keeps nothing', async (_name, headers) => {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'invalid_signature' });
    expect(kept).toEqual([]);
  });

  it('answers 400 to a signed body that is no event', async () => {
    const answer = await post('{"data":{}}', signWebhook(keys, '{"data":{}}', clock.now()));
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request' });
    expect(kept).toEqual([]);
  });

  it('answers 5xx when the event could not be kept, so that the carrier sends it again', async () => {
    receive = () => Promise.reject(new Error('database is down'));
    const answer = await post(body, signWebhook(keys, body, clock.now()));
    expect(answer.statusCode).toBe(500);
  });
});
