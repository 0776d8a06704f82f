import { describe, expect, it } from 'vitest';
import { eventChecksum, integritySignature, isAuthentic } from './signatures.ts';

describe('the integrity signature', () => {
  it('is the one printed in Wompi’s documentation', () => {
    const checkout = {
      reference: 'sk8-438k4-xmxm392-sn2m',
      amountMinor: 2_490_000,
      currency: 'COP',
    };
    expect(integritySignature(checkout, 'prod_integrity_Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6')).toBe(
      '37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5',
    );
  });

  it('covers the expiry where there is one', () => {
    const checkout = { reference: 'a', amountMinor: 1, currency: 'COP' };
    const dated = { ...checkout, expirationTime: '2026-12-01T00:00:00.000Z' };
    expect(integritySignature(dated, 's')).not.toBe(integritySignature(checkout, 's'));
  });
});

describe('the checksum of an event', () => {
  const secret = 'prod_events_OcHnIzeBl5socpwByQ4hA52Em3USQ93Z';
  const checksum = '5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe';
  const event = {
    data: {
      transaction: {
        id: '1234-1610641025-49201',
        status: 'APPROVED',
        amount_in_cents: 4_490_000,
        nothing: null,
      },
    },
    signature: {
      properties: ['transaction.id', 'transaction.status', 'transaction.amount_in_cents'],
      checksum,
    },
    timestamp: 1_530_291_411,
  };
  const signed = (given: string, properties = event.signature.properties) => ({
    ...event,
    signature: { properties, checksum: given },
  });

  it('is SHA-256 of the listed values, the time and the secret', () => {
    expect(eventChecksum(event, secret)).toBe(checksum);
  });

  it('is right in either case of the hex', () => {
    expect(isAuthentic(signed(checksum), secret)).toBe(true);
    expect(isAuthentic(signed(checksum.toUpperCase()), secret)).toBe(true);
  });

  it('is wrong with another secret, another time, another value, or the hash Wompi’s docs print', () => {
    expect(isAuthentic(event, 'prod_events_other')).toBe(false);
    expect(isAuthentic({ ...event, timestamp: 1 }, secret)).toBe(false);
    const data = { transaction: { ...event.data.transaction, status: 'VOIDED' } };
    expect(isAuthentic({ ...event, data }, secret)).toBe(false);
    expect(isAuthentic(signed('3476DDA5'), secret)).toBe(false);
    expect(isAuthentic(signed(''), secret)).toBe(false);
  });

  it('takes missing and null values for nothing, and never looks into prototypes', () => {
    const odd = ['transaction.id', 'transaction.nothing', 'no.such', 'transaction.toString.name'];
    const plain = eventChecksum(signed('', ['transaction.id']), secret);
    expect(eventChecksum(signed('', odd), secret)).toBe(plain);
  });
});
