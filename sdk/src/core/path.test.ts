import { describe, expect, test } from 'vitest';
import { AloError } from './errors.ts';
import { checkedPath, path, queryString } from './path.ts';

describe('path', () => {
  test('encodes what is put into it, so that an id stays in its segment', () => {
    expect(path`/v1/calls/${'a/../b?x#y'}/events`).toBe('/v1/calls/a%2F..%2Fb%3Fx%23y/events');
    expect(path`/v1/calls/${'%2e%2e'}`).toBe('/v1/calls/%252e%252e');
  });

  test.each(['.', '..', ''])('refuses the value %j', (value) => {
    expect(() => path`/v1/calls/${value}`).toThrow(AloError);
  });

  test('refuses dots that only together make a dot segment', () => {
    expect(() => path`/v1/${'.'}${'.'}/admin`).toThrow('dot segments');
  });

  test('refuses a value that is not text', () => {
    expect(() => path`/v1/calls/${undefined as unknown as string}`).toThrow('missing');
  });
});

describe('checkedPath', () => {
  test.each(['v1/me', '@evil.example/', '/v1/../x', '/v1/%2E%2e/x', '/v1\\..\\x', '/./v1'])(
    'refuses %j',
    (given) => {
      expect(() => checkedPath(given)).toThrow(AloError);
    },
  );

  test.each(['/v1/me', '/v1/search?q=../x', '/v1/...', '/v1/a..b'])('accepts %j', (given) => {
    expect(checkedPath(given)).toBe(given);
  });
});

test('queryString leaves out what is absent and repeats lists', () => {
  expect(queryString({ a: undefined, b: null, c: [1, undefined, 'ñ'], d: false })).toBe(
    '?c=1&c=%C3%B1&d=false',
  );
  expect(queryString({})).toBe('');
});
