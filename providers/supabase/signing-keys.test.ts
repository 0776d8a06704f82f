import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, createVirtualClock, Secret, type VirtualClock } from '@alo/core/kernel';
import type { IdentityProvider } from '@alo/core/ports';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createSupabaseIdentity } from './identity.ts';
import { createSigningKeys } from './signing-keys.ts';
import type { LegacyTokens } from './access-tokens.ts';

const account = { email: 'ana@panaderia.co', password: 'secreta123' };
const log = createLog({ level: 'silent' });
let clock: VirtualClock;
beforeEach(() => {
  clock = createVirtualClock(new Date());
});

describe('rotating keys while the platform runs', () => {
  let supabase: SupabaseSandbox;
  let identity: IdentityProvider;
  beforeEach(async () => {
    supabase = await startSupabaseSandbox({ clock, smtp: undefined });
    await fetch(`${supabase.url}/auth/v1/admin/users`, {
      method: 'POST',
      headers: { apikey: supabase.serviceKey, 'content-type': 'application/json' },
      body: JSON.stringify({ ...account, email_confirm: true }),
    });
    identity = createSupabaseIdentity({
      url: supabase.url,
      anonKey: new Secret(supabase.anonKey),
      clock,
      log,
    });
  });
  afterEach(() => supabase.close());
  const freshToken = async () =>
    (await identity.signIn(account.email, account.password)).accessToken;

  it.each(['ES256', 'RS256'] as const)('takes the first token of a new %s key', async (alg) => {
    const before = await freshToken();
    await expect(identity.verifyAccessToken(before)).resolves.not.toBeNull();
    await supabase.rotateSigningKey({ alg });
    const after = await freshToken();
    const verdict = identity.verifyAccessToken(after);
    await clock.advance(1_000);
    await expect(verdict).resolves.toMatchObject({ email: account.email });
    await expect(identity.verifyAccessToken(before)).resolves.not.toBeNull();
  });

  it('refuses what a revoked key signed, once what is known of it is old', async () => {
    const before = await freshToken();
    await expect(identity.verifyAccessToken(before)).resolves.not.toBeNull();
    await supabase.rotateSigningKey({ revokeOld: true });
    await clock.advance(5_000);
    await expect(identity.verifyAccessToken(before)).resolves.toBeNull();
    await expect(identity.verifyAccessToken(await freshToken())).resolves.not.toBeNull();
  });
});

describe('published keys', () => {
  let server: Server;
  let asked: number;
  let answer: { status: number; body: string };
  const key = (kid: string, more: object = {}) => ({ kid, kty: 'EC', alg: 'ES256', ...more });
  const publish = (...keys: object[]) => (answer = { status: 200, body: JSON.stringify({ keys }) });
  const open = () => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    return createSigningKeys({ url, key: new Secret('k'), clock, timeoutMs: 1_000, log });
  };
  beforeEach(async () => {
    asked = 0;
    publish(key('a'));
    server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('are asked for once, and again after ten minutes', async () => {
    const keys = open();
    for (let each = 0; each < 5; each++) expect(await keys.find('a')).toMatchObject({ kid: 'a' });
    expect(asked).toBe(1);
    await clock.advance(600_000);
    await keys.find('a');
    expect(asked).toBe(2);
  });

  it('are asked for once a second at most, whatever names are made up', async () => {
    const keys = open();
    await keys.find('a');
    publish(key('a'), key('b'));
    const found = Array.from({ length: 200 }, (_, index) => keys.find(`made-up-${index}`));
    const real = keys.find('b');
    await clock.advance(1_000);
    await expect(real).resolves.toMatchObject({ kid: 'b' });
    expect((await Promise.all(found)).filter(Boolean)).toEqual([]);
    expect(asked).toBe(2);
  });

  it('hold while they cannot be asked for, if they were known', async () => {
    const keys = open();
    await keys.find('a');
    answer = { status: 503, body: '' };
    await clock.advance(600_000);
    await expect(keys.find('a')).resolves.toMatchObject({ kid: 'a' });
    await expect(open().find('a')).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'unavailable',
    });
  });

  it('are none of those that are no public keys for signatures', async () => {
    publish(key('s', { kty: 'oct', alg: 'HS256' }), key('e', { alg: 'RSA-OAEP' }), { kty: 'EC' });
    await expect(open().any()).resolves.toBe(false);
    answer = { status: 404, body: 'not found' };
    await expect(open().any()).resolves.toBe(false);
    answer = { status: 200, body: '<html>' };
    await expect(open().any()).rejects.toMatchObject({ kind: 'protocol' });
  });
});

describe('tokens of a shared secret', () => {
  let server: Server;
  let publishes: boolean;
  let url: string;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let token: string;

  beforeEach(async () => {
    publishes = false;
    // A project of before asymmetric keys: it alone can tell its tokens.
    server = createServer((request, response) => {
      const path = request.url ?? '';
      const genuine = request.headers.authorization === `Bearer ${token}`;
      const user = { id: randomUUID(), email: 'a@x.co', email_confirmed_at: 'now' };
      const body = path.endsWith('jwks.json')
        ? { keys: publishes ? [{ kid: 'a', kty: 'EC', alg: 'ES256' }] : [] }
        : path.endsWith('/user') && genuine
          ? user
          : { code: 403, error_code: 'bad_jwt', msg: 'invalid JWT' };
      const isRefused = 'code' in body;
      response
        .writeHead(isRefused ? 403 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const claims = { iss: `${url}/auth/v1`, aud: 'authenticated', role: 'authenticated' };
    const exp = Math.floor(clock.now().getTime() / 1_000) + 3_600;
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...claims, exp })}`;
    token = `${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const verify = (legacyTokens?: LegacyTokens, given = token) =>
    createSupabaseIdentity({
      url,
      anonKey: new Secret('k'),
      clock,
      log,
      legacyTokens,
    }).verifyAccessToken(given);

  it('are taken on the project’s own word where it publishes no keys', async () => {
    await expect(verify()).resolves.toMatchObject({ email: 'a@x.co' });
    await expect(verify('auto', `${token}x`)).resolves.toBeNull();
  });

  it('are refused where it publishes keys, unless the owner says otherwise', async () => {
    publishes = true;
    await expect(verify()).resolves.toBeNull();
    await expect(verify('accept')).resolves.toMatchObject({ email: 'a@x.co' });
  });

  it('are refused everywhere when the owner says so', async () => {
    await expect(verify('refuse')).resolves.toBeNull();
  });
});
