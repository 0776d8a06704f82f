import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem, type FakeRoutes } from '../testing/fake-api.ts';
import { fakeAudio, program } from '../testing/fake-audio.ts';
import { startFakeLine, type FakeLine, type FakeSocket } from '../testing/fake-line.ts';
import { call, callEvents, startFakePlatform, turns } from '../testing/fake-platform.ts';
import { cli, freshFolder, type CliOptions } from '../testing/run.ts';

type Platform = Awaited<ReturnType<typeof startFakePlatform>>;
let platform: Platform;
let line: FakeLine;
let folder: string;
let onLine: (message: { readonly type: string }, socket: FakeSocket) => void;
/** What the call's stream has next; it waits for more. */
let tell: (...types: string[]) => void;
let detail: object;

beforeEach(async () => {
  folder = await freshFolder();
  detail = { ...call, kind: 'talk', turns, voice_to_voice_ms: null };
  onLine = () => undefined;
  line = await startFakeLine((message, socket) => onLine(message, socket));
});
afterEach(async () => {
  await line.close();
  await platform?.close();
});

const greeting = ['call.started', 'agent.speaking', 'turn.completed'];
const answer = ['caller.said', 'agent.speaking', 'turn.completed'];

async function talk(argv: readonly string[], options: CliOptions = {}, routes: FakeRoutes = {}) {
  const waiting: string[] = [];
  let wake: () => void = () => undefined;
  tell = (...types) => {
    waiting.push(...types);
    wake();
  };
  platform = await startFakePlatform({
    'POST /v1/talks': () => ({
      status: 201,
      body: {
        call_id: 'call_1',
        url: `${line.url}/token-1`,
        token: 'token-1',
        expires_at: call.created_at,
      },
    }),
    'GET /v1/calls/call_1': () => ({ body: detail }),
    // Each answer brings what there is; the client comes back for the rest.
    'GET /v1/calls/call_1/events': async () => {
      while (waiting.length === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      const events = waiting.splice(0).map((type) => ({
        ...callEvents.find((event) => event.type === type),
        type,
      }));
      return { events };
    },
    ...routes,
  });
  const env = { ALO_HOME: folder, ALO_API_URL: platform.url, ALO_API_KEY: 'alo_sk_test_x' };
  return cli(['talk', ...argv], { ...options, env: { ...env, ...options.env } });
}

const opened = () => platform.seen.filter((one) => one.path === '/v1/talks').length;
const said = (socket = 0) => line.sockets[socket]?.said ?? [];
const until = (look: () => unknown) => vi.waitFor(look, { timeout: 8_000, interval: 10 });

/** The platform's side of a talk in writing: greets, answers each line, hangs up when told. */
const answers: typeof onLine = (message, socket) => {
  if (message.type === 'hello') tell(...greeting);
  if (message.type === 'text') tell(...answer);
  if (message.type !== 'bye') return;
  tell('call.ended');
  socket.close(1000);
};

describe('alo talk --text', () => {
  it('says a script line by line, each after the answer to the one before, and hangs up at its end', async () => {
    onLine = answers;
    const { code, stdout } = await talk(['--text'], { stdin: 'Buenas\n\n ¿A qué hora abren? \n' });
    expect(code).toBe(0);
    expect(said()).toEqual([
      { type: 'hello' },
      { type: 'text', text: 'Buenas' },
      { type: 'text', text: '¿A qué hora abren?' },
      { type: 'bye' },
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));
    expect(lines[0]).toEqual({ talking: true, call_id: 'call_1', agent_id: 'agt_1' });
    expect(lines.slice(1).map(({ type }) => type)).toEqual([
      ...greeting,
      ...answer,
      ...answer,
      'call.ended',
    ]);
    expect(line.sockets[0]?.token).toBe('token-1');
    // Somebody who only writes is still on the line: in silence.
    expect(line.sockets[0]?.audioBytes).toBeGreaterThan(0);
  });

  it('takes what is said for heard, and shows the talk at its end to people', async () => {
    onLine = (message, socket) => {
      answers(message, socket);
      if (message.type === 'hello') socket.send({ type: 'mark', name: 'utterance-1' });
    };
    const { code, stdout } = await talk(['--text'], { tty: true, stdin: '¿A qué hora abren?\n' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Habla con Panadería La Espiga {2}call_1\n.*Ctrl-C cuelga/);
    expect(stdout).toMatch(/agent\.speaking +Panadería, buenas\.\n/);
    expect(stdout).toMatch(/Conversación {2}call_1[^]*Agente {3}A las seis\./);
    expect(said()).toContainEqual({ type: 'played', name: 'utterance-1' });
  });

  it('hangs up on Ctrl-C, waits for the charge, and that is no failure', async () => {
    const interrupted = new AbortController();
    onLine = (message, socket) => {
      answers(message, socket);
      if (message.type === 'hello') interrupted.abort();
    };
    const { code, stdout } = await talk(['--text'], { signal: interrupted.signal });
    expect([code, said().at(-1)]).toEqual([0, { type: 'bye' }]);
    expect(stdout).toContain('"call.ended"');
  });

  it('ends with the agent, whatever is still to be said', async () => {
    onLine = (message, socket) => {
      if (message.type !== 'hello') return;
      tell(...greeting, 'call.ended');
      socket.close(1000);
    };
    expect((await talk(['--text'])).code).toBe(0);
  });

  it('comes back when the line drops, and goes on', async () => {
    onLine = (message, socket) => {
      if (socket === line.sockets[0]) return message.type === 'hello' ? socket.drop() : undefined;
      return answers(message, socket);
    };
    const { code } = await talk(['--text'], { stdin: 'Buenas\n' });
    expect([code, said(1).map(({ type }) => type)]).toEqual([0, ['hello', 'text', 'bye']]);
  });

  it('says that the line was lost, and where to look', async () => {
    detail = { ...detail, status: 'failed', end_reason: 'carrier_error' };
    onLine = (_message, socket) => {
      line.refuse();
      tell('call.started');
      socket.drop();
    };
    const { code, stderr } = await talk(['--text'], { tty: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Se cayó la línea; volviendo…\n✗ Se cayó la línea[^]*alo calls show call_1/,
    );
  });

  it('says how a talk ended that did not end well', async () => {
    detail = { ...detail, status: 'failed', end_reason: 'technical_failure' };
    onLine = (message, socket) => answers({ ...message, type: 'bye' }, socket);
    const { code, stderr } = await talk(['--text']);
    expect([code, JSON.parse(stderr).error]).toMatchObject([1, { code: 'call_failed' }]);
    expect(stderr).toContain('technical_failure');
  });

  it('refuses a line that is too long to be said, and hangs up', async () => {
    onLine = answers;
    const { code, stderr } = await talk(['--text'], { stdin: `${'x'.repeat(2_001)}\n` });
    expect([code, said().at(-1)]).toEqual([2, { type: 'bye' }]);
    expect(stderr).toContain('2000');
  });

  it.each([
    ['there is no agent', 'GET /v1/agents', { body: { data: [] } }, 4, 'alo interview'],
    [
      'there is no money',
      'POST /v1/talks',
      problem(402, 'insufficient_funds', 'No alcanza'),
      1,
      'alo billing top-up',
    ],
  ])('opens nothing where %s, and says what to do', async (_what, route, reply, exit, hint) => {
    const { code, stderr } = await talk(['--text'], {}, { [route]: () => reply });
    expect([code, line.sockets.length]).toEqual([exit, 0]);
    expect(stderr).toContain(hint);
  });
});

describe('alo talk', () => {
  it('is the microphone on the line, and the line on the speaker', async () => {
    const heard = Buffer.alloc(32_000, 7);
    const audio = await fakeAudio(folder, { pcm: heard });
    const spoken = Buffer.alloc(640 * 5, 9);
    onLine = (message, socket) => {
      if (message.type !== 'hello') return;
      tell(...greeting);
      for (let at = 0; at < spoken.length; at += 640)
        socket.sendAudio(spoken.subarray(at, at + 640));
      socket.send({ type: 'mark', name: 'utterance-1' });
    };
    const interrupted = new AbortController();
    const run = talk([], { env: { PATH: audio.path }, signal: interrupted.signal });
    await until(() => expect(said()).toContainEqual({ type: 'played', name: 'utterance-1' }));
    await until(() => expect(line.sockets[0]?.audioBytes).toBeGreaterThan(6_400));
    onLine = answers;
    interrupted.abort();
    expect((await run).code).toBe(0);
    const [player, ...others] = await audio.played();
    expect(player?.subarray(0, spoken.length)).toEqual(spoken);
    expect(others).toEqual([]);
  });

  it('falls silent at once when it is interrupted: the player is replaced', async () => {
    const audio = await fakeAudio(folder);
    onLine = (message, socket) => {
      if (message.type === 'hello') socket.sendAudio(new Uint8Array(32_000).fill(1));
      if (message.type === 'hello') socket.send({ type: 'mark', name: 'cut' });
      if (message.type === 'hello') socket.send({ type: 'clear' });
      if (message.type !== 'played') return;
      socket.sendAudio(new Uint8Array(640).fill(2));
      onLine = answers;
      socket.send({ type: 'mark', name: 'after' });
    };
    const interrupted = new AbortController();
    const run = talk([], { env: { PATH: audio.path }, signal: interrupted.signal });
    await until(() => expect(said().map(({ name }) => name)).toContain('after'));
    interrupted.abort();
    expect((await run).code).toBe(0);
    // The first may have been silenced before it had played anything.
    const last = (await audio.played()).at(-1);
    expect([last?.[0], last?.includes(1)]).toEqual([2, false]);
  });

  it('says what to install where neither SoX nor FFmpeg is there, and calls nobody', async () => {
    const { code, stderr } = await talk([], { tty: true, env: { PATH: folder } });
    expect([code, opened()]).toEqual([1, 0]);
    expect(stderr).toMatch(/SoX[^]*install sox[^]*alo talk --text/);
  });

  it("says why the microphone does not work, in its program's own words, and calls nobody", async () => {
    const { path } = await fakeAudio(folder);
    await program(path, 'rec', `console.error('no default audio device'); process.exit(2);`);
    const { code, stderr } = await talk([], { tty: true, env: { PATH: path } });
    expect([code, opened()]).toEqual([1, 0]);
    expect(stderr).toMatch(/El micrófono no funciona: no default audio device\n.*--text/);
  });

  it('hangs up where the speaker fails in the middle', async () => {
    const { path } = await fakeAudio(folder);
    await program(path, 'play', `process.stdin.once('data', () => process.exit(1));`);
    onLine = (message, socket) => {
      if (message.type === 'hello') socket.sendAudio(new Uint8Array(640));
      else answers(message, socket);
    };
    const { code, stderr } = await talk([], { env: { PATH: path } });
    expect([code, said().at(-1)]).toEqual([1, { type: 'bye' }]);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'speaker_failed' });
  });

  it('needs no terminal program it was not asked for: a folder named rec is none', async () => {
    await mkdir(join(folder, 'rec'));
    expect((await talk([], { env: { PATH: folder } })).code).toBe(1);
    expect(opened()).toBe(0);
  });
});
