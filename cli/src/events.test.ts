import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '@alo/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeApi, type FakeApi, type FakeRoutes } from './testing/fake-api.ts';
import { cli, freshFolder, type CliOptions } from './testing/run.ts';

let api: FakeApi | undefined;
const open: { close(): unknown }[] = [];
afterEach(async () => {
  await api?.close();
  for (const one of open.splice(0)) await one.close();
});

async function run(routes: FakeRoutes, argv: string[], options: CliOptions = {}) {
  api = await startFakeApi(routes);
  const env = { ALO_API_URL: api.url, ALO_API_KEY: 'alo_sk_test_x', ALO_HOME: await freshFolder() };
  return cli(argv, { ...options, env: { ...env, ...options.env } });
}

const at = '2026-11-23T12:00:00.000Z';
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const event = (n: number) => ({
  id: `evt_${n}`,
  type: 'call.ended',
  timestamp: at,
  test: n === 2,
  data: { id: 'call_1', to: '+573001112233' },
});
const delivery = {
  id: 'dlv_1',
  event_id: 'evt_1',
  event_type: 'call.ended',
  endpoint_id: 'whe_1',
  status: 'pending',
  attempts: 2,
  next_attempt_at: at,
  created_at: at,
  completed_at: null,
};
const endpoint = {
  id: 'whe_1',
  url: 'https://panaderia.co/hooks',
  description: null,
  event_types: ['call.*'],
  status: 'disabled',
  disabled_reason: 'failing',
  disabled_at: at,
  failing_since: at,
  created_at: at,
  updated_at: at,
};

/** One's own server: what it got, checked as its author would. */
async function receiver(status: number, after: number) {
  const got: unknown[] = [];
  const enough = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push(await verifyWebhook(Buffer.concat(chunks).toString(), request.headers, secret));
    response.writeHead(status, { location: '/elsewhere' }).end();
    if (got.length === after) enough.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  return { got, enough: enough.promise, port: (server.address() as AddressInfo).port };
}

describe('alo listen', () => {
  /** Listens until `until` is done, by default until it has come back once; then presses Ctrl-C. */
  async function listen(argv: string[], until?: Promise<void>, options: CliOptions = {}) {
    const stop = new AbortController();
    const cameBack = Promise.withResolvers<void>();
    let streams = 0;
    const routes: FakeRoutes = {
      'GET /v1/events/stream': () => {
        streams += 1;
        if (streams === 2) cameBack.resolve();
        const opened = { type: 'stream.opened', cursor: 'start' };
        return { events: streams === 1 ? [opened, event(1)] : [opened, event(2)] };
      },
    };
    const running = run(routes, ['listen', ...argv], { ...options, signal: stop.signal });
    await (until ?? cameBack.promise);
    stop.abort();
    return running;
  }

  test('forwards each event, signed, across connections, and says what became of it', async () => {
    const { got, enough, port } = await receiver(204, 2);
    const argv = ['--forward-to', `:${port}/hooks`, '--secret', secret, '--events', 'call.*'];
    const { code, stdout } = await listen(argv, enough);
    expect(got).toEqual([event(1), event(2)]);
    expect(code).toBe(130);
    const [ready, ...lines] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(ready).toEqual({
      listening: true,
      forward_to: `http://localhost:${port}/hooks`,
      secret,
    });
    expect(lines[0]).toMatchObject({ event: event(1), forward: { status: 204, error: null } });
    expect(api?.seen[0]?.query.get('types')).toBe('call.*');
    expect(api?.seen[1]?.headers['last-event-id']).toBe('1');
  });

  test('for people: a secret to check with, a line an event, tests marked', async () => {
    const { enough, port } = await receiver(301, 2);
    const argv = ['--forward-to', `127.0.0.1:${port}`, '--secret', secret];
    const { stdout } = await listen(argv, enough, { tty: true });
    expect(stdout).toContain(secret);
    expect(stdout).toMatch(/call\.ended {2}evt_1 {2}→ 301 \(\d+ ms\)/);
  });

  test('goes on when nobody is there to forward to', async () => {
    const { port } = await receiver(200, 1);
    await open.splice(0)[0]?.close();
    const { stdout } = await listen(['--forward-to', String(port)], undefined, { tty: true });
    expect(stdout).toContain('sin respuesta: ECONNREFUSED');
    expect(stdout).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
  });

  test.each([
    ['an address that is none', ['--forward-to', 'http://']],
    ['an event that is none', ['--events', 'call.exploded']],
    ['a secret that is none', ['--secret', 'hola']],
  ])('refuses %s', async (_what, argv) => {
    expect((await run({}, ['listen', ...argv])).code).toBe(2);
  });
});

describe('alo trigger and alo events', () => {
  test('trigger asks for a sample, to the endpoints named', async () => {
    const routes: FakeRoutes = {
      'POST /v1/events/trigger': () => ({ status: 201, body: event(2) }),
    };
    const argv = ['trigger', 'call.ended', '--endpoint', 'whe_1', 'whe_2'];
    const { stdout } = await run(routes, argv);
    expect(JSON.parse(stdout)).toEqual(event(2));
    expect(api?.seen[0]?.body).toEqual({ type: 'call.ended', endpoint_ids: ['whe_1', 'whe_2'] });
    await api?.close();
    const wrong = await run(routes, ['trigger', 'call.exploded']);
    expect([wrong.code, wrong.stderr.includes('call.ended')]).toEqual([2, true]);
  });

  test('list and show: what happened and where it went', async () => {
    const page = { data: [event(1), event(2)], has_more: false, next_cursor: null };
    const list = await run(
      { 'GET /v1/events': () => ({ body: page }) },
      ['events', 'list', '--events', 'call.*,wallet.low_balance'],
      { tty: true },
    );
    expect(list.stdout).toMatch(/evt_2 +call\.ended.*prueba/);
    expect(api?.seen[0]?.query.get('types')).toBe('call.*,wallet.low_balance');
    await api?.close();
    const show = await run(
      {
        'GET /v1/events/evt_1': () => ({ body: event(1) }),
        'GET /v1/events/evt_1/deliveries': () => ({ body: { data: [delivery] } }),
      },
      ['events', 'show', 'evt_1'],
      { tty: true },
    );
    for (const part of ['+573001112233', 'whe_1', 'pendiente', '2'])
      expect(show.stdout).toContain(part);
  });

  test('replay sends again: by the platform, or from here to a server of one’s own', async () => {
    const sent = await run(
      { 'POST /v1/events/evt_1/replay': () => ({ status: 202, body: { data: [delivery] } }) },
      ['events', 'replay', 'evt_1', '--endpoint', 'whe_1'],
    );
    expect(JSON.parse(sent.stdout)).toEqual({ data: [delivery] });
    expect(api?.seen[0]?.body).toEqual({ endpoint_id: 'whe_1' });
    await api?.close();
    const { got, port } = await receiver(200, 1);
    const here = await run({ 'GET /v1/events/evt_1': () => ({ body: event(1) }) }, [
      'events',
      'replay',
      'evt_1',
      '--forward-to',
      `localhost:${port}/h`,
      '--secret',
      secret,
    ]);
    expect(JSON.parse(here.stdout)).toMatchObject({ forward: { status: 200 }, secret });
    expect(got).toEqual([event(1)]);
  });
});

describe('alo webhooks', () => {
  test('create shows the secret, and says that it is shown once', async () => {
    const { stdout } = await run(
      { 'POST /v1/webhook_endpoints': () => ({ status: 201, body: { ...endpoint, secret } }) },
      ['webhooks', 'create', endpoint.url, '--events', 'call.*', 'payment.approved'],
      { tty: true },
    );
    expect(stdout).toContain(secret);
    expect(stdout).toContain('no se vuelve a mostrar');
    expect(api?.seen[0]?.body).toEqual({
      url: endpoint.url,
      event_types: ['call.*', 'payment.approved'],
    });
  });

  test('list and show say why one is off', async () => {
    const page = { data: [endpoint], has_more: false, next_cursor: null };
    const routes: FakeRoutes = {
      'GET /v1/webhook_endpoints': () => ({ body: page }),
      'GET /v1/webhook_endpoints/whe_1': () => ({ body: endpoint }),
    };
    for (const argv of [['list'], ['show', 'whe_1']]) {
      const { stdout } = await run(routes, ['webhooks', ...argv], { tty: true });
      expect(stdout).toContain('desactivada: llevaba días fallando');
      await api?.close();
    }
  });

  test('update sends what is named, and wants something named', async () => {
    const routes: FakeRoutes = { 'PATCH /v1/webhook_endpoints/whe_1': () => ({ body: endpoint }) };
    const update = (...argv: string[]) => run(routes, ['webhooks', 'update', 'whe_1', ...argv]);
    expect((await update('--enable', '--events', '*')).code).toBe(0);
    expect(api?.seen[0]?.body).toEqual({ status: 'enabled', event_types: ['*'] });
    await api?.close();
    expect((await update()).code).toBe(2);
    await api?.close();
    expect((await update('--enable', '--disable')).code).toBe(2);
  });

  test('rotate, delete, deliveries and delivery do what they say', async () => {
    const detail = {
      ...delivery,
      attempt_log: [
        { number: 2, at, duration_ms: 31, status_code: 500, error: null, response: 'roto\n\n!' },
        { number: 1, at, duration_ms: 9, status_code: null, error: 'timeout', response: null },
      ],
    };
    const routes: FakeRoutes = {
      'POST /v1/webhook_endpoints/whe_1/rotate_secret': () => ({
        body: { secret, previous_expires_at: at },
      }),
      'DELETE /v1/webhook_endpoints/whe_1': () => ({ status: 204 }),
      'GET /v1/webhook_endpoints/whe_1/deliveries': () => ({
        body: { data: [delivery], has_more: false, next_cursor: null },
      }),
      'GET /v1/webhook_deliveries/dlv_1': () => ({ body: detail }),
    };
    const said = async (...argv: string[]) => {
      const { code, stdout } = await run(routes, ['webhooks', ...argv], { tty: true });
      expect(code).toBe(0);
      return stdout;
    };
    expect(await said('rotate', 'whe_1', '--overlap-hours', '2')).toContain(secret);
    expect(api?.seen[0]?.body).toEqual({ overlap_hours: 2 });
    await api?.close();
    expect(await said('delete', 'whe_1')).toContain('Borrada');
    await api?.close();
    expect(await said('deliveries', 'whe_1', '--status', 'pending')).toContain('dlv_1');
    expect(api?.seen[0]?.query.get('status')).toBe('pending');
    await api?.close();
    const shown = await said('delivery', 'dlv_1');
    for (const part of ['500', 'timeout', 'roto !']) expect(shown).toContain(part);
  });
});
