import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSmtpSandbox } from '@alo/sandbox/smtp';
import { consentAtGoogle, startSupabaseSandbox } from '@alo/sandbox/supabase';
import { Alo } from '@alo/sdk';
import type { Platform } from '../index.ts';
import { platformWith, tempDir } from '../testing/platform.ts';
import * as theirs from '../testing/stand-ins/index.ts';
import { onTerminal } from '../testing/terminal.ts';

/**
 * Everything a person does to get in and out, typed on a terminal, against a platform that was told
 * nothing but an address and two keys.
 */

interface Project {
  /** Address and keys, as their owner would hand them out. */
  readonly settings: Record<string, string>;
  /** The newest code that was mailed to an address. */
  code(email: string): Promise<string>;
  /** What a person's browser does with the address of a Google sign-in. */
  browse(url: string): Promise<void>;
  readonly googleEmail: string;
  rotateKey(): Promise<void>;
  close(): Promise<void>;
}

async function ours(): Promise<Project> {
  const smtp = await startSmtpSandbox();
  const supabase = await startSupabaseSandbox({ smtp, settings: { mailIntervalMs: 0 } });
  const googleEmail = 'ana.ruiz@gmail.com';
  return {
    settings: {
      SUPABASE_URL: supabase.url,
      SUPABASE_ANON_KEY: supabase.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: supabase.serviceKey,
    },
    code: async (email) => smtp.messages(email)[0]?.code ?? '',
    browse: async (url) => void (await fetch(await consentAtGoogle(url, { email: googleEmail }))),
    googleEmail,
    rotateKey: () => supabase.rotateSigningKey({ alg: 'RS256', revokeOld: true }),
    async close() {
      await supabase.close();
      await smtp.close();
    },
  };
}

async function somebodyElses(): Promise<Project> {
  const supabase = await theirs.startSupabase({ signing: 'RS256' });
  return {
    settings: theirs.settingsFor.supabase(supabase),
    code: async (email) => supabase.otpFor(email),
    // Their Google knows the browser and sends it straight back.
    browse: async (url) => void (await fetch(url)),
    googleEmail: 'lucia.gomez@gmail.com',
    rotateKey: async () => supabase.rotateKey(),
    close: () => supabase.close(),
  };
}

describe.each([
  ['our sandbox', ours],
  ['somebody else’s server', somebodyElses],
])('with %s', { timeout: 120_000 }, (_whose, start) => {
  const email = 'marta@panaderia.co';
  const [first, second] = ['pan-caliente-7am', 'masa-madre-4am'];
  let project: Project;
  let platform: Platform;
  let dataDir: string;
  let homes: string[];

  beforeAll(async () => {
    [project, dataDir] = await Promise.all([start(), tempDir()]);
    homes = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), 'alo-home-'))));
    ({ platform } = await platformWith(project.settings, dataDir));
  }, 120_000);
  afterAll(async () => {
    await platform?.close();
    await project?.close();
    for (const folder of [dataDir, ...homes]) await rm(folder, { recursive: true, force: true });
  });

  /** `alo` at one of the person's two computers. */
  const at = (computer: 0 | 1, ...words: string[]) =>
    onTerminal(words, { ALO_HOME: homes[computer] ?? '', ALO_API_URL: platform.apiUrl });
  const whoami = async (computer: 0 | 1) => (await at(computer, 'whoami').ended).code;

  it('signing up takes a mailed code, and ends in an organization with an empty wallet', async () => {
    const run = at(0, 'signup');
    await run.shown(/Correo: /);
    run.enter(email);
    await run.shown(/Contraseña[^:]*: /);
    run.enter(first);
    await run.shown(/Código.*: /);
    run.enter(await project.code(email));
    const { code, screen } = await run.ended;
    expect({ code, screen }).toMatchObject({ code: 0, screen: expect.stringContaining(email) });
    expect(screen).not.toContain(first);
    const balance = await at(0, 'wallet', '--json').ended;
    expect(balance.screen).toContain('"balance": 0');
  });

  it('another computer signs in with a mailed code; signing out everywhere ends both', async () => {
    const run = at(1, 'login', '--with-code', '--email', email);
    await run.shown(/Código.*: /);
    run.enter(await project.code(email));
    expect((await run.ended).code).toBe(0);
    expect(await whoami(1)).toBe(0);
    const out = await at(0, 'logout', '--everywhere').ended;
    expect(out).toMatchObject({ code: 0, screen: expect.stringContaining('en todas partes') });
    // What was seen of the other computer's session stands for five seconds at most.
    await expect.poll(() => whoami(1), { timeout: 15_000, interval: 500 }).toBe(3);
  });

  it('a forgotten password is replaced by a mailed code', async () => {
    const run = at(1, 'password', 'reset', '--email', email);
    await run.shown(/Código.*: /);
    run.enter(await project.code(email));
    await run.shown(/Contraseña nueva[^:]*: /);
    run.enter(second);
    expect((await run.ended).code).toBe(0);
    const old = await at(0, 'login', '--email', email, '--password', first).ended;
    expect(old).toMatchObject({ code: 3, screen: expect.stringContaining('incorrectos') });
    const fresh = await at(0, 'login', '--email', email, '--password', second).ended;
    expect(fresh.code).toBe(0);
  });

  it('the password is changed with the current one, which ends the other computer’s session', async () => {
    const change = ['password', 'change', '--current', second, '--password', first];
    expect((await at(0, ...change).ended).code).toBe(0);
    expect(await whoami(0)).toBe(0);
    await expect.poll(() => whoami(1), { timeout: 15_000, interval: 500 }).toBe(3);
  });

  it('Google signs in through the browser, and makes one organization of ten first requests', async () => {
    const run = at(1, 'login', '--google', '--no-browser');
    const [url = ''] = await run.shown(/http:\/\/127\.0\.0\.1:\S+/);
    await project.browse(url);
    const { code, screen } = await run.ended;
    expect({ code, screen }).toMatchObject({
      code: 0,
      screen: expect.stringContaining(project.googleEmail),
    });
    const saved = JSON.parse(await readFile(join(homes[1] ?? '', 'credentials.json'), 'utf8'));
    const accessToken = saved.sessions[platform.apiUrl].access_token as string;
    const api = new Alo({ baseUrl: platform.apiUrl, accessToken });
    const seen = await Promise.all(Array.from({ length: 10 }, () => api.me.get()));
    expect(new Set(seen.map(({ organization }) => organization?.id)).size).toBe(1);
    expect(seen[0]).toMatchObject({ role: 'owner', user: { email: project.googleEmail } });
    expect(seen[0]?.organizations).toHaveLength(1);
  });

  it('a throw-away mailbox is refused by name', async () => {
    const run = at(0, 'signup', '--email', 'x@mailinator.com', '--password', first);
    expect(await run.ended).toMatchObject({
      code: 1,
      screen: expect.stringContaining('desechable'),
    });
  });

  it('keys are rotated while it all runs', async () => {
    const api = new Alo({ baseUrl: platform.apiUrl });
    await project.rotateKey();
    const { access_token: accessToken } = await api.auth.signIn({ email, password: first });
    const signedIn = new Alo({ baseUrl: platform.apiUrl, accessToken });
    expect((await signedIn.me.get()).user?.email).toBe(email);
  });
});
