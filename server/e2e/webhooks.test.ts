import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Alo, verifyWebhook, type AloEvent } from '@alo/sdk';
import type { Platform } from '../index.ts';
import { freePort, mailedCode, platformWith, tempDir } from '../testing/platform.ts';

// Events on their way out, with nothing left out: a platform, `alo` in processes of its own, a
// receiver that checks signatures as its author would.
const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));
const account = { email: 'marta@example.com', password: 'almojabana-con-queso' };

/** Looks until it does not throw: processes start, retries wait five seconds and more. */
const until = (look: () => unknown) => vi.waitFor(look, { timeout: 45_000, interval: 50 });

let dataDir: string;
let env: Record<string, string>;
let platform: Platform;
let sdk: Alo;
let apiKey: string;
const children: ChildProcess[] = [];

async function start(): Promise<Alo> {
  const started = await platformWith(env, dataDir);
  ({ platform } = started);
  return started.api;
}

beforeAll(async () => {
  dataDir = await tempDir();
  env = { ALO_API_PORT: await freePort(), ALO_VOICE_PORT: await freePort() };
  const api = await start();
  await api.auth.signUp(account);
  const code = await mailedCode(api, account.email);
  const { access_token: accessToken } = await api.auth.verify({ email: account.email, code });
  const person = new Alo({ baseUrl: platform.apiUrl, accessToken });
  apiKey = (await person.apiKeys.create({ name: 'la tienda' })).secret;
  sdk = new Alo({ baseUrl: platform.apiUrl, apiKey });
}, 180_000);
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(async () => {
  await platform.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** One's own server. What it got and could verify is kept. */
async function receiver(secretOf: () => string) {
  const got: AloEvent[] = [];
  const refused: unknown[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    try {
      got.push(await verifyWebhook(Buffer.concat(chunks).toString(), request.headers, secretOf()));
      response.writeHead(200).end('gracias');
    } catch (error) {
      refused.push(error);
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { got, refused, url: `http://127.0.0.1:${port}/hooks`, close: () => server.close() };
}

/** Runs `alo`; each line of its stdout is JSON. */
function run(...args: string[]) {
  const child = spawn(process.execPath, [alo, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ALO_HOME: dataDir,
      ALO_API_URL: platform.apiUrl,
      ALO_API_KEY: apiKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    json: () => lines.map((line) => JSON.parse(line)),
    async result() {
      const [code] = await once(child, 'close');
      return { code, value: JSON.parse(lines.join('\n')) };
    },
  };
}

const createAgent = (name: string) => sdk.agents.create({ config: { business_name: name } });

describe('alo listen --forward-to', () => {
  it('brings what happens, and what is triggered, to a local server, signed; a restart of the platform loses nothing', async () => {
    let secret = '';
    const local = await receiver(() => secret);
    const listener = run('listen', '--forward-to', local.url, '--events', 'agent.*', 'call.ended');
    await until(() => expect(listener.lines).not.toEqual([]));
    ({ secret } = listener.json()[0]);
    expect(secret).toMatch(/^whsec_/);

    const first = await createAgent('Panadería La Espiga');
    const triggered = await run('trigger', 'call.ended').result();
    expect(triggered).toMatchObject({ code: 0, value: { type: 'call.ended', test: true } });
    await until(() => expect(local.got).toHaveLength(2));
    expect(local.got[0]).toMatchObject({ type: 'agent.created', test: false, data: first });
    expect(local.got[1]).toEqual(triggered.value);

    // Away for a moment: what happens before the listener is back reaches it all the same.
    await platform.close();
    await start();
    const second = await createAgent('Panadería El Trigal');
    await until(() => expect(local.got).toHaveLength(3));
    expect(local.got[2]).toMatchObject({ type: 'agent.created', data: second });
    expect(local.refused).toEqual([]);
    // It says so once the answer is there: after its receiver knows.
    await until(() =>
      expect(
        listener
          .json()
          .slice(1)
          .map((line) => [line.event.type, line.forward.status]),
      ).toEqual([
        ['agent.created', 200],
        ['call.ended', 200],
        ['agent.created', 200],
      ]),
    );

    listener.child.kill('SIGINT');
    const [code] = await once(listener.child, 'exit');
    expect(code).toBe(130);
    local.close();
  }, 180_000);
});

describe('a webhook endpoint', () => {
  it('is told, signed; what it refused is tried again, and replayed; the log says all of it', async () => {
    let secret = '';
    const local = await receiver(() => secret);
    const created = await run('webhooks', 'create', local.url, '--events', 'agent.*').result();
    expect(created).toMatchObject({ code: 0, value: { url: local.url, status: 'enabled' } });
    const endpointId = created.value.id as string;

    // Not configured yet at the receiver's: it refuses, and is tried again by itself.
    secret = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const agent = await createAgent('Panadería La Colmena');
    await until(() => expect(local.refused).toHaveLength(1));
    ({ secret } = created.value);
    await until(() => expect(local.got).toMatchObject([{ type: 'agent.created', data: agent }]));

    const event = local.got[0];
    const replayed = await run('events', 'replay', event?.id ?? '').result();
    expect(replayed.value.data).toMatchObject([{ endpoint_id: endpointId, status: 'pending' }]);
    await until(() => expect(local.got).toEqual([event, event]));

    const { secret: fresh } = await sdk.webhookEndpoints.rotateSecret(endpointId);
    await createAgent('Panadería Dos Llaves');
    await until(() => expect(local.got).toHaveLength(3));
    secret = fresh;
    await createAgent('Panadería Llave Nueva');
    await until(() => expect(local.got).toHaveLength(4));

    const [delivery] = await sdk.events.deliveries(event?.id ?? '');
    const shown = await run('webhooks', 'delivery', delivery?.id ?? '').result();
    expect(shown.value.attempt_log.map((one: { status_code: number }) => one.status_code)).toEqual([
      200, 200, 400,
    ]);
    expect(shown.value.attempt_log[0].response).toBe('gracias');
    await sdk.webhookEndpoints.delete(endpointId);
    local.close();
  }, 180_000);

  it('of the private network is refused, even where one’s own machine is allowed', async () => {
    for (const url of ['http://169.254.169.254/', 'https://10.0.0.1/', 'https://[fd00::1]/'])
      await expect(sdk.webhookEndpoints.create({ url })).rejects.toMatchObject({
        status: 422,
        param: 'url',
      });
  });
});
