import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '@alo/core/kernel';
import { startSupabaseSandbox, type SupabaseSandbox } from './index.ts';

let clock: VirtualClock;
let dataDir: string;
let supabase: SupabaseSandbox;

beforeEach(async () => {
  clock = createVirtualClock(new Date());
  dataDir = await mkdtemp(join(tmpdir(), 'alo-supabase-'));
  supabase = await startSupabaseSandbox({
    clock,
    dataDir,
    smtp: undefined,
    settings: { verificationsPerHour: 3, mailsPerHour: 2 },
  });
});
afterEach(async () => {
  await supabase.close();
  await rm(dataDir, { recursive: true, force: true });
});

function call(path: string, init: { method?: string; body?: unknown; headers?: object } = {}) {
  return fetch(`${supabase.url}${path}`, {
    method: init.method ?? (init.body === undefined ? 'GET' : 'POST'),
    headers: {
      apikey: supabase.anonKey,
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
}
const versioned = { 'x-supabase-api-version': '2024-01-01' };

describe('error bodies', () => {
  const wrong = { email: 'a@x.co', password: 'x' };

  it('carry the stable code in `code` for clients of the dated API', async () => {
    const answer = await call('/auth/v1/token?grant_type=password', {
      body: wrong,
      headers: versioned,
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-supabase-api-version')).toBe('2024-01-01');
    expect(await answer.json()).toEqual({
      code: 'invalid_credentials',
      message: 'Invalid login credentials',
    });
  });

  it('carry the status in `code` for older ones', async () => {
    const answer = await call('/auth/v1/token?grant_type=password', { body: wrong });
    expect(answer.headers.get('x-supabase-api-version')).toBeNull();
    expect(await answer.json()).toEqual({
      code: 400,
      error_code: 'invalid_credentials',
      msg: 'Invalid login credentials',
    });
  });

  it.each([
    ['no address', { password: 'secreta123' }, 'validation_failed'],
    ['an address that is none', { email: 'a', password: 'secreta123' }, 'validation_failed'],
    ['no password', { email: 'a@x.co' }, 'validation_failed'],
    [
      'a password of bytes past what is hashed',
      { email: 'a@x.co', password: 'ñ'.repeat(40) },
      'validation_failed',
    ],
    [
      'metadata that is no object',
      { email: 'a@x.co', password: 'secreta123', data: 7 },
      'validation_failed',
    ],
    ['a list', [], 'validation_failed'],
  ])('name what is wrong with %s', async (_what, body, code) => {
    const answer = await call('/auth/v1/signup', { body, headers: versioned });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code });
  });

  it('say that a body is not JSON', async () => {
    const answer = await fetch(`${supabase.url}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: supabase.anonKey, 'content-type': 'application/json', ...versioned },
      body: '{"email":',
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'bad_json' });
  });
});

describe('the gateway', () => {
  it('wants a key of the project, but not for keys, links and browsers', async () => {
    const bare = (path: string) => fetch(`${supabase.url}${path}`, { redirect: 'manual' });
    expect((await bare('/auth/v1/settings')).status).toBe(401);
    expect((await call('/auth/v1/settings', { headers: { apikey: 'wrong' } })).status).toBe(401);
    expect((await bare('/auth/v1/.well-known/jwks.json')).status).toBe(200);
    expect((await bare('/auth/v1/verify?token=x&type=signup')).status).toBe(303);
    expect((await bare('/auth/v1/authorize?provider=google')).status).toBe(302);
    expect((await bare('/auth/v1/callback?state=x')).status).toBe(302);
    expect((await call('/auth/v1/health')).status).toBe(200);
  });

  it('publishes no private half of a key', async () => {
    const jwks = (await (await call('/auth/v1/.well-known/jwks.json')).json()) as {
      keys: Record<string, unknown>[];
    };
    expect(jwks.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(jwks.keys[0]).not.toHaveProperty('d');
  });
});

describe('sign-up', () => {
  const body = { email: 'ana@x.co', password: 'secreta123', data: { name: 'Ana' } };

  it('answers a known address in the shape of a new one, with no identities', async () => {
    const fresh = (await (await call('/auth/v1/signup', { body })).json()) as object;
    await call('/auth/v1/admin/users', {
      body: { email: 'otra@x.co', password: 'secreta123', email_confirm: true },
      headers: { apikey: supabase.serviceKey },
    });
    const answer = await call('/auth/v1/signup', { body: { ...body, email: 'otra@x.co' } });
    const known = (await answer.json()) as { identities: unknown[] };
    expect(answer.status).toBe(200);
    expect(known.identities).toEqual([]);
    expect(Object.keys(known).toSorted()).toEqual(Object.keys(fresh).toSorted());
  });

  it('makes one account when the same request comes twice at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => call('/auth/v1/signup', { body })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 429, 429]);
    const listed = await call('/auth/v1/admin/users', { headers: { apikey: supabase.serviceKey } });
    expect(((await listed.json()) as { users: unknown[] }).users).toHaveLength(1);
  });
});

describe('hourly limits', () => {
  it('bound verifications of one client and mails of all', async () => {
    const verify = () =>
      call('/auth/v1/verify', {
        body: { email: 'a@x.co', token: '123456', type: 'email' },
        headers: versioned,
      });
    const codes: unknown[] = [];
    for (let tried = 0; tried < 4; tried++) {
      codes.push(((await (await verify()).json()) as { code: string }).code);
    }
    expect(codes).toEqual(['otp_expired', 'otp_expired', 'otp_expired', 'over_request_rate_limit']);
    await clock.advance(3_600_000);
    expect((await verify()).status).toBe(403);

    const signUp = (email: string) =>
      call('/auth/v1/signup', { body: { email, password: 'secreta123' }, headers: versioned });
    expect((await signUp('1@x.co')).status).toBe(200);
    expect((await signUp('2@x.co')).status).toBe(200);
    expect(await (await signUp('3@x.co')).json()).toMatchObject({
      code: 'over_email_send_rate_limit',
    });
  });
});

describe('storage paths', () => {
  /** Sends the target as it is: fetch would tidy it up. */
  function raw(method: string, target: string): Promise<number> {
    const { hostname, port } = new URL(supabase.url);
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        hostname,
        port,
        method,
        path: target,
        headers: { apikey: supabase.serviceKey, 'content-type': 'text/plain' },
      });
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
      request.end(method === 'POST' ? 'x' : undefined);
    });
  }

  it.each([
    '/storage/v1/object/b/../../../etc/passwd',
    '/storage/v1/object/b/..%2f..%2fproject.json',
    '/storage/v1/object/b/%2e%2e/%2e%2e/project.json',
    '/storage/v1/object/b/a/./b',
    '/storage/v1/object/b/a//b',
    '/storage/v1/object/b/a%5cb',
    '/storage/v1/object/b/a%00b',
    '/storage/v1/object/b/%E0%A4%A',
  ])('refuses %s', async (target) => {
    await call('/storage/v1/bucket', {
      body: { name: 'b', public: false },
      headers: { apikey: supabase.serviceKey },
    });
    const before = await readdir(dataDir, { recursive: true });
    for (const method of ['POST', 'GET', 'DELETE']) {
      const status = await raw(method, target);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    }
    expect(await readdir(dataDir, { recursive: true })).toEqual(before);
  });
});

describe('the project’s folder', () => {
  it('refuses to start over a file it cannot read, and leaves it', async () => {
    await supabase.close();
    await writeFile(join(dataDir, 'project.json'), '{"version":1,');
    await expect(startSupabaseSandbox({ dataDir, smtp: undefined })).rejects.toThrow(
      /cannot be read/,
    );
    expect(await readFile(join(dataDir, 'project.json'), 'utf8')).toBe('{"version":1,');
  });

  it('holds every account that was answered for, whenever the process is killed', async () => {
    await supabase.close();
    await rm(join(dataDir, 'project.json'));
    const script = `
      import { startSupabaseSandbox } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const { url, serviceKey } = await startSupabaseSandbox({ dataDir: process.argv[1], smtp: undefined });
      console.log(JSON.stringify({ url, serviceKey }));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    );
    const { url, serviceKey } = JSON.parse(line) as { url: string; serviceKey: string };
    const answered: string[] = [];
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const writers = Array.from({ length: 4 }, async (_each, writer) => {
      for (let index = 0; ; index++) {
        const email = `w${writer}-${index}@x.co`;
        try {
          const answer = await fetch(`${url}/auth/v1/admin/users`, {
            method: 'POST',
            headers: { apikey: serviceKey, 'content-type': 'application/json' },
            body: JSON.stringify({ email, email_confirm: true }),
          });
          await answer.json();
        } catch {
          return;
        }
        answered.push(email);
        if (answered.length === 40) child.kill('SIGKILL');
      }
    });
    await Promise.all([...writers, exited]);
    const kept = JSON.parse(await readFile(join(dataDir, 'project.json'), 'utf8')) as {
      users: { email: string }[];
    };
    const emails = new Set(kept.users.map(({ email }) => email));
    expect(answered.filter((email) => !emails.has(email))).toEqual([]);
    supabase = await startSupabaseSandbox({ clock, dataDir, smtp: undefined });
    expect(supabase.serviceKey).toBe(serviceKey);
  });
});
