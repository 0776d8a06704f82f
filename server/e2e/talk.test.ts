import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Alo, type CallDetail } from '@alo/sdk';
import type { Platform } from '../index.ts';
import { mailedCode, platformWith, tempDir, until } from '../testing/platform.ts';
import { onTerminal } from '../testing/terminal.ts';

// Somebody talks to their agent from a terminal: `alo` in a process of its own, the media socket, the
// engine; in writing, and through programs that stand in for the machine's microphone and speaker.
const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));
const account = { email: 'marta@example.com', password: 'almojabana-con-queso' };

let platform: Platform;
let dataDir: string;
let sdk: Alo;
let env: Record<string, string>;
const children: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await tempDir();
  const started = await platformWith({ ALO_FREE_CREDIT: '5000000' }, dataDir);
  platform = started.platform;
  const { api } = started;
  await api.auth.signUp(account);
  const code = await mailedCode(api, account.email);
  const { access_token: accessToken } = await api.auth.verify({ email: account.email, code });
  const person = new Alo({ baseUrl: platform.apiUrl, accessToken });
  const { secret: apiKey } = await person.apiKeys.create({ name: 'la tienda' });
  sdk = new Alo({ baseUrl: platform.apiUrl, apiKey });
  await sdk.agents.create({
    config: {
      business_name: 'Panadería La Espiga',
      services: [{ name: 'Torta de zanahoria', price: { amount: 7_800_000, currency: 'COP' } }],
    },
  });
  env = { ALO_HOME: dataDir, ALO_API_URL: platform.apiUrl, ALO_API_KEY: apiKey };
}, 120_000);
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(async () => {
  await platform?.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The newest call, which must have been charged exactly once, with nothing held any more. */
async function chargedOnce(): Promise<CallDetail> {
  const { data } = await sdk.calls.list({ limit: 1 });
  const call = await sdk.calls.get(data[0]?.id ?? '');
  const entries = (await sdk.wallet.entries()).data.filter(
    ({ source_id: source }) => source === call.id,
  );
  expect(entries.map(({ amount }) => -amount)).toEqual([call.cost?.amount]);
  expect((await sdk.wallet.get()).held).toBe(0);
  return call;
}

it('holds a whole conversation in writing on a live screen, interrupts, and hangs up with Ctrl-C', async () => {
  const person = onTerminal(['talk', '--text'], { ...env, TERM: 'xterm-256color' });
  await person.shown(/en curso/);
  await person.shown(/Agente[^]*Panadería La Espiga/);
  // Before the greeting is over: whoever writes means it.
  person.enter('¿Cuánto vale la torta de zanahoria?');
  await person.shown(/Usted[^]*zanahoria\?[^]*Agente[^]*78\.000/);
  person.enter('¿Y a qué hora abren?');
  await person.shown(/Usted[^]*a qué hora abren\?[^]*Agente/);
  person.press('\u0003');
  const { code, screen } = await person.ended;
  expect(code).toBe(0);
  expect(screen).toMatch(/Conversación {2}call_[^]*caller_hangup[^]*Cliente[^]*zanahoria\?/);
  const call = await chargedOnce();
  expect(call).toMatchObject({ kind: 'talk', status: 'completed', end_reason: 'caller_hangup' });
  expect(call.turns[0]).toMatchObject({ caller: null, interrupted: true });
  const [first, second] = ['¿Cuánto vale la torta de zanahoria?', '¿Y a qué hora abren?'];
  // The second may have come before a word of the answer to the first was heard: then both are one turn.
  expect([[first, second], [`${first} ${second}`]]).toContainEqual(
    call.turns.slice(1).map(({ caller }) => caller),
  );
}, 90_000);

it('says a script in turn, and the agent hangs up at its goodbye', async () => {
  const run = start(['talk', '--text']);
  run.child.stdin?.end('¿Cuánto vale la torta de zanahoria?\nMuchas gracias, hasta luego.\n');
  expect(await run.exited).toBe(0);
  const call = await chargedOnce();
  expect(call).toMatchObject({ status: 'completed', end_reason: 'agent_hangup' });
  expect(call.turns.map(({ caller, interrupted }) => [caller, interrupted])).toEqual([
    [null, false],
    ['¿Cuánto vale la torta de zanahoria?', false],
    ['Muchas gracias, hasta luego.', false],
  ]);
  expect(call.turns[1]?.agent).toContain('78.000');
  expect(run.events().at(-1)).toMatchObject({ type: 'call.ended' });
}, 90_000);

it('is heard through a microphone and plays the agent, who falls silent when spoken over', async () => {
  const machine = await machineThatSays('No, no, espere. ¿Cuánto vale la torta de zanahoria?');
  const run = start(['talk'], { PATH: `${machine.bin}:${process.env['PATH'] ?? ''}` });
  await until(() => expect(run.events()).toContainEqual(said('agent.speaking')));
  await machine.speak();
  await until(() => expect(run.events()).toContainEqual(said('caller.said', /zanahoria/)));
  await until(() => expect(run.events()).toContainEqual(said('agent.speaking', /78\.000/)));
  await until(async () => expect(loudness((await machine.played()).at(-1))).toBeGreaterThan(3_000));
  run.child.kill('SIGINT');
  expect(await run.exited).toBe(0);
  // The greeting was cut short at the speaker: its player was ended, and the answer had another.
  const players = await machine.played();
  expect(players.length).toBeGreaterThan(1);
  expect(loudness(players[0])).toBeGreaterThan(3_000);
  const call = await chargedOnce();
  expect(call).toMatchObject({ status: 'completed', end_reason: 'caller_hangup' });
  expect(call.turns[0]).toMatchObject({ caller: null, interrupted: true });
}, 90_000);

const said = (type: string, words = /./) =>
  expect.objectContaining({
    type,
    data: expect.objectContaining({ text: expect.stringMatching(words) }),
  });

/** Runs `alo` without a terminal; each line of its stdout is JSON. */
function start(words: readonly string[], more: Record<string, string> = {}) {
  const child = spawn(process.execPath, [alo, ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env, ...more },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    child,
    exited: once(child, 'close').then(([code]) => code as number | null),
    events: () => lines.map((line) => JSON.parse(line) as unknown),
  };
}

/** `rec` and `play` for a PATH: a voice that says its words when told to, and a speaker that keeps what it plays. */
async function machineThatSays(words: string) {
  const bin = join(dataDir, 'bin');
  await mkdir(bin);
  const [voice, now] = [join(dataDir, 'voice.pcm'), join(dataDir, 'now')];
  const speak = new URL(
    '/v1/speak?model=aura-2-celeste-es&encoding=linear16&sample_rate=16000&container=none',
    platform.sandboxUrls['deepgram'],
  );
  const spoken = await fetch(speak, {
    method: 'POST',
    headers: { authorization: 'Token sandbox', 'content-type': 'application/json' },
    body: JSON.stringify({ text: words }),
  });
  expect(spoken.status).toBe(200);
  await writeFile(voice, new Uint8Array(await spoken.arrayBuffer()));
  const program = async (name: string, code: string) => {
    await writeFile(join(bin, name), `#!${process.execPath}\n${code}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program(
    'rec',
    `const { existsSync, readFileSync } = require('node:fs');
     const voice = readFileSync(${JSON.stringify(voice)});
     const beganMs = performance.now();
     let sent = 0, at = -1;
     process.stdout.on('error', () => process.exit());
     setInterval(() => {
       if (at < 0 && existsSync(${JSON.stringify(now)})) at = 0;
       for (; sent < (performance.now() - beganMs) * 32; sent += 640) {
         const frame = Buffer.alloc(640);
         if (at >= 0 && at < voice.length) { voice.copy(frame, 0, at); at += 640; }
         process.stdout.write(frame);
       }
     }, 20);`,
  );
  await program(
    'play',
    `const { appendFileSync, writeFileSync } = require('node:fs');
     const file = ${JSON.stringify(dataDir)} + '/played-' + Date.now() + '-' + process.pid;
     writeFileSync(file, '');
     process.stdin.on('data', (chunk) => appendFileSync(file, chunk));`,
  );
  return {
    bin,
    speak: () => writeFile(now, ''),
    async played(): Promise<Buffer[]> {
      const files = (await readdir(dataDir)).filter((name) => name.startsWith('played-'));
      return Promise.all(files.toSorted().map((name) => readFile(join(dataDir, name))));
    },
  };
}

/** The highest sample of 16-bit PCM. */
function loudness(pcm: Buffer | undefined): number {
  let highest = 0;
  for (let at = 0; pcm && at + 1 < pcm.length; at += 2)
    highest = Math.max(highest, Math.abs(pcm.readInt16LE(at)));
  return highest;
}
