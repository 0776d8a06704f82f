import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountsService } from '@alo/core/accounts';
import { createLog, limits, newId, Secret, systemClock } from '@alo/core/kernel';
import { createWalletService } from '@alo/core/wallet';
import { createSupabaseIdentity } from '@alo/providers/supabase';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { consentAtGoogle, startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createApi } from '../app.ts';
import { createTestApi, type TestApi } from '../http/testing.ts';

const clock = systemClock;
const log = createLog({ level: 'silent' });
const password = 'secreta123';
const redirect_to = 'http://127.0.0.1:52110/callback?state=8f1c';
const CREDIT_MINOR = 500_000;

let api: TestApi;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
/** The API with the real identity adapter, which gives newcomers a first credit. */
let app: FastifyInstance;

beforeAll(async () => {
  api = await createTestApi();
  smtp = await startSmtpSandbox();
  supabase = await startSupabaseSandbox({ smtp, settings: { mailIntervalMs: 0 } });
  const anonKey = new Secret(supabase.anonKey);
  const common = { db: api.db, clock, newId, log };
  const accounts = createAccountsService({
    ...common,
    identity: createSupabaseIdentity({ url: supabase.url, anonKey, clock, log }),
    freeCredit: {
      wallet: createWalletService(common),
      amountMicros: BigInt(CREDIT_MINOR) * 10_000n,
    },
    portalUrl: 'https://portal.alo.example',
  });
  app = await createApi({ ...api.deps, accounts });
});
afterAll(async () => {
  await app.close();
  await supabase.close();
  await smtp.close();
  await api.close();
});

/** From an address of its own each time, so that one test's velocity is not another's. */
let client = 0;
const someone = () => `10.${(++client >> 8) & 255}.${client & 255}.7`;
const send = (
  url: string,
  payload: object,
  { token, ...options }: InjectOptions & { token?: string } = {},
) =>
  app.inject({
    method: 'POST',
    url: `/v1${url}`,
    payload,
    remoteAddress: someone(),
    ...options,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...options.headers },
  });
const get = (url: string, token: string) =>
  app.inject({
    url: `/v1${url}`,
    headers: { authorization: `Bearer ${token}` },
    remoteAddress: someone(),
  });
const freshEmail = (domain = 'x.co') => `a${randomBytes(12).toString('hex')}@${domain}`;

interface Session {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string | null };
}
async function member(email = freshEmail()): Promise<Session> {
  await fetch(`${supabase.url}/auth/v1/admin/users`, {
    method: 'POST',
    headers: { apikey: supabase.serviceKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, email_confirm: true }),
  });
  return (await send('/auth/sign_in', { email, password })).json<Session>();
}
const isIn = async ({ access_token: token }: Session) => (await get('/me', token)).statusCode;

function pkce() {
  const code_verifier = randomBytes(32).toString('base64url');
  const digest = createHash('sha256').update(code_verifier);
  return { code_verifier, code_challenge: digest.digest('base64url') };
}
/** A sign-in with Google up to the exchange. */
async function fromGoogle(choice: Parameters<typeof consentAtGoogle>[1]) {
  const { code_verifier, code_challenge } = pkce();
  const started = await send('/auth/oauth/authorize', { redirect_to, code_challenge });
  expect(started.statusCode).toBe(200);
  const arrived = await consentAtGoogle(started.json<{ url: string }>().url, choice);
  return { code: arrived.searchParams.get('code') ?? '', code_verifier };
}

describe('Google', () => {
  it('leads from a browser to a session and an organization', async () => {
    const email = freshEmail('gmail.com');
    const answer = await send(
      '/auth/oauth/exchange',
      await fromGoogle({ email, name: 'Ana Ruiz' }),
    );
    expect(answer.statusCode).toBe(200);
    const session = answer.json<Session>();
    expect(session.user).toMatchObject({ email, name: 'Ana Ruiz' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await get('/me', session.access_token)).json()).toMatchObject({
      role: 'owner',
      organization: { name: 'Negocio de Ana Ruiz' },
    });
    expect((await get('/wallet', session.access_token)).json()).toMatchObject({
      balance: CREDIT_MINOR,
    });
  });

  it('founds one organization with one credit even when ten first requests race', async () => {
    const flow = await fromGoogle({ email: freshEmail('gmail.com') });
    const session = (await send('/auth/oauth/exchange', flow)).json<Session>();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => get('/me', session.access_token)),
    );
    const organizations = answers.map((each) => each.json<{ organizations: object[] }>());
    expect(new Set(organizations.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(organizations[0]?.organizations).toHaveLength(1);
    const entries = await get('/wallet/entries', session.access_token);
    expect(entries.json<{ data: object[] }>().data).toMatchObject([
      { kind: 'adjustment', amount: CREDIT_MINOR },
    ]);
  });

  it('is the same account as the mailed code’s', async () => {
    const byPassword = await member();
    const { email } = byPassword.user;
    const byGoogle = await send('/auth/oauth/exchange', await fromGoogle({ email }));
    expect(byGoogle.json<Session>().user.id).toBe(byPassword.user.id);
  });

  it('takes each code once, from whoever began', async () => {
    const flow = await fromGoogle({ email: freshEmail() });
    const stolen = await send('/auth/oauth/exchange', {
      ...flow,
      code_verifier: pkce().code_verifier,
    });
    expect(stolen.json()).toMatchObject({
      status: 403,
      code: 'invalid_oauth_code',
      param: 'code_verifier',
    });
    expect((await send('/auth/oauth/exchange', flow)).statusCode).toBe(200);
    expect((await send('/auth/oauth/exchange', flow)).json()).toMatchObject({
      status: 403,
      code: 'invalid_oauth_code',
      param: 'code',
    });
  });

  it('lets no throw-away mailbox in', async () => {
    const flow = await fromGoogle({ email: freshEmail('mailinator.com') });
    expect((await send('/auth/oauth/exchange', flow)).json()).toMatchObject({
      status: 422,
      code: 'validation_failed',
      param: 'email',
    });
  });

  it('may bring the code to the portal', async () => {
    const body = { redirect_to: 'https://portal.alo.example/entrar', ...pkce() };
    expect((await send('/auth/oauth/authorize', body)).statusCode).toBe(200);
  });
});

describe('forgotten passwords', () => {
  it('are replaced by a mailed code, and every session of before is over', async () => {
    const before = await member();
    const { email } = before.user;
    const forgot = await send('/auth/password/forgot', { email });
    expect([forgot.statusCode, forgot.json()]).toEqual([202, { status: 'otp_sent' }]);
    const { code } = await smtp.waitFor(email);
    const reset = await send('/auth/password/reset', { email, code, password: 'nueva-clave' });
    expect(reset.statusCode).toBe(200);
    expect(await isIn(reset.json<Session>())).toBe(200);
    expect(await isIn(before)).toBe(401);
    const again = await send('/auth/sign_in', { email, password: 'nueva-clave' });
    expect(again.statusCode).toBe(200);
    const spent = await send('/auth/password/reset', { email, code, password });
    expect(spent.json()).toMatchObject({ status: 403, code: 'invalid_otp', param: 'code' });
  });

  it('tell nobody who has an account', async () => {
    const { user } = await member();
    const seen = async (email: string) => {
      const code = '123456';
      const answers = [
        await send('/auth/password/forgot', { email }),
        await send('/auth/password/forgot', { email }),
        await send('/auth/otp', { email }),
        await send('/auth/sign_up', { email, password }),
        await send('/auth/password/reset', { email, code, password }),
      ];
      return answers.map((answer) => [answer.statusCode, { ...answer.json(), request_id: '' }]);
    };
    expect(await seen(user.email)).toEqual(await seen(freshEmail()));
  });

  it('cannot be guessed at', async () => {
    const email = freshEmail();
    const codes: string[] = [];
    for (let tried = 0; tried <= limits.auth.guesses.failuresMax; tried++) {
      const body = { email, code: String(100_000 + tried), password };
      codes.push((await send('/auth/password/reset', body)).json<{ code: string }>().code);
    }
    expect(codes.at(-2)).toBe('invalid_otp');
    expect(codes.at(-1)).toBe('rate_limited');
  });
});

describe('changing the password', () => {
  const change = (session: Session, current_password: string, next: string) =>
    send('/auth/password', { current_password, password: next }, { token: session.access_token });

  it('keeps this session and ends the others', async () => {
    const here = await member();
    const { email } = here.user;
    const there = (await send('/auth/sign_in', { email, password })).json<Session>();
    const answer = await change(here, password, 'nueva-clave');
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
    expect([await isIn(here), await isIn(there)]).toEqual([200, 401]);
    const signIn = await send('/auth/sign_in', { email, password: 'nueva-clave' });
    expect(signIn.statusCode).toBe(200);
  });

  it('wants the current one', async () => {
    const session = await member();
    expect((await change(session, 'otra', 'nueva-clave')).json()).toMatchObject({
      status: 422,
      code: 'validation_failed',
      param: 'current_password',
    });
    expect(await isIn(session)).toBe(200);
  });

  it('is for people who are signed in', async () => {
    const body = { current_password: password, password: 'nueva-clave' };
    expect((await send('/auth/password', body)).json()).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
  });
});

describe('signing out', () => {
  const three = async () => {
    const first = await member();
    const { email } = first.user;
    const more = async () => (await send('/auth/sign_in', { email, password })).json<Session>();
    return [first, await more(), await more()] as const;
  };
  const signOut = (session: Session, body: object) =>
    send('/auth/sign_out', body, { token: session.access_token });

  it.each([
    [{}, [401, 200, 200]],
    [{ scope: 'local' }, [401, 200, 200]],
    [{ scope: 'others' }, [200, 401, 401]],
    [{ scope: 'global' }, [401, 401, 401]],
  ])('with %j leaves %j', async (body, left) => {
    const sessions = await three();
    for (const session of sessions) expect(await isIn(session)).toBe(200);
    expect((await signOut(sessions[0], body)).statusCode).toBe(204);
    expect(await Promise.all(sessions.map(isIn))).toEqual(left);
    const refreshed = await send('/auth/refresh', { refresh_token: sessions[1].refresh_token });
    expect(refreshed.statusCode).toBe(left[1]);
  });

  it('names a scope that is none', async () => {
    const session = await member();
    expect((await signOut(session, { scope: 'everything' })).json()).toMatchObject({
      status: 422,
      param: 'scope',
    });
    expect(await isIn(session)).toBe(200);
  });
});

describe('refresh tokens', () => {
  const refresh = async (refresh_token: string) => send('/auth/refresh', { refresh_token });

  it('rotate, and one that comes back late ends its session', async () => {
    const late = await startSupabaseSandbox({ smtp: undefined, settings: { refreshReuseMs: 0 } });
    const anonKey = new Secret(late.anonKey);
    const identity = createSupabaseIdentity({ url: late.url, anonKey, clock, log });
    const accounts = createAccountsService({ db: api.db, identity, clock, newId, log });
    const strict = await createApi({ ...api.deps, accounts });
    const email = freshEmail();
    await fetch(`${late.url}/auth/v1/admin/users`, {
      method: 'POST',
      headers: { apikey: late.serviceKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password, email_confirm: true }),
    });
    const ask = (url: string, payload: object) =>
      strict.inject({ method: 'POST', url: `/v1/auth/${url}`, payload });
    const first = (await ask('sign_in', { email, password })).json<Session>();
    const second = (await ask('refresh', first)).json<Session>();
    const third = (await ask('refresh', second)).json<Session>();
    expect(new Set([first, second, third].map((each) => each.refresh_token)).size).toBe(3);
    expect((await ask('refresh', first)).json()).toMatchObject({ status: 401 });
    expect((await ask('refresh', third)).json()).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
    await strict.close();
    await late.close();
  });

  it('give the same next one to a client that lost the answer', async () => {
    const session = await member();
    const one = (await refresh(session.refresh_token)).json<Session>();
    const again = (await refresh(session.refresh_token)).json<Session>();
    expect(again.refresh_token).toBe(one.refresh_token);
  });
});

it('keys are rotated and revoked while the API runs', async () => {
  const before = await member();
  expect(await isIn(before)).toBe(200);
  await supabase.rotateSigningKey({ alg: 'RS256' });
  const { email } = before.user;
  const after = (await send('/auth/sign_in', { email, password })).json<Session>();
  expect([await isIn(after), await isIn(before)]).toEqual([200, 200]);
  await supabase.rotateSigningKey({ revokeOld: true });
  const last = (await send('/auth/sign_in', { email, password })).json<Session>();
  expect(await isIn(last)).toBe(200);
});

describe('bad input', () => {
  const challenge = pkce().code_challenge;
  it.each([
    ['/auth/oauth/authorize', { code_challenge: challenge }, 'redirect_to'],
    ['/auth/oauth/authorize', { redirect_to: 7, code_challenge: challenge }, 'redirect_to'],
    ['/auth/oauth/authorize', { redirect_to, code_challenge: 'short' }, 'code_challenge'],
    ['/auth/oauth/authorize', { redirect_to, code_challenge: ['x'] }, 'code_challenge'],
    [
      '/auth/oauth/authorize',
      { redirect_to, code_challenge: challenge, provider: 'github' },
      'provider',
    ],
    [
      '/auth/oauth/authorize',
      { redirect_to: 'https://evil.example/callback', code_challenge: challenge },
      'redirect_to',
    ],
    [
      '/auth/oauth/authorize',
      { redirect_to: `${redirect_to}${'x'.repeat(3_000)}`, code_challenge: challenge },
      'redirect_to',
    ],
    ['/auth/oauth/exchange', { code_verifier: 'v'.repeat(43) }, 'code'],
    ['/auth/oauth/exchange', { code: 'x', code_verifier: 'v'.repeat(42) }, 'code_verifier'],
    ['/auth/oauth/exchange', { code: 'x', code_verifier: `${'v'.repeat(43)}é` }, 'code_verifier'],
    ['/auth/password/forgot', { email: 'ana' }, 'email'],
    ['/auth/password/reset', { email: 'a@x.co', code: '123456', password: 'corta' }, 'password'],
    ['/auth/password/reset', { email: 'a@x.co', password }, 'code'],
    ['/auth/sign_up', { email: 'a@x.co', password: 'ñ'.repeat(40) }, 'password'],
    ['/auth/sign_up', { email: 'a@yopmail.com', password }, 'email'],
    ['/auth/sign_up', { email: 'a@sub.mailinator.com', password }, 'email'],
  ])('%s names the field at fault in %j', async (url, body, param) => {
    const answer = await send(url, body);
    expect(answer.json()).toMatchObject({ status: 422, code: 'validation_failed', param });
  });

  it.each(['/auth/oauth/authorize', '/auth/oauth/exchange', '/auth/password/reset'])(
    '%s says that a body is no JSON',
    async (url) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await app.inject({ method: 'POST', url: `/v1${url}`, headers, payload: '{' });
      expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_json' });
    },
  );
});

describe('who asks too often', () => {
  it('is told how long to wait', async () => {
    const email = freshEmail();
    await send('/auth/password/forgot', { email });
    const again = await send('/auth/password/forgot', { email });
    expect(again.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    const seconds = Number(again.headers['retry-after']);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it.each([
    ['by the header of a program', (device: string) => ({ 'alo-device': device })],
    ['by the cookie of a browser', (device: string) => ({ cookie: `a=b; alo_device=${device}` })],
  ])('is known by the device, %s', async (_what, headersOf) => {
    const headers = headersOf(randomUUID());
    const statuses: number[] = [];
    for (let asked = 0; asked <= limits.auth.perHourOfDevice.mail; asked++) {
      const answer = await send('/auth/otp', { email: freshEmail() }, { headers });
      statuses.push(answer.statusCode);
    }
    expect(statuses.slice(0, -1)).not.toContain(429);
    expect(statuses.at(-1)).toBe(429);
    expect((await send('/auth/otp', { email: freshEmail() })).statusCode).toBe(202);
  });

  it('is not known by a device’s name that cannot be one', async () => {
    for (const device of ['short', 'x'.repeat(65), 'a b'.repeat(9), '../'.repeat(9)]) {
      const headers = { 'alo-device': device };
      const answer = await send('/auth/otp', { email: freshEmail() }, { headers });
      expect(answer.statusCode).toBe(202);
    }
  });
});
