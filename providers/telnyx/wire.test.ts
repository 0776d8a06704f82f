import { describe, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import {
  encodeClientState,
  errorCodes,
  readEvent,
  readPublicKey,
  verifySignature,
} from './wire.ts';

/** Ed25519 seed of 32 × 0x01; the signature is a fixed vector. */
const vector = {
  publicKey: 'iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=',
  timestamp: '1700000000',
  rawBody: '{"data":{"event_type":"call.initiated"}}',
  signature:
    'N3GXTQa96IbJU4pT+oAfpCzaUM2A3p13ncb8xLGBRAU1bkNfCqcRiqcnvbLoOJxH7XxTe1haqhp7vCqfBuLAAA==',
};
const key = readPublicKey(vector.publicKey);
const signedAt = new Date(1_700_000_000_000);
const headers = {
  'telnyx-timestamp': vector.timestamp,
  'telnyx-signature-ed25519': vector.signature,
};
const later = (ms: number) => new Date(signedAt.getTime() + ms);

describe('verifySignature', () => {
  it('accepts the published vector, five minutes either way', () => {
    for (const ms of [0, 300_000, -300_000]) {
      expect(() =>
        verifySignature({ rawBody: vector.rawBody, headers }, key, later(ms)),
      ).not.toThrow();
    }
  });

  it.each([
    ['a second too old', { rawBody: vector.rawBody, headers }, later(301_000)],
    ['a second too early', { rawBody: vector.rawBody, headers }, later(-301_000)],
    ['another body', { rawBody: `${vector.rawBody} `, headers }, signedAt],
    ['no headers', { rawBody: vector.rawBody, headers: {} }, signedAt],
    [
      'another timestamp',
      { rawBody: vector.rawBody, headers: { ...headers, 'telnyx-timestamp': '1700000001' } },
      signedAt,
    ],
    [
      'a timestamp that is no number',
      { rawBody: vector.rawBody, headers: { ...headers, 'telnyx-timestamp': '1.7e9' } },
      signedAt,
    ],
    [
      'a signature cut short',
      {
        rawBody: vector.rawBody,
        headers: { ...headers, 'telnyx-signature-ed25519': vector.signature.slice(0, 40) },
      },
      signedAt,
    ],
    [
      'a signature that came twice',
      {
        rawBody: vector.rawBody,
        headers: { ...headers, 'telnyx-signature-ed25519': [vector.signature, vector.signature] },
      },
      signedAt,
    ],
  ])('refuses %s', (_name, request, now) => {
    expect(() => verifySignature(request, key, now)).toThrow(/invalid_signature/);
  });

  it('refuses a signature of another key', () => {
    const other = readPublicKey(Buffer.alloc(32, 3).toString('base64'));
    expect(() => verifySignature({ rawBody: vector.rawBody, headers }, other, signedAt)).toThrow(
      /invalid_signature/,
    );
  });
});

describe('readPublicKey', () => {
  it.each(['', 'not base64 at all', 'c2hvcnQ=', Buffer.alloc(33).toString('base64')])(
    'refuses %j without repeating it',
    (text) => {
      expect(() => readPublicKey(text)).toThrow('the Telnyx public key is not base64 of 32 bytes');
    },
  );
});

const callId = newId('call');
const webhook = (eventType: string, payload: object = {}) =>
  JSON.stringify({
    data: {
      record_type: 'event',
      event_type: eventType,
      id: '0d8f6cb2-64a4-4b4f-8d68-0f0e0a2a0001',
      occurred_at: '2026-11-23T15:00:00.123456Z',
      payload: { call_control_id: 'v3:x', client_state: encodeClientState(callId), ...payload },
    },
    meta: { attempt: 1, delivered_to: 'https://alo.example' },
  });

describe('readEvent', () => {
  it.each([
    ['normal_clearing', 'normal'],
    ['originator_cancel', 'normal'],
    ['user_busy', 'busy'],
    ['timeout', 'no_answer'],
    ['no_answer', 'no_answer'],
    ['call_rejected', 'rejected'],
    ['time_limit', 'time_limit'],
    ['not_found', 'not_found'],
    ['unspecified', 'unknown'],
    ['something new', 'unknown'],
    [undefined, 'unknown'],
  ])('reads hangup_cause %s as %s', (hangupCause, cause) => {
    const event = readEvent(webhook('call.hangup', { hangup_cause: hangupCause }));
    expect(event).toMatchObject({ type: 'call.hangup', cause, callId, carrierCallId: 'v3:x' });
    expect(event.occurredAt.toISOString()).toBe('2026-11-23T15:00:00.123Z');
  });

  it('keeps why a stream failed', () => {
    const event = readEvent(webhook('streaming.failed', { failure_reason: 'connection_failed' }));
    expect(event).toMatchObject({ type: 'streaming.failed', reason: 'connection_failed' });
  });

  it('gives every other event as other, with its name', () => {
    expect(readEvent(webhook('call.cost'))).toMatchObject({ type: 'other', name: 'call.cost' });
  });

  it.each([
    ['none', undefined],
    ['null', null],
    ['not ours', Buffer.from('hello').toString('base64')],
    ['another kind of id', encodeClientState(newId('org'))],
    ['not base64', '%%%'],
  ])('knows no call of ours by a client_state that is %s', (_name, clientState) => {
    const event = readEvent(webhook('call.answered', { client_state: clientState }));
    expect(event).toMatchObject({ type: 'call.answered', callId: undefined });
  });

  it.each([
    ['not JSON', 'call.hangup'],
    ['an empty object', '{}'],
    ['an array', '[]'],
    ['an event without an id', webhook('call.hangup').replace('"id"', '"no"')],
    ['a time that is none', webhook('call.hangup').replace('2026-11-23T15', 'yesterday')],
    ['a name of the wrong type', webhook('call.hangup').replace('"call.hangup"', '7')],
  ])('refuses %s as invalid_request', (_name, body) => {
    expect(() => readEvent(body)).toThrow(/invalid_request/);
  });
});

describe('errorCodes', () => {
  it.each([
    [{ errors: [{ code: '90018' }, { code: 10015, detail: 'x' }] }, ['90018', '10015']],
    [{ errors: [] }, []],
    [{ error: 'x' }, []],
    [undefined, []],
    ['<html>', []],
  ])('reads %j as %j', (body, codes) => {
    expect(errorCodes(body)).toEqual(codes);
  });
});
