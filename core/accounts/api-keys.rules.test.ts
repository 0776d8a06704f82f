import { describe, expect, it } from 'vitest';
import {
  hashApiKey,
  keyWorks,
  looksLikeApiKey,
  makeApiKeySecret,
  scopeBeyondRole,
  tidyScopes,
  usageIsStale,
} from './api-keys.rules.ts';

const zeros = (size: number) => new Uint8Array(size);

describe('API keys', () => {
  it('carry their mode, 192 bits, and are recognised', () => {
    const secret = makeApiKeySecret('test', zeros);
    expect(secret).toBe(`alo_sk_test_${'0'.repeat(48)}`);
    expect(looksLikeApiKey(secret)).toBe(true);
    expect(looksLikeApiKey(`${secret}0`)).toBe(false);
    expect(looksLikeApiKey('alo_sk_prod_00')).toBe(false);
  });

  it('are stored as a hash that does not contain them', () => {
    const secret = makeApiKeySecret('live', zeros);
    expect(hashApiKey(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashApiKey(secret)).not.toBe(hashApiKey(makeApiKeySecret('test', zeros)));
  });

  it('note their use once a minute', () => {
    const now = new Date('2026-11-23T12:00:00Z');
    expect(usageIsStale(null, now)).toBe(true);
    expect(usageIsStale(new Date('2026-11-23T11:59:01Z'), now)).toBe(false);
    expect(usageIsStale(new Date('2026-11-23T11:59:00Z'), now)).toBe(true);
  });
});

describe('a key works', () => {
  const now = new Date('2026-01-02T00:00:00Z');
  const later = new Date('2026-01-03T00:00:00Z');
  const fresh = {
    secret_hash: 'new',
    previous_expires_at: null,
    expires_at: null,
    revoked_at: null,
  };

  it.each([
    ['with its secret', {}, 'new', true],
    ['until the instant it expires', { expires_at: later }, 'new', true],
    ['not from that instant on', { expires_at: now }, 'new', false],
    ['not once it is revoked', { revoked_at: later }, 'new', false],
    ['with the secret before, in the overlap', { previous_expires_at: later }, 'old', true],
    ['not with it afterwards', { previous_expires_at: now }, 'old', false],
    ['with its secret after the overlap', { previous_expires_at: now }, 'new', true],
    ['not with another secret', {}, 'old', false],
    [
      'not in the overlap if it expired itself',
      { previous_expires_at: later, expires_at: now },
      'old',
      false,
    ],
  ])('%s', (_when, state, secretHash, works) => {
    expect(keyWorks({ ...fresh, ...state }, secretHash, now)).toBe(works);
  });
});

describe('scopes', () => {
  it('stay within the role', () => {
    expect(scopeBeyondRole('viewer', ['calls:read', 'calls:write'])).toBe('calls:write');
    expect(scopeBeyondRole('agent', ['calls:read', 'calls:write'])).toBeUndefined();
  });

  it('are a set of names we know, in one order', () => {
    expect(tidyScopes(['calls:write', 'calls:read', 'calls:write', 'gone:read'])).toEqual([
      'calls:read',
      'calls:write',
    ]);
  });
});
