import { expect, it } from 'vitest';
import { isAllowedRedirect } from './sessions.rules.ts';

const portal = 'https://portal.alo.example/app';

it.each([
  'http://127.0.0.1:52110/callback',
  'http://127.0.0.1:52110/callback?state=8f1c',
  'http://[::1]:52110/callback',
  'https://portal.alo.example/app',
  'https://portal.alo.example/app/entrar?next=%2F',
])('a code may be brought to %s', (address) => {
  expect(isAllowedRedirect(address, portal)).toBe(true);
});

it.each([
  'https://evil.example/callback',
  'http://127.0.0.1/callback',
  'https://127.0.0.1:52110/callback',
  'http://127.0.0.1:52110/other',
  'http://127.0.0.1:52110/callback/../x',
  'http://127.0.0.1.evil.example:52110/callback',
  'http://127.0.0.1:52110@evil.example/callback',
  'http://localhost:52110/callback',
  'http://user:pass@127.0.0.1:52110/callback',
  'http://127.0.0.1:52110/callback#x',
  'http://portal.alo.example/app',
  'https://portal.alo.example.evil.example/app',
  'https://portal.alo.example/application',
  'https://portal.alo.example/app/../x',
  'https://portal.alo.example:8443/app',
  'javascript:alert(1)',
  'not an address',
])('nothing is brought to %s', (address) => {
  expect(isAllowedRedirect(address, portal)).toBe(false);
});

it('without a portal there are programs on the person’s own machine only', () => {
  expect(isAllowedRedirect('https://portal.alo.example/app', undefined)).toBe(false);
  expect(isAllowedRedirect('http://127.0.0.1:1/callback', undefined)).toBe(true);
});
