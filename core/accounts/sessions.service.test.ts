import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCounters } from '../counters/index.ts';
import {
  AppError,
  createVirtualClock,
  limits,
  ProviderError,
  type VirtualClock,
} from '../kernel/index.ts';
import type { Counters, IdentityProvider, IdentitySession } from '../ports/index.ts';
import { createSessions } from './sessions.service.ts';
import { networkOf } from './velocity.ts';

const { perMinute, perHour, perHourOfDevice, mailIntervalMs } = limits.auth;
const email = 'ana@panaderia.co';
const session = (of = email): IdentitySession => ({
  accessToken: `token of ${of}`,
  refreshToken: 'refresh',
  expiresAt: new Date(),
  user: {
    authId: randomUUID(),
    email: of,
    emailVerified: true,
    name: undefined,
    phone: undefined,
  },
});

let clock: VirtualClock;
let counters: Counters;
/** What reached the identity service. */
let reached: string[];
let failing: Error | undefined;

function scripted(): IdentityProvider {
  const does =
    <T>(name: string, result: T) =>
    async () => {
      reached.push(name);
      if (failing) throw failing;
      return result;
    };
  return {
    name: 'scripted',
    signUp: does('signUp', undefined),
    resendOtp: does('resendOtp', undefined),
    requestOtp: does('requestOtp', undefined),
    verifyOtp: does('verifyOtp', session()),
    signIn: does('signIn', session()),
    oauthUrl: does('oauthUrl', 'https://project/authorize'),
    exchangeOAuthCode: does('exchangeOAuthCode', session()),
    requestPasswordReset: does('requestPasswordReset', undefined),
    resetPassword: does('resetPassword', session()),
    changePassword: does('changePassword', undefined),
    refresh: does('refresh', session()),
    signOut: does('signOut', undefined),
    verifyAccessToken: does('verifyAccessToken', null),
  };
}

/** Another process, or the same one: what they share is the counters. */
const open = (identity: Partial<IdentityProvider> = {}) =>
  createSessions({ identity: { ...scripted(), ...identity }, clock, counters });
let from = 0;
const someone = () => ({ ip: `10.0.${++from >> 8}.${from & 255}`, device: undefined });
const signUpOf = (address: string) => ({ email: address, password: 'secreta123' });

beforeEach(() => {
  clock = createVirtualClock();
  counters = createMemoryCounters(clock);
  reached = [];
  failing = undefined;
});

describe('mails to one address', () => {
  const mails = ['signUp', 'resendCode', 'requestCode', 'forgotPassword'] as const;
  const ask = (what: (typeof mails)[number], sessions = open()) =>
    what === 'signUp'
      ? sessions.signUp(signUpOf(email), someone())
      : sessions[what](email, someone());

  it.each(mails.flatMap((first) => mails.map((second) => [first, second] as const)))(
    'go out once a minute, whichever they are: %s, %s',
    async (first, second) => {
      await ask(first);
      await expect(ask(second)).rejects.toMatchObject({
        code: 'rate_limited',
        retryAfterMs: mailIntervalMs,
      });
      expect(reached).toHaveLength(1);
      await clock.advance(mailIntervalMs);
      await ask(second);
      expect(reached).toHaveLength(2);
    },
  );

  it('may be asked for again when none went out, unless the pace was the reason', async () => {
    failing = new ProviderError('supabase', 'unavailable', 'down');
    await expect(ask('requestCode')).rejects.toBe(failing);
    failing = new AppError('weak_password');
    await expect(ask('signUp')).rejects.toBe(failing);
    failing = new AppError('rate_limited');
    await expect(ask('requestCode')).rejects.toBe(failing);
    failing = undefined;
    await expect(ask('requestCode')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('need not wait for whoever reads that mailbox', async () => {
    await ask('signUp');
    await open().verifyCode({ email, code: '123456' }, someone());
    await expect(ask('forgotPassword')).resolves.toBeUndefined();
  });

  it('are counted by all processes together', async () => {
    await ask('requestCode', open());
    await expect(ask('requestCode', open())).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

describe('one visitor', () => {
  const times = async (count: number, work: (index: number) => Promise<unknown>) => {
    for (let index = 0; index < count; index++) await work(index);
  };
  const signUp = (index: number, visitor: { ip: string; device: string | undefined }) =>
    open().signUp(signUpOf(`a${index}@x.co`), visitor);

  it('signs up so often a minute and an hour, from one address', async () => {
    const visitor = { ip: '10.1.1.1', device: undefined };
    await times(perMinute.signUp, (index) => signUp(index, visitor));
    await expect(signUp(1_000, visitor)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 60_000,
    });
    await expect(signUp(1_001, { ...visitor, ip: '10.1.1.2' })).resolves.toBeUndefined();
    for (let minute = 1; minute * perMinute.signUp < perHour.signUp; minute++) {
      await clock.advance(60_000);
      // The refused one has counted too.
      const left = Math.min(perMinute.signUp, perHour.signUp - minute * perMinute.signUp - 1);
      await times(left, (index) => signUp(minute * 2_000 + index, visitor));
    }
    await clock.advance(60_000);
    await expect(signUp(99_999, visitor)).rejects.toMatchObject({ code: 'rate_limited' });
    await clock.advance(3_600_000);
    await expect(signUp(100_000, visitor)).resolves.toBeUndefined();
  });

  it('is one by device too, however many addresses it has', async () => {
    const device = 'd'.repeat(32);
    await times(perHourOfDevice.signUp, (index) => signUp(index, { ...someone(), device }));
    const refused = signUp(1_000, { ...someone(), device });
    await expect(refused).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(signUp(1_001, { ...someone(), device: 'e'.repeat(32) })).resolves.toBeUndefined();
  });

  it('tries so many passwords, codes and browser codes', async () => {
    const visitor = { ip: '10.2.2.2', device: undefined };
    failing = new AppError('invalid_credentials');
    await times(perMinute.credential, (index) =>
      open()
        .signIn({ email: `a${index}@x.co`, password: 'x' }, visitor)
        .catch(() => undefined),
    );
    const sessions = open();
    const verifier = 'v'.repeat(43);
    const tries = [
      () => sessions.signIn({ email, password: 'x' }, visitor),
      () => sessions.verifyCode({ email, code: '123456' }, visitor),
      () => sessions.resetPassword({ email, code: '123456', password: 'x' }, visitor),
      () => sessions.exchangeOAuth({ code: 'x', code_verifier: verifier }, visitor),
    ];
    for (const attempt of tries) {
      await expect(attempt()).rejects.toMatchObject({ code: 'rate_limited' });
    }
    expect(reached).toHaveLength(perMinute.credential);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2800:484:1:2:aaaa::1', '2800:484:1:2::/64'],
    ['2800:0484:0001:0002:bbbb:cccc:dddd:eeee', '2800:484:1:2::/64'],
    ['2800:484::1', '2800:484:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('at %s counts as %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});

describe('throw-away mailboxes', () => {
  const refusal = { code: 'validation_failed', param: 'email' };

  it('do not sign up', async () => {
    const signUp = open().signUp(signUpOf('a@sub.mailinator.com'), someone());
    await expect(signUp).rejects.toMatchObject(refusal);
    expect(reached).toEqual([]);
  });

  it('do not come in by Google either, and no session is left', async () => {
    const sessions = open({
      exchangeOAuthCode: () => Promise.resolve(session('a@mailinator.com')),
    });
    const exchange = sessions.exchangeOAuth(
      { code: 'x', code_verifier: 'v'.repeat(43) },
      someone(),
    );
    await expect(exchange).rejects.toMatchObject(refusal);
    expect(reached).toEqual(['signOut']);
  });
});

describe('changing a password', () => {
  const person = { accessToken: 'token', email };
  const change = { current_password: 'vieja', password: 'secreta123' };

  it('wants the current one, which cannot be guessed at', async () => {
    failing = new AppError('invalid_credentials');
    for (let tried = 0; tried < limits.auth.guesses.failuresMax; tried++) {
      await expect(open().changePassword(person, change, someone())).rejects.toMatchObject({
        code: 'validation_failed',
        param: 'current_password',
      });
    }
    await expect(open().changePassword(person, change, someone())).rejects.toMatchObject({
      code: 'rate_limited',
    });
    expect(new Set(reached)).toEqual(new Set(['signIn']));
  });

  it('leaves no session behind when the new one is refused', async () => {
    const weak = new AppError('weak_password', { param: 'password' });
    const sessions = open({ changePassword: () => Promise.reject(weak) });
    await expect(sessions.changePassword(person, change, someone())).rejects.toBe(weak);
    expect(reached).toEqual(['signIn', 'signOut']);
  });
});
