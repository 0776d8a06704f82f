import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresPool } from '@alo/core/db';

// The main job as its user runs it: the `alo` command in a process of its own.
const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));
const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisServer = process.env['TEST_REDIS_URL'];
/** A database of this file's own: whoever shares one shares its jobs. */
const redisUrl = redisServer && new URL('/8', redisServer).href;
const MINUTES = 60_000;

const business = `
owner: { name: Aurora Quispe, email: aurora@peluqueriaaurora.pe, phone: "+51987654321" }
answers:
  nombre: Nos llamamos Peluquería Aurora
  a que nos dedicamos: Cortes, tintes y peinados para damas, caballeros y niños
  objetivo: Que agende las citas y diga los precios
  horarios: De martes a domingo de 9 de la mañana a 7 de la noche, los lunes no atendemos
  cosas prohibidas: No prometer descuentos
`;
const prices =
  'PELUQUERÍA AURORA\n\nCorte de dama ........ $ 38.000\nTinte completo ....... $ 127.500\nPeinado de novia ..... $ 240.000\n';
const caller =
  'number: "+573201234567"\nlines:\n  - "Buenas, ¿cuánto cuesta el tinte completo?"\n  - "Gracias, eso es todo, hasta luego."\n';

let dir: string;
let children: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alo-e2e-'));
  children = [];
  writeFileSync(join(dir, 'negocio.yaml'), business);
  writeFileSync(join(dir, 'precios.txt'), prices);
  writeFileSync(join(dir, 'llamada.yaml'), caller);
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

/** Starts `alo` with the data folder of this test. */
function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [alo, ...args], {
    cwd: dir,
    // The tester's own settings stay out: only what the test says is configured.
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: dir,
      ALO_HOME: join(dir, 'home'),
      ALO_DATA_DIR: join(dir, '.alo'),
      ALO_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  let stderr = '';
  const lines = new Set<() => void>();
  child.stdout.on('data', (data) => (stdout += data));
  child.stderr.on('data', (data) => {
    stderr += data;
    for (const look of lines) look();
  });
  return {
    child,
    /** Resolves once stderr has said this. */
    async says(text: string) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = () => stderr.includes(text) && resolve();
      lines.add(look);
      child.once('exit', () => reject(new Error(`ended before «${text}»:\n${stderr}`)));
      look();
      await promise;
      lines.delete(look);
    },
    async ended() {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return { code: child.exitCode, stdout, stderr };
    },
  };
}

const tour = (env: Record<string, string> = {}) =>
  run(
    [
      'start',
      '--json',
      '--business',
      'negocio.yaml',
      '--knowledge',
      'precios.txt',
      '--caller',
      'llamada.yaml',
    ],
    env,
  );

async function summaryOf(tour: ReturnType<typeof run>) {
  const { code, stdout, stderr } = await tour.ended();
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

/** What must be true of any run, whoever runs it and on whatever it runs. */
function expectMainJob(summary: ReturnType<typeof JSON.parse>) {
  expect(summary.plan).toBe('pro');
  expect(summary.agent.config.business_name).toBe('Peluquería Aurora');
  expect(summary.agent.config.opening_hours.monday).toEqual([]);
  expect(summary.agent.config.opening_hours.sunday).toEqual([{ opens: '09:00', closes: '19:00' }]);
  expect(summary.agent.system_prompt).toContain('Peluquería Aurora');
  expect(summary.knowledge).toMatchObject([{ filename: 'precios.txt', status: 'ready' }]);
  expect(summary.call.status).toBe('completed');
  expect(summary.wallet.before - summary.wallet.after).toBe(summary.call.cost);
  const answer = summary.call.turns.find((turn: { caller: string | null }) =>
    turn.caller?.includes('tinte'),
  );
  expect(answer.agent).toContain('127.500');
  expect(answer.voice_to_voice_ms).toBeGreaterThan(0);
  const wav = readFileSync(summary.call.recording);
  const samples = new Int16Array(
    wav.buffer.slice(wav.byteOffset + 44, wav.byteOffset + wav.length - ((wav.length - 44) % 2)),
  );
  for (const side of [0, 1]) {
    const loud = samples.filter((sample, index) => index % 2 === side && Math.abs(sample) > 3_000);
    expect(loud.length).toBeGreaterThan(1_000);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves once the server answers; rejects if its process ends first. */
async function ready({ child, ended }: ReturnType<typeof run>, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error((await ended()).stderr);
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) }).catch(
      () => null,
    );
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Reads from the API with the session that the command keeps for its owner. */
function ownerOf(api: string) {
  const { sessions } = JSON.parse(readFileSync(join(dir, 'home', 'credentials.json'), 'utf8'));
  // The shapes are the API's own matter; this test reads a few fields of them.
  // oxlint-disable-next-line typescript/no-explicit-any
  return async (path: string): Promise<any> => {
    const answer = await fetch(`${api}${path}`, {
      headers: { authorization: `Bearer ${sessions[api].access_token}` },
    });
    expect(answer.status).toBe(200);
    return answer.json();
  };
}

/** A database of this test's own on the server given. */
async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const admin = createPostgresPool(databaseUrl ?? '', 1);
  const name = `alo_e2e_${process.pid}_${children.length}_${Math.floor(performance.now())}`;
  await admin.query(`create database ${name}`);
  try {
    const url = new URL(databaseUrl ?? '');
    url.pathname = `/${name}`;
    return await work(url.href);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  }
}

/** Kills the command in mid-call and runs it again: nobody is called twice, the hold is settled, the ledger adds up. */
async function expectKillLosesNothing(settings: Record<string, string> = {}) {
  const port = String(await freePort());
  const env = { ...settings, ALO_API_PORT: port };
  const killed = tour(env);
  await killed.says('Agente:');
  killed.child.kill('SIGKILL');
  await killed.ended();
  expectMainJob(await summaryOf(tour(env)));

  const platform = run(['serve'], env);
  const api = `http://127.0.0.1:${port}`;
  await ready(platform, api);
  const get = ownerOf(api);
  const calls = (await get('/v1/calls')).data;
  expect(calls.map((call: { status: string }) => call.status)).toEqual(['completed', 'failed']);
  expect(calls[1].end_reason).toBe('interrupted');
  const wallet = await get('/v1/wallet');
  const entries = (await get('/v1/wallet/entries')).data;
  expect(wallet.held).toBe(0);
  expect(entries.reduce((sum: number, entry: { amount: number }) => sum + entry.amount, 0)).toBe(
    wallet.balance,
  );
  const charged = entries
    .filter((entry: { kind: string }) => entry.kind === 'call')
    .map((entry: { source_id: string }) => entry.source_id);
  expect(new Set(charged).size).toBe(charged.length);
}

describe('npm start -- --json', () => {
  it(
    'does the main job with files nobody has seen, and again for the same owner',
    async () => {
      const first = await summaryOf(tour());
      expectMainJob(first);
      const second = await summaryOf(tour());
      expectMainJob(second);
      expect(second.organization_id).toBe(first.organization_id);
      expect(second.knowledge[0].id).toBe(first.knowledge[0].id);
    },
    4 * MINUTES,
  );

  it(
    'after a kill in mid-call calls nobody again, settles the hold, and the ledger adds up',
    async () => {
      await expectKillLosesNothing();
    },
    5 * MINUTES,
  );

  it(
    'says which step failed and why, on stderr, with nothing on stdout',
    async () => {
      writeFileSync(join(dir, 'precios.txt'), Buffer.from([0x4d, 0x5a, 0x90, 0x00, 0x03]));
      const { code, stdout, stderr } = await tour().ended();
      expect(code).not.toBe(0);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/Conocimiento/);
      expect(stderr).toContain('Leemos PDF');
    },
    2 * MINUTES,
  );
});

describe.runIf(databaseUrl && redisUrl)(
  'on Postgres and Redis (where TEST_DATABASE_URL and TEST_REDIS_URL are given)',
  () => {
    it(
      'does the main job in one process',
      async () => {
        await withDatabase(async (url) => {
          expectMainJob(await summaryOf(tour({ DATABASE_URL: url, REDIS_URL: redisUrl ?? '' })));
        });
      },
      3 * MINUTES,
    );

    it(
      'after a kill in mid-call calls nobody again, settles the hold, and the ledger adds up',
      async () => {
        await withDatabase((url) =>
          expectKillLosesNothing({ DATABASE_URL: url, REDIS_URL: redisUrl ?? '' }),
        );
      },
      5 * MINUTES,
    );

    it(
      'does the main job with api, voice and workers as three processes',
      async () => {
        await withDatabase(async (url) => {
          const [apiPort, voicePort] = [String(await freePort()), String(await freePort())];
          const env = {
            DATABASE_URL: url,
            REDIS_URL: redisUrl ?? '',
            ALO_API_PORT: apiPort,
            ALO_VOICE_PORT: voicePort,
          };
          const parts = ['api', 'voice', 'workers'].map((part) => run(['serve', part], env));
          const api = `http://127.0.0.1:${apiPort}`;
          const voice = `http://127.0.0.1:${voicePort}`;
          await Promise.all(
            parts.map((part, index) => ready(part, [api, voice, api][index] ?? api)),
          );
          expectMainJob(await summaryOf(tour({ ALO_API_URL: api })));
        });
      },
      4 * MINUTES,
    );
  },
);
