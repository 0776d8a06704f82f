import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Alo } from '@alo/sdk';
import { freePort, mailedCode, tempDir, until } from '../testing/platform.ts';

// A rolling restart: a real process is told to stop while somebody talks to an agent of its.
const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));
const account = { email: 'marta@example.com', password: 'almojabana-con-queso' };
const caller = '+573001112233';

const questions = [
  'Buenas, ¿a qué hora abren?',
  '¿Y qué precio tiene el croissant?',
  '¿Y la torta de chocolate?',
  '¿Y dónde quedan ustedes?',
  '¿Y los domingos también abren?',
  '¿Y hacen domicilios?',
];

let dataDir: string;
let ports: { api: string; voice: string };
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await tempDir();
  ports = { api: await freePort(), voice: await freePort() };
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs `alo serve`; resolves when it serves. */
async function serve(drainSeconds: number) {
  const child = spawn(process.execPath, [alo, 'serve', '--json'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ALO_HOME: dataDir,
      ALO_DATA_DIR: dataDir,
      ALO_API_PORT: ports.api,
      ALO_VOICE_PORT: ports.voice,
      ALO_FREE_CREDIT: '5000000',
      ALO_DRAIN_SECONDS: String(drainSeconds),
      ALO_LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let out = '';
  child.stdout.on('data', (data) => (out += data));
  await until(() => JSON.parse(out));
  const { api_url: apiUrl, sandbox_urls: urls } = JSON.parse(out);
  return { child, exited, apiUrl: String(apiUrl), telnyxUrl: String(urls.telnyx) };
}

const statusOf = async (port: string) =>
  (await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null))?.status;

it('says goodbye to who is still talking when its time is up, after it has stopped taking calls; all is settled', async () => {
  const { child, exited, apiUrl, telnyxUrl } = await serve(2);
  const api = new Alo({ baseUrl: apiUrl });
  await api.auth.signUp(account);
  const code = await mailedCode(api, account.email);
  const { access_token: accessToken } = await api.auth.verify({ email: account.email, code });
  const person = new Alo({ baseUrl: apiUrl, accessToken });
  const { secret: apiKey } = await person.apiKeys.create({ name: 'la tienda' });
  const sdk = new Alo({ baseUrl: apiUrl, apiKey });
  const agent = await sdk.agents.create({ config: { business_name: 'Panadería La Espiga' } });
  // Somebody who stays on the line.
  await fetch(`${telnyxUrl}/__sandbox/callers/${encodeURIComponent(caller)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: questions }),
  });
  const { id } = await sdk.calls.test({ agent_id: agent.id, to: caller });
  await until(async () => expect((await sdk.calls.get(id)).status).toBe('in_progress'));
  expect([await statusOf(ports.api), await statusOf(ports.voice)]).toEqual([200, 200]);

  child.kill('SIGTERM');
  await until(async () =>
    expect([await statusOf(ports.api), await statusOf(ports.voice)]).toEqual([503, 503]),
  );
  // The API serves on while the call lasts.
  expect((await sdk.calls.get(id)).status).toBe('in_progress');
  expect(await exited).toBe(0);

  const again = await serve(0);
  const back = new Alo({ baseUrl: again.apiUrl, apiKey });
  const call = await back.calls.get(id);
  expect(call).toMatchObject({ status: 'failed', end_reason: 'shutdown' });
  expect(call.recording_available).toBe(true);
  expect(call.turns.at(-1)?.agent).toContain('tenemos que cerrar la llamada');
  const wallet = await back.wallet.get();
  expect(wallet).toMatchObject({ held: 0 });
  again.child.kill('SIGTERM');
  expect(await again.exited).toBe(0);
}, 180_000);
