import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountsService } from '@alo/core/accounts';
import { createLog, limits, newId, Secret, systemClock } from '@alo/core/kernel';
import { createSupabaseIdentity } from '@alo/providers/supabase';
import { startSmtpSandbox, type SmtpSandbox } from '@alo/sandbox/smtp';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createApi } from '../app.ts';
import { createTestApi, type TestApi } from '../http/testing.ts';

const clock = systemClock;
const log = createLog({ level: 'silent' });
const password = 'secreta123';

let api: TestApi;
let smtp: SmtpSandbox;
let supabase: SupabaseSandbox;
/** The same API, with the real identity adapter. */
let app: FastifyInstance;

beforeAll(async () => {
  api = await createTestApi();
  smtp = await startSmtpSandbox();
  supabase = await startSupabaseSandbox({ smtp });
  const anonKey = new Secret(supabase.anonKey);
  const identity = createSupabaseIdentity({ url: supabase.url, anonKey, clock, log });
  const accounts = createAccountsService({ db: api.db, identity, clock, newId, log });
  app = await createApi({ ...api.deps, accounts });
});
afterAll(async () => {
  await app.close();
  await supabase.close();
  await smtp.close();
  await api.close();
});

/** From a client of its own each time, so that one test's velocity is not another's. */
let client = 0;
const post = (url: string, payload: object, remoteAddress = `10.0.0.${++client % 250}`) =>
  app.inject({ method: 'POST', url: `/v1${url}`, payload, remoteAddress });
const get = (url: string, token: string) =>
  app.inject({ url: `/v1${url}`, headers: { authorization: `Bearer ${token}` } });
const supabaseAdmin = (path: string, body: object) =>
  fetch(`${supabase.url}/auth/v1${path}`, {
    method: 'POST',
    headers: { apikey: supabase.serviceKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const freshEmail = () => `${randomUUID()}@x.co`;

describe('signing up', () => {
  it('takes a code from the mail to a session, and founds the organization', async () => {
    const email = freshEmail();
    const signUp = await post('/auth/sign_up', {
      email: ` ${email.toUpperCase()} `,
      password,
      name: 'Marta Gil',
      phone: '300 111 2233',
    });
    expect(signUp.statusCode).toBe(202);
    expect(signUp.json()).toEqual({ status: 'otp_sent' });

    const early = await post('/auth/sign_in', { email, password });
    expect(early.json()).toMatchObject({ status: 403, code: 'email_not_verified' });

    const { code } = await smtp.waitFor(email);
    const verified = await post('/auth/verify', { email, code });
    expect(verified.statusCode).toBe(200);
    const session = verified.json();
    expect(session).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_at: expect.stringMatching(/Z$/),
      user: {
        id: expect.stringMatching(/^usr_/),
        email,
        name: 'Marta Gil',
        phone: '+573001112233',
      },
    });

    const me = (await get('/me', session.access_token)).json();
    expect(me).toMatchObject({
      kind: 'user',
      role: 'owner',
      user: session.user,
      organization: { name: 'Negocio de Marta Gil', plan: 'free', currency: 'COP' },
      organizations: [{ role: 'owner' }],
    });

    const next = await post('/auth/refresh', { refresh_token: session.refresh_token });
    expect(next.json()).toMatchObject({ user: session.user });
    const signOut = await app.inject({
      method: 'POST',
      url: '/v1/auth/sign_out',
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect([signOut.statusCode, signOut.body]).toEqual([204, '']);
    expect((await get('/me', session.access_token)).json()).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    });
    const late = await post('/auth/refresh', { refresh_token: next.json().refresh_token });
    expect(late.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  describe('tells nobody which addresses have an account', () => {
    /** What the outside sees of these requests for one address, in this order. */
    async function seen(email: string, urls: readonly string[]) {
      const answers: unknown[] = [];
      for (const url of urls) {
        const signUp = url === '/auth/sign_up' || url === '/auth/sign_in';
        const answer = await post(url, signUp ? { email, password: 'otra-clave' } : { email });
        answers.push([answer.statusCode, { ...answer.json(), request_id: '' }]);
      }
      return answers;
    }

    async function knownEmail() {
      const email = freshEmail();
      await supabaseAdmin('/admin/users', { email, password, email_confirm: true });
      return email;
    }

    it.each([
      [['/auth/sign_up']],
      [['/auth/sign_up', '/auth/sign_up']],
      [['/auth/sign_up', '/auth/otp']],
      [['/auth/sign_up', '/auth/resend']],
      [['/auth/otp', '/auth/otp']],
      [['/auth/resend', '/auth/resend']],
      [['/auth/sign_in']],
    ])('by %j', async (urls) => {
      expect(await seen(await knownEmail(), urls)).toEqual(await seen(freshEmail(), urls));
    });

    it('and yet lets the owner of a known address in by the mail that follows', async () => {
      const email = await knownEmail();
      await post('/auth/sign_up', { email, password: 'otra-clave' });
      const { code } = await smtp.waitFor(email);
      expect((await post('/auth/verify', { email, code })).statusCode).toBe(200);
      expect((await post('/auth/sign_in', { email, password: 'otra-clave' })).statusCode).toBe(401);
    });
  });

  it.each([
    ['/auth/sign_up', { email: 'ana', password }, 'email'],
    ['/auth/sign_up', { email: 'a@x.co', password: 'corta' }, 'password'],
    ['/auth/sign_up', { email: 'a@x.co', password, phone: '123' }, 'phone'],
    ['/auth/sign_up', { email: ['a@x.co'], password }, 'email'],
    ['/auth/verify', { email: 'a@x.co', code: '12' }, 'code'],
    ['/auth/verify', { email: 'a@x.co' }, 'code'],
    ['/auth/sign_in', { email: 'a@x.co', password: '' }, 'password'],
    ['/auth/otp', {}, 'email'],
    ['/auth/refresh', { refresh_token: 'x'.repeat(10_000) }, 'refresh_token'],
  ])('%s names the field at fault in %j', async (url, body, param) => {
    const answer = await post(url, body);
    expect(answer.json()).toMatchObject({ status: 422, code: 'validation_failed', param });
  });

  it('refuses a wrong code and a forged token', async () => {
    const wrong = await post('/auth/verify', { email: freshEmail(), code: '123456' });
    expect(wrong.json()).toMatchObject({ status: 403, code: 'invalid_otp' });
    expect((await get('/me', 'a.b.c')).statusCode).toBe(401);
    expect((await app.inject({ url: '/v1/me' })).statusCode).toBe(401);
  });

  it('stops guessing at one address, from wherever it comes', async () => {
    const email = freshEmail();
    const codes: string[] = [];
    for (let tried = 0; tried <= limits.auth.guesses.failuresMax; tried++) {
      codes.push((await post('/auth/sign_in', { email, password: `${tried}` })).json().code);
    }
    expect(codes.at(-2)).toBe('invalid_credentials');
    expect(codes.at(-1)).toBe('rate_limited');
  });

  it('bounds what one client may ask for in a minute', async () => {
    const statuses: number[] = [];
    for (let asked = 0; asked <= limits.auth.perMinute.mail; asked++) {
      const answer = await post('/auth/otp', { email: freshEmail() }, '10.9.9.9');
      statuses.push(answer.statusCode);
    }
    expect(statuses.slice(0, -1)).not.toContain(429);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('API keys', () => {
  it('are made, used, listed and revoked', async () => {
    const owner = await api.signIn();
    const made = await owner.request({
      method: 'POST',
      url: '/v1/api_keys',
      payload: { name: 'servidor', mode: 'test' },
    });
    expect(made.statusCode).toBe(201);
    expect(made.headers['cache-control']).toBe('no-store');
    const { secret, ...key } = made.json();
    expect(key).toMatchObject({ name: 'servidor', mode: 'test', revoked_at: null });

    const asProgram = () =>
      api.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${secret}` } });
    expect((await asProgram()).json()).toMatchObject({
      kind: 'api_key',
      mode: 'test',
      user: null,
      organization: { id: owner.scope.orgId },
    });
    const list = (await owner.request({ url: '/v1/api_keys' })).json();
    expect(list).toMatchObject({ data: [{ id: key.id, hint: key.hint }], has_more: false });
    expect(JSON.stringify(list)).not.toContain(secret);

    const revoked = await owner.request({ method: 'DELETE', url: `/v1/api_keys/${key.id}` });
    expect([revoked.statusCode, revoked.body]).toEqual([204, '']);
    expect((await asProgram()).statusCode).toBe(401);
  });

  it('leave no trace of their secret in what is kept for replays', async () => {
    const owner = await api.signIn();
    const made = await owner.request({
      method: 'POST',
      url: '/v1/api_keys',
      payload: { name: 'a' },
    });
    const kept = await api.db.withSystem((tx) =>
      tx.selectFrom('idempotency_keys').select(['response']).execute(),
    );
    expect(JSON.stringify(kept)).not.toContain(made.json().secret);
  });

  it('of another organization are as missing ones', async () => {
    const [owner, stranger] = [await api.signIn(), await api.signIn()];
    const payload = { name: 'a' };
    const made = await owner.request({ method: 'POST', url: '/v1/api_keys', payload });
    const foreign = await stranger.request({
      method: 'DELETE',
      url: `/v1/api_keys/${made.json().id}`,
    });
    const missing = await stranger.request({
      method: 'DELETE',
      url: `/v1/api_keys/${newId('key')}`,
    });
    const shown = [foreign, missing].map((answer) => ({ ...answer.json(), request_id: '' }));
    expect(shown[0]).toEqual(shown[1]);
    expect(shown[0]).toMatchObject({ status: 404, code: 'not_found' });
    const malformed = await stranger.request({ method: 'DELETE', url: '/v1/api_keys/key_x' });
    expect(malformed.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('open nothing that is a person’s', async () => {
    const owner = await api.signIn();
    const payload = { name: 'a' };
    const made = await owner.request({ method: 'POST', url: '/v1/api_keys', payload });
    const headers = { authorization: `Bearer ${made.json().secret}` };
    for (const url of ['/v1/api_keys', '/v1/auth/sign_out']) {
      const answer = await api.app.inject({ method: 'POST', url, headers, payload });
      expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });
});

describe('the organization', () => {
  it('is shown and renamed', async () => {
    const owner = await api.signIn('Marta');
    const url = '/v1/organizations/current';
    expect((await owner.request({ url })).json()).toMatchObject({
      id: owner.scope.orgId,
      name: 'Negocio de Marta',
    });
    const renamed = await owner.request({ method: 'PATCH', url, payload: { name: ' La Espiga ' } });
    expect(renamed.json()).toMatchObject({ name: 'La Espiga' });
    const bad = await owner.request({ method: 'PATCH', url, payload: { name: '   ' } });
    expect(bad.json()).toMatchObject({ status: 422, param: 'name' });
  });

  it('is not chosen by those who do not belong to it', async () => {
    const [owner, stranger] = [await api.signIn(), await api.signIn()];
    const answer = await stranger.request({
      url: '/v1/organizations/current',
      headers: { 'alo-organization': owner.scope.orgId },
    });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});
