import { afterEach, describe, expect, it, vi } from 'vitest';
import { startFakeLine, type FakeLine } from '../testing/fake-line.ts';
import { openLine } from './line.ts';

let fake: FakeLine;
afterEach(() => fake.close());

async function open(onMessage: Parameters<typeof startFakeLine>[0] = () => undefined) {
  fake = await startFakeLine(onMessage);
  const user = { onMessage: vi.fn(), onLost: vi.fn(), onBack: vi.fn() };
  const line = openLine(`${fake.url}/token`, user);
  const said = (socket = 0) => fake.sockets[socket]?.said.map(({ type }) => type) ?? [];
  return { line, user, said };
}
const until = (look: () => void) => vi.waitFor(look, { timeout: 8_000, interval: 10 });

describe('a line', () => {
  it('says hello, carries audio and control both ways, and hangs up with a word', async () => {
    const { line, user, said } = await open((message, socket) => {
      if (message.type === 'bye') socket.close(1000);
    });
    await until(() => expect(said()).toEqual(['hello']));
    fake.sockets[0]?.sendAudio(Uint8Array.of(1, 2));
    fake.sockets[0]?.send({ type: 'event', event: 'caller.said' });
    fake.sockets[0]?.send({ type: 'clear' });
    await until(() =>
      expect(user.onMessage.mock.calls).toEqual([
        [{ type: 'audio', pcm: Uint8Array.of(1, 2) }],
        [{ type: 'clear' }],
      ]),
    );
    line.sendAudio(new Uint8Array(640));
    line.send({ type: 'text', text: 'hola' });
    line.hangUp();
    line.hangUp();
    expect(await line.ended).toBe('over');
    expect(said()).toEqual(['hello', 'text', 'bye']);
    expect(fake.sockets[0]?.audioBytes).toBe(640);
  });

  it('that drops comes back with the same address, and brings what was written meanwhile', async () => {
    const { line, user, said } = await open();
    await until(() => expect(said()).toEqual(['hello']));
    fake.sockets[0]?.drop();
    await until(() => expect(user.onLost).toHaveBeenCalledTimes(1));
    line.send({ type: 'text', text: '¿me oye?' });
    line.send({ type: 'played', name: 'of before' });
    await until(() => expect(said(1)).toEqual(['hello', 'text']));
    expect([user.onLost, user.onBack].map((fn) => fn.mock.calls.length)).toEqual([1, 1]);
    expect(fake.sockets.map(({ token }) => token)).toEqual(['token', 'token']);
    fake.sockets[1]?.close(1000);
    expect(await line.ended).toBe('over');
  });

  it('that does not come back in time is lost', async () => {
    const { line, said } = await open();
    await until(() => expect(said()).toEqual(['hello']));
    fake.refuse();
    fake.sockets[0]?.drop();
    expect(await line.ended).toBe('lost');
  });

  it("that is nobody's is refused, and not tried again", async () => {
    const { line, user } = await open((_message, socket) => socket.close(1008));
    expect(await line.ended).toBe('refused');
    expect([fake.sockets.length, user.onLost.mock.calls.length]).toEqual([1, 0]);
  });

  it('that was hung up before it opened says so as soon as it is open', async () => {
    const { line, said } = await open((message, socket) => {
      if (message.type === 'bye') socket.close(1000);
    });
    line.hangUp();
    expect(await line.ended).toBe('over');
    expect(said()).toEqual(['hello', 'bye']);
  });
});
