import { describe, expect, test } from 'vitest';
import { readEvents } from './event-stream.ts';

async function* bodyOf(pieces: readonly Uint8Array[]) {
  yield* pieces;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const fail = (failure: unknown) => new Error(JSON.stringify(failure));
async function readAll(pieces: readonly Uint8Array[]): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of readEvents(bodyOf(pieces), fail)) events.push(event);
  return events;
}
const read = (...pieces: string[]) => readAll(pieces.map(bytes));

describe('an event stream', () => {
  test('is the same wherever the network cuts it, within a character too', async () => {
    const events = [{ a: 'ñandú 🎂' }, { b: 'línea\nnueva' }, { c: [1, 2] }];
    const whole = bytes(events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''));
    expect(await readAll(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(events);
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(await readAll([whole.subarray(0, cut), whole.subarray(cut)])).toEqual(events);
    }
  });

  test('is read past comments, names and blank lines, and not past its end', async () => {
    expect(
      await read(': hi\n\nevent: x\nid: 1\ndata:{"a":1}\n\n', 'data: [DONE]\n\n', 'data: no json'),
    ).toEqual([{ a: 1 }]);
  });

  test('that tells of an error throws it after what came before', async () => {
    const seen: unknown[] = [];
    const reading = async () => {
      const stream = bodyOf([
        bytes('data: {"a":1}\n\nevent: error\ndata: {"error":{"code":"x"}}\n\n'),
      ]);
      for await (const event of readEvents(stream, fail)) seen.push(event);
    };
    await expect(reading()).rejects.toThrow('{"code":"x"}');
    expect(seen).toEqual([{ a: 1 }]);
  });

  test.each(['data: {\n\n', 'data: hola\n\n', 'data: 7\n\n', 'data: null\n\n'])(
    'of something else is refused: %j',
    async (text) => {
      await expect(read(text)).rejects.toThrow(SyntaxError);
    },
  );
});
