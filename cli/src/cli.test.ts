import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commands, groups } from './commands/index.ts';
import { flagName } from './lib/define-command.ts';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from './testing/fake-api.ts';
import { agent, call, me, session, startFakePlatform, turns } from './testing/fake-platform.ts';
import { cli, freshFolder, type CliOptions, type CliRun } from './testing/run.ts';

let api: FakeApi | undefined;
let home: string;
beforeEach(async () => {
  home = await freshFolder();
});
afterEach(async () => {
  await api?.close();
  api = undefined;
});

const credentialsFile = () => join(home, 'credentials.json');

async function signedIn(url: string, saved: object = {}): Promise<void> {
  const { user, ...tokens } = session;
  const sessions = { [url]: { ...tokens, email: user.email, ...saved } };
  await writeFile(credentialsFile(), JSON.stringify({ version: 1, sessions }));
}

async function run(routes: FakeRoutes, argv: string[], options: CliOptions = {}): Promise<CliRun> {
  api = await startFakeApi(routes);
  await signedIn(api.url);
  return cli(argv, { ...options, env: { ALO_API_URL: api.url, ALO_HOME: home, ...options.env } });
}

const meRoute: FakeRoutes = { 'GET /v1/me': () => ({ body: me }) };
const errorOf = ({ stderr }: CliRun) =>
  (JSON.parse(stderr) as { error: Record<string, unknown> }).error;

describe('output', () => {
  test('is JSON on stdout and nothing on stderr when there is no terminal', async () => {
    const { code, stdout, stderr } = await run(meRoute, ['whoami']);
    expect([code, JSON.parse(stdout), stderr]).toEqual([0, me, '']);
  });

  test('is for people on a terminal, in Spanish, and in English by switch', async () => {
    const spanish = await run(meRoute, ['whoami'], { tty: true });
    expect(spanish.stdout).toContain('Negocio');
    await api?.close();
    const english = await run(meRoute, ['whoami', '--lang', 'en'], { tty: true });
    expect(english.stdout).toContain('Business');
    expect(api?.seen[0]?.headers['accept-language']).toBe('en');
  });

  test('is JSON on a terminal too with --json, before or after the command', async () => {
    for (const argv of [
      ['--json', 'whoami'],
      ['whoami', '--json'],
    ]) {
      const { stdout } = await run(meRoute, argv, { tty: true });
      expect(JSON.parse(stdout)).toEqual(me);
      await api?.close();
    }
  });

  test('for people never holds a control sequence from the API; JSON escapes it', async () => {
    const evil = '\u001b]0;title\u0007\u001b[31mPanadería\u202e\u009b2J\b';
    const page = { data: [{ ...agent, name: evil }], has_more: false, next_cursor: null };
    const routes: FakeRoutes = { 'GET /v1/agents': () => ({ body: page }) };
    const human = await run(routes, ['agents', 'list'], { tty: true });
    expect(human.stdout).toContain('Panadería ');
    // oxlint-disable-next-line eslint/no-control-regex
    expect(human.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    await api?.close();
    expect(JSON.parse((await run(routes, ['agents', 'list'])).stdout)).toEqual(page);
  });

  test('has colours on a terminal, and none with NO_COLOR', async () => {
    const colored = await run(meRoute, ['whoami'], { tty: true, env: { TERM: 'xterm' } });
    expect(colored.stdout).toContain('\u001b[1m');
    await api?.close();
    const plain = await run(meRoute, ['whoami'], {
      tty: true,
      env: { TERM: 'xterm', NO_COLOR: '1' },
    });
    expect(plain.stdout).not.toContain('\u001b');
  });
});

describe('errors', () => {
  test.each<[string, FakeRoutes, string[], number, Record<string, unknown>]>([
    ['an unknown command', {}, ['agnts'], 2, { code: 'usage', hint: '¿Quiso decir agents?' }],
    [
      'an unknown option',
      {},
      ['whoami', '--nope'],
      2,
      { code: 'usage', message: 'No existe la opción --nope.' },
    ],
    ['a missing argument', {}, ['calls', 'show'], 2, { code: 'usage', message: 'Falta call.' }],
    ['a missing value', {}, ['agents', 'list', '--limit'], 2, { code: 'usage' }],
    ['too many words', {}, ['whoami', 'a'], 2, { code: 'usage' }],
    ['a value out of bounds', {}, ['agents', 'list', '--limit', '101'], 2, { code: 'usage' }],
    ['a value of the wrong kind', {}, ['billing', 'top-up', 'mucho'], 2, { code: 'usage' }],
    ['an address that is none', {}, ['whoami', '--api-url', 'hola'], 2, { code: 'usage' }],
    ['a missing prompt', {}, ['call', 'test', 'agt_1'], 2, { message: 'Falta --to.' }],
    [
      'somebody not signed in',
      {
        'GET /v1/me': () => problem(401, 'unauthenticated', 'Falta iniciar sesión'),
        'POST /v1/auth/refresh': () => problem(401, 'unauthenticated', 'Falta iniciar sesión'),
      },
      ['whoami'],
      3,
      { code: 'unauthenticated', status: 401, request_id: 'req_1' },
    ],
    ['a missing object', {}, ['agents', 'show', 'agt_x'], 4, { code: 'not_found', status: 404 }],
    [
      'fields at fault',
      {
        'POST /v1/api_keys': () =>
          problem(422, 'validation_failed', 'name: muy largo', {
            param: 'name',
            errors: [{ pointer: '/name', code: 'too_big', message: 'muy largo' }],
          }),
      },
      ['keys', 'create', 'x'],
      1,
      { param: 'name', errors: [{ pointer: '/name', code: 'too_big', message: 'muy largo' }] },
    ],
  ])(
    '%s: one JSON envelope on stderr, the right exit code, an empty stdout',
    async (_name, routes, argv, code, error) => {
      const result = await run(routes, argv);
      expect([result.code, result.stdout]).toEqual([code, '']);
      expect(errorOf(result)).toMatchObject(error);
    },
  );

  test('of a server that is not there say so, with what to do', async () => {
    const { code, stderr } = await run({}, ['inbox', '--api-url', 'http://127.0.0.1:1'], {
      tty: true,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/no responde[\s\S]*alo serve/);
  });

  test('after Ctrl-C the exit code is 130', async () => {
    expect((await run(meRoute, ['whoami'], { signal: AbortSignal.abort() })).code).toBe(130);
  });
});

describe('help', () => {
  test('without a command lists every command, in Spanish', async () => {
    const { code, stdout } = await cli([], { env: { ALO_HOME: home } });
    expect(code).toBe(0);
    expect(stdout).toContain('Comandos:');
    const words = new Set(commands.map((one) => one.name.split(' ')[0] ?? ''));
    for (const word of words) expect(stdout).toContain(`  ${word} `);
  });

  test.each(commands.map((command) => [command.name, command] as const))(
    'of `%s` shows what it takes, in both languages',
    async (name, command) => {
      for (const lang of ['es', 'en'] as const) {
        const { code, stdout } = await cli([...name.split(' '), '--help', '--lang', lang], {});
        expect([code, stdout.includes(command.summary[lang].slice(0, 40))]).toEqual([0, true]);
        for (const [key, field] of Object.entries(command.fields)) {
          if (field.kind !== 'argument') expect(stdout).toContain(flagName(key));
        }
      }
    },
  );

  test('every group of commands says what it is', () => {
    const first = commands
      .filter((one) => one.name.includes(' '))
      .map((one) => one.name.split(' ')[0] ?? '');
    const alone = new Set(commands.map((one) => one.name));
    expect(first.filter((word) => !(word in groups) && !alone.has(word))).toEqual([]);
  });

  test('--version is the package’s', async () => {
    const { version } = JSON.parse(
      await readFile(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    expect((await cli(['--version'])).stdout.trim()).toBe(version);
  });
});

describe('sessions', () => {
  test('login keeps the session in a private file; logout takes it away', async () => {
    const routes: FakeRoutes = {
      'POST /v1/auth/sign_in': () => ({ body: session }),
      'POST /v1/auth/sign_out': () => ({ status: 204 }),
    };
    api = await startFakeApi(routes);
    const env = { ALO_API_URL: api.url, ALO_HOME: home, ALO_PASSWORD: 'secreta-123' };
    const login = await cli(['login', '--email', 'ana@panaderia.co'], { env });
    expect([login.code, login.stdout.includes('access-1')]).toEqual([0, false]);
    const { mode } = await stat(credentialsFile());
    expect(mode & 0o777).toBe(0o600);
    expect(await readFile(credentialsFile(), 'utf8')).toContain('access-1');
    await cli(['logout'], { env });
    expect(await readFile(credentialsFile(), 'utf8')).not.toContain('access-1');
    expect(api.seen.at(-1)).toMatchObject({
      path: '/v1/auth/sign_out',
      headers: { authorization: 'Bearer access-1' },
    });
  });

  test('a file others could read is private after the next sign-in', async () => {
    await mkdir(home, { recursive: true });
    await writeFile(credentialsFile(), '{"version":1,"sessions":{}}');
    await chmod(credentialsFile(), 0o644);
    api = await startFakeApi({ 'POST /v1/auth/verify': () => ({ body: session }) });
    await cli(['login', '--email', 'a@b.co', '--code', '123456'], {
      env: { ALO_API_URL: api.url, ALO_HOME: home },
    });
    expect((await stat(credentialsFile())).mode & 0o777).toBe(0o600);
  });

  test('of one platform are not sent to another', async () => {
    api = await startFakeApi(meRoute);
    await signedIn('http://127.0.0.1:1');
    await cli(['whoami'], { env: { ALO_API_URL: api.url, ALO_HOME: home } });
    expect(api.seen[0]?.headers.authorization).toBeUndefined();
  });

  test('an API key goes before the session, from the flag or the environment', async () => {
    await run(meRoute, ['whoami', '--api-key', 'alo_sk_test_flag']);
    expect(api?.seen[0]?.headers.authorization).toBe('Bearer alo_sk_test_flag');
    await api?.close();
    await run(meRoute, ['whoami'], { env: { ALO_API_KEY: 'alo_sk_test_env' } });
    expect(api?.seen[0]?.headers.authorization).toBe('Bearer alo_sk_test_env');
  });

  test('about to end are renewed first, and the new one is kept', async () => {
    const renewed = { ...session, access_token: 'access-2', refresh_token: 'refresh-2' };
    api = await startFakeApi({ ...meRoute, 'POST /v1/auth/refresh': () => ({ body: renewed }) });
    await signedIn(api.url, { expires_at: '2020-01-01T00:00:00.000Z' });
    const { code } = await cli(['whoami'], { env: { ALO_API_URL: api.url, ALO_HOME: home } });
    expect(code).toBe(0);
    expect(api.seen.map((one) => one.path)).toEqual(['/v1/auth/refresh', '/v1/me']);
    expect(api.seen[0]?.body).toEqual({ refresh_token: 'refresh-1' });
    expect(api.seen[1]?.headers.authorization).toBe('Bearer access-2');
    expect(await readFile(credentialsFile(), 'utf8')).toContain('refresh-2');
  });

  test('that cannot be renewed are forgotten, and the person is told to sign in', async () => {
    const refused = () => problem(401, 'unauthenticated', 'Falta iniciar sesión');
    const result = await run({ 'GET /v1/me': refused, 'POST /v1/auth/refresh': refused }, [
      'whoami',
    ]);
    expect([result.code, errorOf(result)['code']]).toEqual([3, 'unauthenticated']);
    expect(await readFile(credentialsFile(), 'utf8')).not.toContain('refresh-1');
  });

  test('a damaged file is named, not overwritten', async () => {
    await writeFile(credentialsFile(), '{"sess');
    const result = await cli(['whoami'], { env: { ALO_HOME: home } });
    expect(errorOf(result)).toMatchObject({ code: 'bad_credentials_file' });
    expect(await readFile(credentialsFile(), 'utf8')).toBe('{"sess');
  });
});

describe('commands', () => {
  const detail = { ...call, turns, voice_to_voice_ms: { p50: 640, p95: 640 } };

  test('calls show: who said what, how fast, for how much', async () => {
    const { stdout } = await run(
      { 'GET /v1/calls/call_1': () => ({ body: detail }) },
      ['calls', 'show', 'call_1'],
      { tty: true },
    );
    for (const part of ['¿A qué hora abren?', 'A las seis.', '640 ms', '$ 192,50', '0:32', 'p95']) {
      expect(stdout.replace(/\u00a0/g, ' ')).toContain(part);
    }
  });

  test('calls watch: events as JSON lines for programs, as plain lines on a dumb terminal', async () => {
    const platform = await startFakePlatform();
    api = platform;
    const env = { ALO_API_URL: platform.url, ALO_HOME: home };
    const lines = (await cli(['calls', 'watch', 'call_1'], { env })).stdout.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'call.dialing',
      'call.started',
      'agent.speaking',
      'turn.completed',
      'caller.partial',
      'caller.said',
      'agent.speaking',
      'turn.completed',
      'call.ended',
    ]);
    const plain = await cli(['calls', 'watch', 'call_1'], { env, tty: true });
    expect(plain.stdout).toContain('caller.said      ¿A qué hora abren?');
  });

  test.each([
    ['say', ['Habla Ana.'], { text: 'Habla Ana.' }],
    ['whisper', ['Sea breve.'], { text: 'Sea breve.' }],
    ['take-over', [], undefined],
    ['hand-back', [], undefined],
    ['hang-up', [], undefined],
  ])('calls %s sends the order to the call', async (word, words, body) => {
    const order = word.replace('-', '_');
    const path = `/v1/calls/call_1/${order}`;
    const routes: FakeRoutes = { [`POST ${path}`]: () => ({ status: 202, body: { order } }) };
    const { code, stdout } = await run(routes, ['calls', word, 'call_1', ...words]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { order }]);
    expect(api?.seen.at(-1)).toMatchObject({ path, ...(body ? { body } : {}) });
  });

  test('lists hand out their next page', async () => {
    const platform = await startFakePlatform();
    api = platform;
    const { stdout } = await cli(['calls', 'list', '--cursor', 'abc'], {
      env: { ALO_API_URL: platform.url, ALO_HOME: home },
    });
    expect(JSON.parse(stdout)).toMatchObject({ has_more: true, next_cursor: 'next' });
    expect(platform.seen[0]?.query.get('cursor')).toBe('abc');
  });

  test('billing top-up takes pesos and sends minor units, with an idempotency key', async () => {
    const started = {
      id: 'pay_1',
      amount: 5_000_000,
      currency: 'COP',
      status: 'pending',
      url: 'https://pay.example/1',
    };
    const { stdout } = await run(
      { 'POST /v1/billing/top_ups': () => ({ status: 201, body: started }) },
      ['billing', 'top-up', '50000'],
    );
    expect(JSON.parse(stdout)).toEqual(started);
    expect(api?.seen[0]?.body).toEqual({ amount: 5_000_000, currency: 'COP' });
    expect(api?.seen[0]?.headers['idempotency-key']).toMatch(/^\S{16,}$/);
  });

  test('knowledge add says which file could not be read, and fails', async () => {
    const failed = {
      id: 'doc_1',
      filename: 'a.pdf',
      status: 'failed',
      failure: 'Está vacío.',
      chunks: 0,
    };
    await writeFile(join(home, 'a.pdf'), 'x');
    const result = await run(
      {
        'POST /v1/knowledge/documents': () => ({
          status: 202,
          body: { ...failed, status: 'queued' },
        }),
        'GET /v1/knowledge/documents/doc_1': () => ({ body: failed }),
      },
      ['knowledge', 'add', 'a.pdf'],
      { cwd: home },
    );
    expect([result.code, JSON.parse(result.stdout)]).toEqual([1, failed]);
    expect(errorOf(result)).toMatchObject({ code: 'unreadable_file' });
  });

  test('inbox says that it is a sandbox, or that there is none', async () => {
    const mail = {
      id: '1',
      to: 'a@b.co',
      from: 'x',
      subject: 'Su código',
      text: '123456',
      code: '123456',
      received_at: call.created_at,
    };
    const shown = await run(
      { 'GET /sandbox/inbox': () => ({ body: { data: [mail] } }) },
      ['inbox'],
      { tty: true },
    );
    expect(shown.stdout).toMatch(/sandbox[\s\S]*Código: 123456/);
    await api?.close();
    const none = await run({}, ['inbox']);
    expect([none.code, errorOf(none)['code']]).toEqual([4, 'no_sandbox_inbox']);
  });

  test('doctor names what is sandbox and what makes it real', async () => {
    const platform = await startFakePlatform({}, { sandbox: ['deepgram', 'stripe'] });
    api = platform;
    const { code, stdout } = await cli(['doctor'], {
      env: { ALO_API_URL: platform.url, ALO_HOME: home },
    });
    const { vendors, ok } = JSON.parse(stdout) as {
      ok: boolean;
      vendors: { name: string; state: string; to_go_live: string[] }[];
    };
    expect([code, ok]).toEqual([0, true]);
    expect(vendors.find((one) => one.name === 'deepgram')).toEqual({
      name: 'deepgram',
      state: 'sandbox',
      to_go_live: ['DEEPGRAM_API_KEY'],
    });
    expect(vendors.find((one) => one.name === 'groq')).toEqual({
      name: 'groq',
      state: 'live',
      to_go_live: [],
    });
  });

  test('doctor looks at its own environment where nothing answers, and fails', async () => {
    const env = { ALO_API_URL: 'http://127.0.0.1:1', ALO_HOME: home, GROQ_BASE_URL: 'http://x' };
    const { code, stdout } = await cli(['doctor'], { env });
    const { vendors } = JSON.parse(stdout) as { vendors: { name: string; state: string }[] };
    expect(code).toBe(1);
    expect(vendors.filter((one) => one.state === 'live').map((one) => one.name)).toEqual(['groq']);
  });
});
