import { createHash } from 'node:crypto';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { login } from './commands/login.ts';
import { signup } from './commands/signup.ts';
import { openLoopback } from './lib/loopback.ts';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from './testing/fake-api.ts';
import { session } from './testing/fake-platform.ts';
import { cli, freshFolder, type CliOptions, type CliRun } from './testing/run.ts';
import { terminal } from './testing/terminal.ts';

let api: FakeApi | undefined;
let home: string;
beforeEach(async () => {
  home = await freshFolder();
});
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function run(routes: FakeRoutes, argv: string[], options: CliOptions = {}): Promise<CliRun> {
  api = await startFakeApi(routes);
  return cli(argv, { ...options, env: { ALO_API_URL: api.url, ALO_HOME: home, ...options.env } });
}
async function signedIn(routes: FakeRoutes, argv: string[]): Promise<CliRun> {
  api = await startFakeApi(routes);
  const { user, ...tokens } = session;
  const sessions = { [api.url]: { ...tokens, email: user.email } };
  await writeFile(credentials(), JSON.stringify({ version: 1, sessions }));
  return cli(argv, { env: { ALO_API_URL: api.url, ALO_HOME: home } });
}
const credentials = () => join(home, 'credentials.json');
const kept = async () =>
  Object.values(
    (JSON.parse(await readFile(credentials(), 'utf8')) as { sessions: object }).sessions,
  );
const errorOf = ({ stderr }: CliRun) =>
  (
    JSON.parse(stderr.split('\n').findLast((line) => line.startsWith('{')) ?? '{}') as {
      error: Record<string, unknown>;
    }
  ).error;

describe('login --google', () => {
  /** An API, and a browser that brings `answers` back, one after the other. */
  function google(answers: readonly string[], pages: { status: number; text: string }[] = []) {
    let challenge = '';
    const routes: FakeRoutes = {
      'POST /v1/auth/oauth/authorize': ({ body }) => {
        const begun = body as { redirect_to: string; code_challenge: string };
        challenge = begun.code_challenge;
        const browse = async () => {
          for (const answer of answers) {
            const address = new URL(begun.redirect_to);
            for (const [name, value] of new URLSearchParams(answer)) {
              address.searchParams.set(name, value);
            }
            const page = await fetch(address);
            pages.push({ status: page.status, text: await page.text() });
          }
        };
        void browse();
        return { body: { url: 'https://accounts.example/choose?a=1&b=2' } };
      },
      'POST /v1/auth/oauth/exchange': ({ body }) => {
        const { code, code_verifier: verifier } = body as Record<string, string>;
        const same =
          createHash('sha256')
            .update(verifier ?? '')
            .digest('base64url') === challenge;
        return code === 'good' && same
          ? { body: session }
          : problem(403, 'invalid_oauth_code', 'El inicio de sesión venció o ya se usó');
      },
    };
    return routes;
  }
  const login = ['login', '--google', '--no-browser'];

  test('shows the address, waits for the browser and keeps the session', async () => {
    const pages: { status: number; text: string }[] = [];
    const { code, stdout, stderr } = await run(google(['code=good'], pages), login, { tty: true });
    expect(code).toBe(0);
    expect(stderr).toContain('Abra esta dirección');
    expect(stderr).toContain('https://accounts.example/choose?a=1&b=2');
    expect(stdout).toContain('ana@panaderia.co');
    expect(await kept()).toHaveLength(1);
    expect(pages).toEqual([{ status: 200, text: expect.stringContaining('puede cerrar') }]);
    const begun = api?.seen[0]?.body as { redirect_to: string };
    expect(begun.redirect_to).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback\?state=[\w-]{22}$/);
  });

  test('shows the address to programs too, whose stdout is data', async () => {
    const { code, stdout, stderr } = await run(google(['code=good']), login);
    expect(code).toBe(0);
    expect(stderr).toContain('https://accounts.example/choose');
    expect(JSON.parse(stdout)).toMatchObject({ user: { email: 'ana@panaderia.co' } });
  });

  test('turns away who comes with another state, and goes on waiting', async () => {
    const pages: { status: number; text: string }[] = [];
    const answers = ['code=good&state=forged', 'code=good&state=', 'code=good'];
    const { code } = await run(google(answers, pages), login);
    expect(code).toBe(0);
    expect(pages.map(({ status }) => status)).toEqual([400, 400, 200]);
  });

  test('says that the person cancelled, and what the project refuses', async () => {
    const cancelled = await run(google(['error=access_denied']), login);
    expect(cancelled.code).toBe(1);
    expect(errorOf(cancelled)).toMatchObject({
      code: 'sign_in_refused',
      message: 'No se inició sesión: se canceló en Google.',
    });
    await api?.close();
    const closed = 'error=access_denied&error_code=signup_disabled&error_description=Closed';
    expect(errorOf(await run(google([closed]), login))).toMatchObject({
      message: 'No se inició sesión: Closed.',
    });
  });

  test('passes on that a code is no good', async () => {
    const { code, ...rest } = await run(google(['code=stolen']), login);
    expect(code).toBe(3);
    expect(errorOf({ code, ...rest })).toMatchObject({ code: 'invalid_oauth_code' });
  });

  test('ends with Ctrl-C', async () => {
    const interrupt = new AbortController();
    const routes: FakeRoutes = {
      'POST /v1/auth/oauth/authorize': () => {
        setImmediate(() => interrupt.abort());
        return { body: { url: 'https://accounts.example' } };
      },
    };
    const { code } = await run(routes, login, { signal: interrupt.signal });
    expect(code).toBe(130);
  });
});

describe('a mailed code, typed on a terminal', () => {
  const tooSoon = problem(429, 'rate_limited', 'Espere un minuto.');
  const verify: FakeRoutes = {
    'POST /v1/auth/verify': ({ body }) => {
      const { code } = body as { code: string };
      if (code === 'letras') return problem(422, 'validation_failed', 'code: x', { param: 'code' });
      if (code === '999999') return problem(429, 'rate_limited', 'Demasiados intentos.');
      return code === '123456' ? { body: session } : problem(403, 'invalid_otp', 'No es válido.');
    },
  };
  const sent = (path: string) => api?.seen.filter((one) => one.path === path).length;
  async function screenWith(routes: FakeRoutes) {
    api = await startFakeApi({ ...verify, ...routes });
    return terminal({ ALO_API_URL: api.url, ALO_HOME: home });
  }

  test('is asked for again when it is mistyped, and mailed again at an empty answer', async () => {
    const screen = await screenWith({
      'POST /v1/auth/sign_up': () => ({ status: 202, body: { status: 'otp_sent' } }),
      'POST /v1/auth/resend': () =>
        sent('/v1/auth/resend') === 1 ? tooSoon : { body: { status: 'otp_sent' } },
    });
    const done = signup.run(
      { email: 'ana@panaderia.co', password: 'clave-segura' },
      screen.context,
    );
    await screen.shown('Código');
    for (const wrong of ['000000', 'letras']) {
      screen.type(`${wrong}\r`);
      await screen.shown('Código');
    }
    screen.type('\r');
    await screen.shown('Espere un minuto.');
    await screen.shown('Código');
    screen.type('\r');
    await screen.shown('Le enviamos un código');
    await screen.shown('Código');
    screen.type('123456\r');
    await done;
    expect([sent('/v1/auth/sign_up'), sent('/v1/auth/resend')]).toEqual([1, 2]);
    expect(await kept()).toHaveLength(1);
  });

  test('can be typed though another mail has to wait, as often as the API allows', async () => {
    const screen = await screenWith({ 'POST /v1/auth/otp': () => tooSoon });
    const done = login.run({ email: 'ana@panaderia.co', withCode: true }, screen.context);
    await screen.shown('Espere un minuto.');
    await screen.shown('Código');
    screen.type('999999\r');
    await expect(done).rejects.toThrow('Demasiados intentos.');
  });
});

describe('the door a browser comes back to', () => {
  test('is this machine’s own, knows one path, and closes', async () => {
    const door = await openLoopback('s3cret', 'en');
    const { origin } = new URL(door.redirectTo);
    expect(new URL(door.redirectTo).hostname).toBe('127.0.0.1');
    expect((await fetch(`${origin}/favicon.ico`)).status).toBe(404);
    expect((await fetch(door.redirectTo, { method: 'POST' })).status).toBe(404);
    const waiting = door.code({ timeoutMs: 10_000, signal: new AbortController().signal });
    const page = await fetch(`${door.redirectTo}&code=c1`);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await page.text()).toContain('close this page');
    await expect(waiting).resolves.toBe('c1');
    door.close();
    await expect(fetch(door.redirectTo)).rejects.toThrow('fetch failed');
  });

  test('does not wait for ever', async () => {
    const door = await openLoopback('s3cret', 'es');
    const { signal } = new AbortController();
    await expect(door.code({ timeoutMs: 1, signal })).rejects.toMatchObject({
      code: 'timeout',
      hint: { es: expect.stringContaining('alo login --google') },
    });
    door.close();
  });
});

describe('logout', () => {
  const signOut = { 'POST /v1/auth/sign_out': () => ({ status: 204 }) };
  const over = {
    'POST /v1/auth/sign_out': () => problem(401, 'unauthenticated', 'Falta iniciar sesión'),
    'POST /v1/auth/refresh': () => problem(401, 'unauthenticated', 'Falta iniciar sesión'),
  };

  test.each([
    [['logout'], 'local', 0],
    [['logout', '--everywhere'], 'global', 0],
    [['logout', '--others'], 'others', 1],
  ] as const)('%j ends the %s sessions', async (argv, scope, left) => {
    const { code, stdout } = await signedIn(signOut, [...argv]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { signed_out: true, scope }]);
    expect(api?.seen[0]?.body).toEqual({ scope });
    expect(await kept()).toHaveLength(left);
  });

  test('here is done when the session was over; everywhere is not', async () => {
    expect((await signedIn(over, ['logout'])).code).toBe(0);
    await api?.close();
    expect((await signedIn(over, ['logout', '--everywhere'])).code).toBe(3);
  });

  test('takes one of the two at a time', async () => {
    expect((await run({}, ['logout', '--everywhere', '--others'])).code).toBe(2);
  });
});

describe('password', () => {
  const email = 'ana@panaderia.co';

  test('reset mails a code and says how to go on where nobody can type it', async () => {
    const routes = {
      'POST /v1/auth/password/forgot': () => ({ status: 202, body: { status: 'otp_sent' } }),
    };
    const { code, stdout } = await run(routes, ['password', 'reset', '--email', email]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'otp_sent',
      next: `alo password reset --email ${email} --code <CODE> --password <PASSWORD>`,
    });
    expect(api?.seen.map(({ body }) => body)).toEqual([{ email }]);
  });

  test('reset with the code signs in', async () => {
    const routes = { 'POST /v1/auth/password/reset': () => ({ body: session }) };
    const given = ['--email', email, '--code', '123456', '--password', 'nueva-clave'];
    const { code } = await run(routes, ['password', 'reset', ...given]);
    expect(code).toBe(0);
    expect(api?.seen[0]?.body).toEqual({ email, code: '123456', password: 'nueva-clave' });
    expect(await kept()).toHaveLength(1);
  });

  test('change sends both, and names the one at fault', async () => {
    const routes: FakeRoutes = {
      'POST /v1/auth/password': ({ body }) =>
        (body as { current_password: string }).current_password === 'vieja'
          ? { status: 204 }
          : problem(422, 'validation_failed', 'La contraseña actual no es esa.', {
              param: 'current_password',
            }),
    };
    const change = (current: string) =>
      signedIn(routes, ['password', 'change', '--current', current, '--password', 'nueva-clave']);
    expect(JSON.parse((await change('vieja')).stdout)).toEqual({ changed: true });
    await api?.close();
    expect(errorOf(await change('otra'))).toMatchObject({ param: 'current_password' });
  });
});

describe('the device', () => {
  const routes: FakeRoutes = {
    'POST /v1/auth/otp': () => ({ status: 202, body: { status: 'otp_sent' } }),
  };
  const otp = () => run(routes, ['login', '--with-code', '--email', 'ana@panaderia.co']);
  const device = () => api?.seen[0]?.headers['alo-device'];

  test('is the same in every run, and this user’s alone to read', async () => {
    await otp();
    const first = device();
    expect(first).toMatch(/^[\w-]{32}$/);
    await api?.close();
    await otp();
    expect(device()).toBe(first);
    expect((await stat(join(home, 'device'))).mode & 0o777).toBe(0o600);
  });

  test('is made anew when its file is damaged, and done without where none can be kept', async () => {
    await writeFile(join(home, 'device'), 'x\r\ninjected: y');
    await otp();
    expect(device()).toMatch(/^[\w-]{32}$/);
    await api?.close();
    const file = join(home, 'a-file');
    await writeFile(file, '');
    await chmod(file, 0o400);
    api = await startFakeApi(routes);
    const { code } = await cli(['login', '--with-code', '--email', 'ana@panaderia.co'], {
      env: { ALO_API_URL: api.url, ALO_HOME: join(file, 'below') },
    });
    expect([code, device()]).toEqual([0, undefined]);
  });
});
