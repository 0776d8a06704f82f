import { describe, expect, it } from 'vitest';
import { createSigningKeys, signWebhook, webhookBody } from './webhook.ts';

describe('signatures', () => {
  it('are those of the published vector', () => {
    const keys = createSigningKeys(new Uint8Array(32).fill(1));
    expect(keys.publicKey).toBe('iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=');
    const body = '{"data":{"event_type":"call.initiated"}}';
    expect(signWebhook(keys, body, new Date(1_700_000_000_999))).toEqual({
      'telnyx-timestamp': '1700000000',
      'telnyx-signature-ed25519':
        'N3GXTQa96IbJU4pT+oAfpCzaUM2A3p13ncb8xLGBRAU1bkNfCqcRiqcnvbLoOJxH7XxTe1haqhp7vCqfBuLAAA==',
    });
  });

  it('are made with fresh keys where no seed is given', () => {
    expect(createSigningKeys().publicKey).not.toBe(createSigningKeys().publicKey);
    expect(Buffer.from(createSigningKeys().publicKey, 'base64')).toHaveLength(32);
  });
});

describe('the envelope', () => {
  it('says what happened when, which attempt this is, and where it goes', () => {
    const event = {
      id: 'e1',
      eventType: 'call.answered',
      occurredAt: new Date('2026-11-23T15:00:00Z'),
      payload: { call_control_id: 'v3:x' },
    };
    expect(JSON.parse(webhookBody(event, 2, 'https://alo.example/hook'))).toEqual({
      data: {
        record_type: 'event',
        event_type: 'call.answered',
        id: 'e1',
        occurred_at: '2026-11-23T15:00:00.000Z',
        payload: { call_control_id: 'v3:x' },
      },
      meta: { attempt: 2, delivered_to: 'https://alo.example/hook' },
    });
  });
});
