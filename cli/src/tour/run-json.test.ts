import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { problem, type FakeRoutes } from '../testing/fake-api.ts';
import { agent, startFakePlatform } from '../testing/fake-platform.ts';
import { cli, freshFolder, type CliRun } from '../testing/run.ts';
import { topics } from './topics.ts';

type Platform = Awaited<ReturnType<typeof startFakePlatform>>;
let platform: Platform;
let folder: string;

beforeEach(async () => {
  folder = await freshFolder();
  await writeFile(
    join(folder, 'negocio.yaml'),
    'owner: { name: Ana, email: ana@panaderia.co, phone: +573001112233 }\nanswers: { nombre: La Espiga, horario: De 6 a 8 }\n',
  );
  await writeFile(
    join(folder, 'llamada.yaml'),
    'number: "+573001112233"\nlines: ["¿A qué hora abren?"]\n',
  );
  await writeFile(join(folder, 'precios.pdf'), '%PDF-1.4');
});
afterEach(() => platform?.close());

const files = [
  '--business',
  'negocio.yaml',
  '--knowledge',
  'precios.pdf',
  '--caller',
  'llamada.yaml',
];

async function start(
  options: { routes?: FakeRoutes; sandbox?: string[]; argv?: string[]; reuse?: boolean } = {},
): Promise<CliRun> {
  if (!options.reuse) platform = await startFakePlatform(options.routes, options);
  const env = { ALO_API_URL: platform.url, ALO_HOME: join(folder, 'home') };
  return cli(['start', '--json', ...(options.argv ?? files)], { env, cwd: folder });
}

const errorOf = (run: CliRun) =>
  JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '') as { error: Record<string, unknown> };

describe('alo start --json', () => {
  test('prints one JSON object and nothing else, with everything the tour made', async () => {
    const run = await start();
    expect([run.code, run.stderr.includes('error')]).toEqual([0, false]);
    const recording = join(folder, '.alo', 'recordings', 'call_1.wav');
    expect(JSON.parse(run.stdout)).toEqual({
      organization_id: 'org_1',
      plan: 'pro',
      wallet: { currency: 'COP', before: 5_000_000, after: 4_980_750 },
      agent: { id: 'agt_1', config: agent.config, system_prompt: agent.system_prompt },
      knowledge: [{ id: 'doc_1', filename: 'precios.pdf', status: 'ready', chunks: 3 }],
      call: {
        id: 'call_1',
        status: 'completed',
        duration_ms: 32_232,
        cost: 19_250,
        recording,
        turns: [
          { caller: null, agent: 'Panadería, buenas.', voice_to_voice_ms: null },
          { caller: '¿A qué hora abren?', agent: 'A las seis.', voice_to_voice_ms: 640 },
        ],
        voice_to_voice_ms: { p50: 640, p95: 640 },
      },
      sandbox: ['stripe', 'wompi', 'telnyx', 'supabase'],
    });
    expect(await readFile(recording, 'utf8')).toBe('RIFF-audio');
  });

  test("answers each topic from the owner's file, and sets the caller's script before it dials", async () => {
    await start();
    expect(
      Object.fromEntries(topics.map((topic, index) => [topic, platform.state.answers[index]])),
    ).toMatchObject({
      business_name: 'La Espiga',
      opening_hours: 'De 6 a 8',
      tone: 'no sé',
      anything_else: 'no sé',
    });
    expect(platform.state.callers).toEqual({ '+573001112233': { lines: ['¿A qué hora abren?'] } });
    const paths = platform.seen.map((one) => one.path);
    expect(paths.indexOf('/__sandbox/callers/%2B573001112233')).toBeLessThan(
      paths.indexOf('/v1/calls/test'),
    );
  });

  test('run again, signs in by the saved session and pays for nothing twice', async () => {
    await start();
    const before = platform.seen.length;
    platform.state.answers.length = 0;
    const run = await start({ reuse: true });
    expect(run.code).toBe(0);
    const again = platform.seen.slice(before).map((one) => `${one.method} ${one.path}`);
    expect(again).not.toContain('POST /v1/auth/sign_up');
    expect(again).not.toContain('POST /v1/billing/checkout');
    expect(again).not.toContain('POST /v1/billing/top_ups');
  });

  test('tops up and dials again when the balance turns out too low', async () => {
    let calls = 0;
    const refuseOnce: FakeRoutes = {
      'POST /v1/calls/test': () => {
        calls += 1;
        return calls === 1
          ? problem(402, 'insufficient_funds', 'El saldo no alcanza')
          : {
              status: 201,
              body: {
                id: 'call_1',
                to: '+573001112233',
                rate_per_minute: { amount: 1, currency: 'COP' },
              },
            };
      },
    };
    const run = await start({ routes: refuseOnce });
    expect(run.code).toBe(0);
    expect(platform.seen.filter((one) => one.path === '/v1/billing/top_ups')).toHaveLength(2);
  });

  test("goes on where somebody else's stand-in has no button and confirms by itself", async () => {
    const routes: FakeRoutes = {
      'POST /c/pay/cs_1/pay': () => problem(404, 'not_found', 'No existe'),
      'GET /v1/billing': () => ({
        body: { plan: platform.seen.some((one) => one.path.startsWith('/c/pay')) ? 'pro' : 'free' },
      }),
    };
    const run = await start({ routes, sandbox: ['wompi', 'telnyx'] });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('Pague aquí: http://127.0.0.1');
  });

  test.each<[string, FakeRoutes, Record<string, unknown>]>([
    [
      'account',
      {
        'POST /v1/auth/sign_up': () => problem(422, 'weak_password', 'La contraseña es muy débil'),
      },
      {
        code: 'weak_password',
        step: 'account',
        message: 'Paso «Cuenta»: La contraseña es muy débil',
      },
    ],
    [
      'plan',
      { 'POST /c/pay/cs_1/pay': () => ({ status: 402 }) },
      { code: 'payment_refused', step: 'plan' },
    ],
    [
      'wallet',
      {
        'GET /v1/billing/top_ups/pay_1': () => ({ body: { id: 'pay_1', status: 'declined' } }),
      },
      { code: 'payment_declined', step: 'wallet' },
    ],
    [
      'interview',
      { 'POST /v1/interviews': () => problem(403, 'forbidden', 'No tiene permiso para esto') },
      { code: 'forbidden', step: 'interview', status: 403 },
    ],
    [
      'knowledge',
      {
        'GET /v1/knowledge/documents/doc_1': () => ({
          body: {
            id: 'doc_1',
            filename: 'precios.pdf',
            status: 'failed',
            failure: 'Está protegido con clave.',
          },
        }),
      },
      {
        code: 'unreadable_file',
        step: 'knowledge',
        message: 'Paso «Conocimiento»: precios.pdf: Está protegido con clave.',
      },
    ],
    [
      'call',
      {
        'GET /v1/calls/call_1': () => ({
          body: {
            id: 'call_1',
            to: '+57',
            status: 'no_answer',
            end_reason: 'no_answer',
            cost: { amount: 0, currency: 'COP' },
          },
        }),
      },
      { code: 'call_failed', step: 'call' },
    ],
  ])(
    'a failure in the step %s names the step and the cause, and leaves stdout empty',
    async (_step, routes, error) => {
      const run = await start({ routes });
      expect([run.code === 0, run.stdout]).toEqual([false, '']);
      expect(errorOf(run).error).toMatchObject(error);
    },
  );

  test('where the mail is real, the code is asked for, and then taken from --otp', async () => {
    const noInbox: FakeRoutes = {
      'GET /sandbox/inbox': () => problem(404, 'not_found', 'No existe'),
    };
    const first = await start({ routes: noInbox });
    expect(errorOf(first).error).toMatchObject({ code: 'otp_required', step: 'account' });
    const second = await start({ reuse: true, argv: [...files, '--otp', '123456'] });
    expect(second.code).toBe(0);
  });

  test.each([
    ['a file that is not there', ['--business', 'nada.yaml', ...files.slice(2)], 'nada.yaml'],
    ['a knowledge file that is not there', [...files, '--knowledge', 'nada.pdf'], 'nada.pdf'],
  ])('%s is named', async (_name, argv, named) => {
    const run = await start({ argv });
    expect(run.code).not.toBe(0);
    expect(String(errorOf(run).error['message'])).toContain(named);
  });

  test('a platform that does not answer fails in its first step', async () => {
    await start();
    await platform.close();
    const run = await start({ reuse: true });
    expect(errorOf(run).error).toMatchObject({ code: 'unreachable', step: 'platform' });
  });
});
