import { createPrivateKey, sign, type JsonWebKey } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret, type VirtualClock } from '@alo/core/kernel';
import type { IdentityProvider, IdentitySession } from '@alo/core/ports';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createSupabaseIdentity } from './identity.ts';

const HOUR_MS = 3_600_000;
const email = 'ana@panaderia.co';
const password = 'secreta123';

let clock: VirtualClock;
let dataDir: string;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
let identity: IdentityProvider;

const connect = (key = supabase.anonKey) =>
  createSupabaseIdentity({
    url: supabase.url,
    anonKey: new Secret(key),
    clock,
    log: createLog({ level: 'silent' }),
  });

beforeEach(async () => {
  clock = createVirtualClock(new Date());
  dataDir = await mkdtemp(join(tmpdir(), 'alo-supabase-'));
  smtp = await startSmtpSandbox({ clock });
  supabase = await startSupabaseSandbox({
    clock,
    dataDir,
    smtp,
    settings: { passwordCharsMin: 8 },
  });
  identity = connect();
});
afterEach(async () => {
  await supabase.close();
  await smtp.close();
  await rm(dataDir, { recursive: true, force: true });
});

const lastCode = (to = email) => smtp.messages(to)[0]?.code ?? '';
const otherCode = (code: string) => (code === '000000' ? '111111' : '000000');

async function signedUp(): Promise<IdentitySession> {
  await identity.signUp({ email, password, name: 'Ana', phone: '+573001112233' });
  return identity.verifyOtp(email, lastCode());
}

describe('sign-up', () => {
  it('gives a session only for the mailed code', async () => {
    await identity.signUp({ email, password, name: 'Ana', phone: '+573001112233' });
    await expect(identity.signIn(email, password)).rejects.toMatchObject({
      code: 'email_not_verified',
    });
    const session = await identity.verifyOtp(email, lastCode());
    expect(session.user).toMatchObject({
      email,
      emailVerified: true,
      name: 'Ana',
      phone: '+573001112233',
    });
    expect(session.expiresAt.getTime()).toBeGreaterThan(clock.now().getTime());
    await expect(identity.verifyAccessToken(session.accessToken)).resolves.toEqual(session.user);
    await expect(identity.signIn(email, password)).resolves.toMatchObject({ user: session.user });
  });

  it('looks the same for an address that has an account, and leaves that account alone', async () => {
    const { user } = await signedUp();
    await expect(identity.signUp({ email, password: 'otra-clave' })).resolves.toBeUndefined();
    await expect(identity.signIn(email, 'otra-clave')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    expect(smtp.messages(email)).toHaveLength(2);
    await expect(identity.verifyOtp(email, lastCode())).resolves.toMatchObject({ user });
  });

  it('names a weak password', async () => {
    await expect(identity.signUp({ email, password: 'corta' })).rejects.toMatchObject({
      code: 'weak_password',
      param: 'password',
    });
    expect(smtp.messages()).toEqual([]);
  });

  it('mails one code a minute to an address', async () => {
    await identity.signUp({ email, password });
    const first = lastCode();
    await expect(identity.resendOtp(email)).rejects.toMatchObject({ code: 'rate_limited' });
    await clock.advance(60_000);
    await identity.resendOtp(email);
    expect(smtp.messages(email)).toHaveLength(2);
    await expect(identity.verifyOtp(email, first)).rejects.toMatchObject({ code: 'invalid_otp' });
    await expect(identity.verifyOtp(email, lastCode())).resolves.toMatchObject({
      user: { email },
    });
  });

  it('leaves nothing behind when the mail cannot be sent', async () => {
    await smtp.close();
    await expect(identity.signUp({ email, password })).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'unavailable',
      retryable: true,
    });
    smtp = await startSmtpSandbox({ clock, port: smtp.port });
    await expect(identity.signUp({ email, password })).resolves.toBeUndefined();
    expect(lastCode()).toMatch(/^\d{6}$/);
  });
});

describe('a mailed code', () => {
  it('signs an existing person in', async () => {
    const { user } = await signedUp();
    await identity.requestOtp(email);
    await expect(identity.verifyOtp(email, lastCode())).resolves.toMatchObject({ user });
  });

  it('is not mailed to strangers, who cannot tell', async () => {
    await expect(identity.requestOtp('nadie@x.co')).resolves.toBeUndefined();
    await expect(identity.resendOtp('nadie@x.co')).resolves.toBeUndefined();
    expect(smtp.messages()).toEqual([]);
    await expect(identity.verifyOtp('nadie@x.co', '123456')).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('works once', async () => {
    await signedUp();
    await expect(identity.verifyOtp(email, lastCode())).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('expires after an hour', async () => {
    await identity.signUp({ email, password });
    await clock.advance(HOUR_MS);
    await expect(identity.verifyOtp(email, lastCode())).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('is void after five wrong tries', async () => {
    await identity.signUp({ email, password });
    for (let tried = 0; tried < 5; tried++) {
      await expect(identity.verifyOtp(email, otherCode(lastCode()))).rejects.toMatchObject({
        code: 'invalid_otp',
      });
    }
    await expect(identity.verifyOtp(email, lastCode())).rejects.toMatchObject({
      code: 'invalid_otp',
    });
  });

  it('is one address’s alone', async () => {
    await identity.signUp({ email, password });
    await identity.signUp({ email: 'otra@x.co', password });
    await expect(identity.verifyOtp('otra@x.co', lastCode())).rejects.toMatchObject({
      code: 'invalid_otp',
    });
    await expect(identity.verifyOtp('otra@x.co', lastCode('otra@x.co'))).resolves.toBeDefined();
  });
});

describe('signing in', () => {
  it('says the same for a wrong password and for a stranger', async () => {
    await signedUp();
    const failures = await Promise.all(
      [identity.signIn(email, 'equivocada'), identity.signIn('nadie@x.co', password)].map((each) =>
        each.catch((error: unknown) => String(error)),
      ),
    );
    expect(new Set(failures).size).toBe(1);
    expect(failures[0]).toMatch(/invalid_credentials/);
  });
});

describe('refresh', () => {
  it('gives a new pair, and the same one again to a client that lost the answer', async () => {
    const first = await signedUp();
    const second = await identity.refresh(first.refreshToken);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.user).toEqual(first.user);
    const again = await identity.refresh(first.refreshToken);
    expect(again.refreshToken).toBe(second.refreshToken);
  });

  it('ends the session when an old token turns up later', async () => {
    const first = await signedUp();
    const second = await identity.refresh(first.refreshToken);
    const third = await identity.refresh(second.refreshToken);
    await clock.advance(11_000);
    await expect(identity.refresh(first.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(identity.refresh(third.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(identity.verifyAccessToken(third.accessToken)).resolves.toBeNull();
  });

  it.each(['', 'nonsense', 'a'.repeat(72), '0'.repeat(72)])('refuses %j', async (token) => {
    await expect(identity.refresh(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('signing out', () => {
  it('is heard at once here, and within seconds by other processes', async () => {
    const session = await signedUp();
    const other = await identity.signIn(email, password);
    const elsewhere = connect();
    await expect(elsewhere.verifyAccessToken(session.accessToken)).resolves.not.toBeNull();
    await identity.signOut(session.accessToken, 'local');
    await expect(identity.verifyAccessToken(session.accessToken)).resolves.toBeNull();
    await clock.advance(5_000);
    await expect(elsewhere.verifyAccessToken(session.accessToken)).resolves.toBeNull();
    await expect(identity.refresh(session.refreshToken)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    await expect(identity.verifyAccessToken(other.accessToken)).resolves.not.toBeNull();
  });

  it('twice is the same as once', async () => {
    const session = await signedUp();
    await identity.signOut(session.accessToken, 'local');
    await expect(identity.signOut(session.accessToken, 'local')).resolves.toBeUndefined();
  });
});

describe('verifyAccessToken', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** A token with other claims or header, signed by the project's own key unless another is given. */
  async function forge(
    token: string,
    change: { header?: object; claims?: object; key?: JsonWebKey | null },
  ) {
    const [header = '', payload = ''] = token.split('.');
    const decode = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
    const body = `${encode({ ...decode(header), ...change.header })}.${encode({ ...decode(payload), ...change.claims })}`;
    if (change.key === null) return `${body}.${token.split('.')[2]}`;
    const project = JSON.parse(await readFile(join(dataDir, 'project.json'), 'utf8')) as {
      signingKeys: JsonWebKey[];
    };
    const key = createPrivateKey({
      key: change.key ?? project.signingKeys[0] ?? {},
      format: 'jwk',
    });
    const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
    return `${body}.${signature.toString('base64url')}`;
  }

  it('takes a token the project signed, and so the forgery below is refused for its claims', async () => {
    const { accessToken } = await signedUp();
    const same = await forge(accessToken, { claims: { phone: 'x' } });
    await expect(identity.verifyAccessToken(same)).resolves.toMatchObject({ email });
  });

  it.each([
    ['for another audience', { claims: { aud: 'anon' } }],
    ['of another role', { claims: { role: 'service_role' } }],
    ['of another issuer', { claims: { iss: 'http://127.0.0.1:1/auth/v1' } }],
    ['of nobody', { claims: { is_anonymous: true } }],
    ['without an expiry', { claims: { exp: undefined } }],
    ['with an expiry that is no number', { claims: { exp: 'never' } }],
    ['with changed claims under the old signature', { claims: { sub: 'x' }, key: null }],
    ['without an algorithm', { header: { alg: 'none' }, key: null }],
    ['of another algorithm', { header: { alg: 'RS256' } }],
    ['of a symmetric algorithm', { header: { alg: 'HS256' } }],
    ['of an unknown key', { header: { kid: 'other' } }],
  ])('refuses a token %s', async (_what, change) => {
    const { accessToken } = await signedUp();
    const forged = await forge(accessToken, change);
    await expect(identity.verifyAccessToken(forged)).resolves.toBeNull();
  });

  it.each(['', 'x', 'a.b.c', '..', 'é.é.é', `${'a'.repeat(20_000)}.b.c`])(
    'refuses the nonsense %j',
    async (token) => {
      await expect(identity.verifyAccessToken(token)).resolves.toBeNull();
    },
  );

  it('refuses a token of another project on the same machine', async () => {
    const { accessToken } = await signedUp();
    const other = await startSupabaseSandbox({ clock, smtp });
    const there = createSupabaseIdentity({
      url: other.url,
      anonKey: new Secret(other.anonKey),
      clock,
      log: createLog({ level: 'silent' }),
    });
    await expect(identity.verifyAccessToken(accessToken)).resolves.not.toBeNull();
    await expect(there.verifyAccessToken(accessToken)).resolves.toBeNull();
    await other.close();
  });

  it('takes a token of the project reached by another address', async () => {
    const { accessToken } = await signedUp();
    const elsewhere = createSupabaseIdentity({
      url: supabase.url.replace('127.0.0.1', 'localhost'),
      anonKey: new Secret(supabase.anonKey),
      clock,
      log: createLog({ level: 'silent' }),
    });
    await expect(elsewhere.verifyAccessToken(accessToken)).resolves.toMatchObject({ email });
  });

  it('refuses it once it has expired', async () => {
    const { accessToken } = await signedUp();
    await clock.advance(HOUR_MS - 1_000);
    await expect(identity.verifyAccessToken(accessToken)).resolves.not.toBeNull();
    await clock.advance(1_000);
    await expect(identity.verifyAccessToken(accessToken)).resolves.toBeNull();
  });

  it('takes tokens of the old and of the new signing key', async () => {
    const before = await signedUp();
    await supabase.rotateSigningKey();
    const after = await identity.signIn(email, password);
    const fresh = connect();
    for (const { accessToken } of [before, after]) {
      await expect(fresh.verifyAccessToken(accessToken)).resolves.toMatchObject({ email });
    }
  });

  it('goes by what was seen last while Supabase is away, and never lets strangers in', async () => {
    const { accessToken } = await signedUp();
    await identity.verifyAccessToken(accessToken);
    supabase.faults.set({ failure_probability: 1, failure_status: 503 });
    await clock.advance(60_000);
    await expect(identity.verifyAccessToken(accessToken)).resolves.toMatchObject({ email });
    await expect(connect().verifyAccessToken(accessToken)).rejects.toMatchObject({
      name: 'ProviderError',
    });
    await clock.advance(HOUR_MS);
    await expect(identity.verifyAccessToken(accessToken)).resolves.toBeNull();
  });

  it('says that our own key is wrong, not that the person’s token is', async () => {
    const { accessToken } = await signedUp();
    const misconfigured = connect('sb_publishable_wrong');
    await expect(misconfigured.verifyAccessToken(accessToken)).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'auth',
    });
    await expect(misconfigured.signIn(email, password)).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'auth',
    });
  });
});

describe('when Supabase is down', () => {
  it('fails as a connection', async () => {
    const { url } = supabase;
    await supabase.close();
    await expect(identity.signIn(email, password)).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'connection',
    });
    supabase = await startSupabaseSandbox({
      clock,
      smtp,
      dataDir,
      port: Number(new URL(url).port),
    });
  });

  it('gives a refresh up in bounded time', async () => {
    const session = await signedUp();
    supabase.faults.set({ failure_probability: 1, failure_status: 503 });
    const refused = identity.refresh(session.refreshToken).catch((error: unknown) => error);
    await clock.advance(15_000);
    expect(await refused).toMatchObject({ name: 'ProviderError' });
  });
});

describe('the project', () => {
  it('is the same after a restart: accounts, sessions, keys', async () => {
    const session = await signedUp();
    const port = Number(new URL(supabase.url).port);
    const { anonKey, serviceKey } = supabase;
    await supabase.close();
    supabase = await startSupabaseSandbox({ clock, dataDir, smtp, port });
    expect([supabase.anonKey, supabase.serviceKey]).toEqual([anonKey, serviceKey]);
    await expect(connect().verifyAccessToken(session.accessToken)).resolves.toMatchObject({
      email,
    });
    await expect(identity.refresh(session.refreshToken)).resolves.toBeDefined();
    await expect(identity.signIn(email, password)).resolves.toBeDefined();
  });
});
