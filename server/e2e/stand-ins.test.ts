import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../testing/platform.ts';
import * as theirs from '../testing/stand-ins/index.ts';

const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));

const business = `
owner: { name: Lucía, email: lucia@example.com, phone: "+573001112233" }
answers:
  nombre: Se llama Frutería El Mango Feliz
  a qué se dedica: Vendemos fruta y jugos
  objetivo: Que tome pedidos
  productos y precios: El jugo de lulo vale 7.900
`;

it('`alo start --json` does the main job on the stand-ins of five other people', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'alo-start-'));
  const vendors = await Promise.all([
    theirs.startDeepgram(),
    theirs.startGroq(),
    theirs.startOpenAi(),
    theirs.startTelnyx(),
    theirs.startStripe(),
  ]);
  const [deepgram, groq, openai, telnyx, stripe] = vendors;
  const [apiPort, voicePort] = [await freePort(), await freePort()];
  stripe.deliverTo(`http://127.0.0.1:${apiPort}/v1/webhooks/stripe`);
  await writeFile(join(dir, 'negocio.yaml'), business);
  await writeFile(join(dir, 'precios.txt'), 'Precios por kilo\n\nMaracuyá: $ 8.200\n');
  await writeFile(join(dir, 'cliente.yaml'), 'number: "+573105550000"\nlines: ["Hola"]\n');
  const files = ['--business', 'negocio.yaml', '--knowledge', 'precios.txt'];
  const child = spawn(
    process.execPath,
    [alo, 'start', '--json', ...files, '--caller', 'cliente.yaml'],
    {
      cwd: dir,
      env: {
        ...process.env,
        ALO_HOME: join(dir, 'home'),
        ALO_DATA_DIR: join(dir, '.alo'),
        ALO_API_PORT: apiPort,
        ALO_VOICE_PORT: voicePort,
        ...theirs.settingsFor.deepgram(deepgram),
        ...theirs.settingsFor.groq(groq),
        ...theirs.settingsFor.openai(openai),
        ...theirs.settingsFor.telnyx(telnyx),
        ...theirs.settingsFor.stripe(stripe),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await Promise.all(vendors.map((vendor) => vendor.close()));
    await rm(dir, { recursive: true, force: true });
  });
  const [out, talk, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  expect({ exitCode, talk }).toMatchObject({ exitCode: 0 });
  const done: unknown = JSON.parse(out);
  expect(done).toMatchObject({
    plan: 'pro',
    agent: { config: { business_name: 'Frutería El Mango Feliz', goal: 'orders' } },
    knowledge: [{ filename: 'precios.txt', status: 'ready' }],
    call: { status: 'completed' },
    sandbox: ['supabase', 'wompi', 'bold', 'smtp'],
  });
  const { turns } = (done as { call: { turns: { caller: string; agent: string }[] } }).call;
  expect(turns[1]?.caller).toBe(theirs.callerLines[0]);
  expect(turns[1]?.agent).toContain('8.200');
}, 120_000);
