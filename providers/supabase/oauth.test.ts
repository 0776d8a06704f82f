import { createHash, randomBytes } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret, type VirtualClock } from '@alo/core/kernel';
import type { IdentityProvider } from '@alo/core/ports';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import {
  consentAtGoogle,
  startSupabaseSandbox,
  type AuthSettings,
  type SupabaseSandbox,
} from '@alo/sandbox/supabase';
import { createSupabaseIdentity } from './identity.ts';

const home = 'http://127.0.0.1:52110/callback?state=8f1c';
const email = 'ana.ruiz@gmail.com';

let clock: VirtualClock;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
let identity: IdentityProvider;

async function start(settings: Partial<AuthSettings> = {}) {
  supabase = await startSupabaseSandbox({ clock, smtp, settings });
  identity = createSupabaseIdentity({
    url: supabase.url,
    anonKey: new Secret(supabase.anonKey),
    clock,
    log: createLog({ level: 'silent' }),
  });
}

beforeEach(async () => {
  clock = createVirtualClock(new Date());
  smtp = await startSmtpSandbox({ clock });
  await start();
});
afterEach(async () => {
  await supabase.close();
  await smtp.close();
});

function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Begins a sign-in and lets the person consent: where their browser ends up, and the verifier. */
async function browse(choice: Parameters<typeof consentAtGoogle>[1] = { email }) {
  const { verifier, challenge: codeChallenge } = pkce();
  const url = await identity.oauthUrl({ provider: 'google', redirectTo: home, codeChallenge });
  return { arrived: await consentAtGoogle(url, choice), verifier };
}
const codeOf = (address: URL) => address.searchParams.get('code') ?? '';

describe('signing in with Google', () => {
  it('brings a code home that buys a session of a verified person', async () => {
    const { arrived, verifier } = await browse();
    expect(`${arrived.origin}${arrived.pathname}`).toBe('http://127.0.0.1:52110/callback');
    expect(arrived.searchParams.get('state')).toBe('8f1c');
    const session = await identity.exchangeOAuthCode(codeOf(arrived), verifier);
    expect(session.user).toMatchObject({ email, emailVerified: true, name: 'Ana Ruiz' });
    await expect(identity.verifyAccessToken(session.accessToken)).resolves.toEqual(session.user);
    await expect(identity.refresh(session.refreshToken)).resolves.toMatchObject({
      user: session.user,
    });
  });

  it('is the same person the second time', async () => {
    const first = await browse();
    const second = await browse({ email, name: 'Ana R.' });
    const before = await identity.exchangeOAuthCode(codeOf(first.arrived), first.verifier);
    const after = await identity.exchangeOAuthCode(codeOf(second.arrived), second.verifier);
    expect(after.user.authId).toBe(before.user.authId);
    expect(after.accessToken).not.toBe(before.accessToken);
  });

  it('joins the account that the address has', async () => {
    await identity.signUp({ email, password: 'secreta123' });
    const code = smtp.messages(email)[0]?.code ?? '';
    const byMail = await identity.verifyOtp(email, code);
    const { arrived, verifier } = await browse();
    const byGoogle = await identity.exchangeOAuthCode(codeOf(arrived), verifier);
    expect(byGoogle.user.authId).toBe(byMail.user.authId);
    await expect(identity.signIn(email, 'secreta123')).resolves.toBeDefined();
  });

  it('shuts out who signed up with the address and never verified it', async () => {
    await identity.signUp({ email, password: 'del-ladron', name: 'Ladrón' });
    const code = smtp.messages(email)[0]?.code ?? '';
    const { arrived, verifier } = await browse();
    const { user } = await identity.exchangeOAuthCode(codeOf(arrived), verifier);
    expect(user.name).toBe('Ana Ruiz');
    await expect(identity.signIn(email, 'del-ladron')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    await expect(identity.verifyOtp(email, code)).rejects.toMatchObject({ code: 'invalid_otp' });
  });

  it.each([
    ['a code that was used', async () => undefined, (code: string) => code],
    ['a code that nobody made', null, () => 'b3c2a1f0-0000-4000-8000-000000000000'],
    ['no code at all', null, () => 'x'],
  ])('refuses %s', async (_what, before, change) => {
    const { arrived, verifier } = await browse();
    if (before) await identity.exchangeOAuthCode(codeOf(arrived), verifier);
    await expect(
      identity.exchangeOAuthCode(change(codeOf(arrived)), verifier),
    ).rejects.toMatchObject({ code: 'invalid_oauth_code', param: 'code' });
  });

  it('refuses a thief of the code, and still takes its owner', async () => {
    const { arrived, verifier } = await browse();
    const stolen = identity.exchangeOAuthCode(codeOf(arrived), pkce().verifier);
    await expect(stolen).rejects.toMatchObject({
      code: 'invalid_oauth_code',
      param: 'code_verifier',
    });
    await expect(identity.exchangeOAuthCode(codeOf(arrived), verifier)).resolves.toBeDefined();
  });

  it('refuses a code five minutes after the beginning', async () => {
    const { arrived, verifier } = await browse();
    await clock.advance(300_000);
    await expect(identity.exchangeOAuthCode(codeOf(arrived), verifier)).rejects.toMatchObject({
      code: 'invalid_oauth_code',
    });
  });

  it('takes a person who says no back home with the reason', async () => {
    const { arrived } = await browse('deny');
    expect(arrived.searchParams.get('error')).toBe('access_denied');
    expect(arrived.searchParams.get('code')).toBeNull();
    expect(arrived.searchParams.get('state')).toBe('8f1c');
    expect(new URLSearchParams(arrived.hash.slice(1)).get('error')).toBe('access_denied');
  });

  it('takes newcomers home with the reason where sign-up is closed', async () => {
    await supabase.close();
    await start({ signUpsAllowed: false });
    const { arrived } = await browse();
    expect(arrived.searchParams.get('error_code')).toBe('signup_disabled');
  });
});

describe('the project', () => {
  const authorize = (query: Record<string, string>) =>
    fetch(`${supabase.url}/auth/v1/authorize?${new URLSearchParams(query)}`, {
      redirect: 'manual',
    });

  it('says that a provider is not enabled', async () => {
    await supabase.close();
    await start({ googleEnabled: false });
    for (const provider of ['google', 'github', '']) {
      const answer = await authorize({ provider });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error_code: 'validation_failed' });
    }
  });

  it.each<Record<string, string>>([
    { code_challenge: 'x'.repeat(43) },
    { code_challenge_method: 's256' },
    { code_challenge: 'short', code_challenge_method: 's256' },
    { code_challenge: 'x'.repeat(43), code_challenge_method: 's512' },
  ])('refuses the PKCE parameters %j', async (query) => {
    const answer = await authorize({ provider: 'google', ...query });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error_code: 'validation_failed' });
  });

  it('sends nobody to a stranger’s address', async () => {
    const arrived = await consentAtGoogle(
      `${supabase.url}/auth/v1/authorize?provider=google&redirect_to=https%3A%2F%2Fevil.example`,
      { email },
    );
    expect(arrived.origin).toBe('http://localhost:3000');
  });

  it('takes no state but its own, and that not for ever', async () => {
    const { challenge } = pkce();
    const url = await identity.oauthUrl({
      provider: 'google',
      redirectTo: home,
      codeChallenge: challenge,
    });
    const consent = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    const state = new URL(consent).searchParams.get('state') ?? '';
    const [body = '', mac = ''] = state.split('.');
    const forged = Buffer.from(
      JSON.stringify({ redirectTo: 'https://evil.example', challenge: null, atMs: 0 }),
    ).toString('base64url');
    const callback = async (given: string) => {
      const address = `${supabase.url}/auth/v1/callback?${new URLSearchParams({ state: given, code: 'x' })}`;
      const answer = await fetch(address, { redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '');
    };
    for (const given of ['', 'x', `${forged}.${mac}`, `${body}.`, `${body}x.${mac}`]) {
      const arrived = await callback(given);
      expect(arrived.origin).toBe('http://localhost:3000');
      expect(arrived.searchParams.get('error_code')).toBe('bad_oauth_state');
    }
    expect((await callback(state)).searchParams.get('error')).toBe('server_error');
    await clock.advance(300_000);
    expect((await callback(state)).searchParams.get('error_code')).toBe('bad_oauth_state');
  });

  it('serves the vendor’s own flow in a browser, with and without PKCE', async () => {
    const kept = new Map<string, string>();
    const browser = createClient(supabase.url, supabase.anonKey, {
      auth: {
        flowType: 'pkce',
        autoRefreshToken: false,
        storage: {
          getItem: (name) => kept.get(name) ?? null,
          setItem: (name, value) => void kept.set(name, value),
          removeItem: (name) => void kept.delete(name),
        },
      },
    });
    const started = await browser.auth.signInWithOAuth({
      provider: 'google',
      options: { redirectTo: home, skipBrowserRedirect: true },
    });
    const arrived = await consentAtGoogle(started.data.url ?? '', { email });
    const { data } = await browser.auth.exchangeCodeForSession(codeOf(arrived));
    expect(data.session?.provider_token).toBeDefined();
    expect(data.user?.app_metadata).toMatchObject({ provider: 'google', providers: ['google'] });
    expect(data.user?.identities?.map(({ provider }) => provider)).toEqual(['google']);

    const implicit = await consentAtGoogle(
      `${supabase.url}/auth/v1/authorize?provider=google&redirect_to=${encodeURIComponent(home)}`,
      { email },
    );
    const fragment = new URLSearchParams(implicit.hash.slice(1));
    const { data: seen } = await browser.auth.getUser(fragment.get('access_token') ?? '');
    expect(seen.user?.id).toBe(data.user?.id);
  });
});

describe('the consent page', () => {
  it('is Spanish first, names no account but those used here, and says that it is a stand-in', async () => {
    await browse({ email: 'beto@x.co' });
    const page = async (language: string) => {
      const url = await identity.oauthUrl({
        provider: 'google',
        redirectTo: home,
        codeChallenge: pkce().challenge,
      });
      return (await fetch(url, { headers: { 'accept-language': language } })).text();
    };
    const spanish = await page('fr');
    expect(spanish).toContain('Iniciar sesión con Google');
    expect(spanish).toContain('Google de prueba');
    expect(spanish).toContain('beto@x.co');
    expect(await page('en-US')).toContain('Sign in with Google');
  });

  it('asks again for an address that is none, and belongs to one sign-in only', async () => {
    const url = await identity.oauthUrl({
      provider: 'google',
      redirectTo: home,
      codeChallenge: pkce().challenge,
    });
    const consent = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    const post = (address: string, form: Record<string, string>) =>
      fetch(address, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    expect((await post(consent, { email: '"><script>' })).status).toBe(422);
    const elsewhere = new URL(consent);
    elsewhere.searchParams.set('redirect_uri', 'https://evil.example/callback');
    expect((await post(elsewhere.href, { email })).status).toBe(400);
    expect((await fetch(elsewhere)).status).toBe(400);
  });
});
