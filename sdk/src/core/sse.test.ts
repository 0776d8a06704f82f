import { describe, expect, test } from 'vitest';
import { ConnectionError } from './errors.ts';
import { createSseParser, readSse, type SseMessage } from './sse.ts';
import { collect } from './testing.ts';

function parse(...chunks: string[]): SseMessage[] {
  const push = createSseParser();
  return chunks.flatMap(push);
}

async function read(...chunks: Uint8Array[]): Promise<SseMessage[]> {
  return collect(readSse(ReadableStream.from(chunks) as ReadableStream<Uint8Array>));
}

const stream =
  ': open\r\n\r\nid: 1\nevent: agent.said\ndata: {"text":\ndata: "¿Aló? 🥖"}\n\ndata: dos\r\r';
const expected = [
  { event: 'agent.said', data: '{"text":\n"¿Aló? 🥖"}', id: '1', retryMs: undefined },
  { event: 'message', data: 'dos', id: '1', retryMs: undefined },
];

describe('an event stream', () => {
  test('reads the same wherever its bytes are cut, inside a character too', async () => {
    const bytes = new TextEncoder().encode(stream);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toEqual(expected);
    }
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test('starting with a byte order mark loses only the mark', async () => {
    expect(
      await read(Uint8Array.of(0xef, 0xbb, 0xbf), new TextEncoder().encode('data: x\n\n')),
    ).toEqual([{ event: 'message', data: 'x', id: '', retryMs: undefined }]);
  });

  test.each([
    ['one leading space is the separator, more are content', 'data:  x\n\n', [' x']],
    ['no separator', 'data:x\n\n', ['x']],
    ['a field without a colon is empty', 'data\n\n', ['']],
    ['comments and unknown fields say nothing', ': hi\nfoo: bar\n\n', []],
    ['a message without data is none', 'event: ping\n\n', []],
    ['what is unfinished at the end is dropped', 'data: x', []],
    ['an unended message is dropped', 'data: x\n', []],
  ])('%s', (_name, text, data) => {
    expect(parse(text).map((message) => message.data)).toEqual(data);
  });

  test('keeps the last id until another comes, and ignores ids with NUL and bad retry times', () => {
    const messages = parse(
      'id: 7\ndata: a\n\n',
      'id: x\0\nretry: 2s\ndata: b\n\nretry: 90\ndata: c\n\n',
    );
    expect(messages.map(({ id, retryMs }) => [id, retryMs])).toEqual([
      ['7', undefined],
      ['7', undefined],
      ['7', 90],
    ]);
  });

  test('with a message that never ends is refused before it fills the memory', () => {
    const push = createSseParser();
    const chunk = 'x'.repeat(1_048_576);
    expect(() => {
      push('data: ');
      for (let index = 0; index < 5; index += 1) push(chunk);
    }).toThrow('too long');
  });

  test('that the reader leaves is cancelled', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
      cancel: () => {
        cancelled = true;
      },
    });
    for await (const _message of readSse(body)) break;
    expect(cancelled).toBe(true);
  });

  test('that says nothing for too long is given up and cancelled; a comment is something', async () => {
    const cancelled = Promise.withResolvers<void>();
    let chunks = [': here\n\n', 'data: x\n\n'];
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const [next, ...rest] = chunks;
        chunks = rest;
        if (next !== undefined) controller.enqueue(new TextEncoder().encode(next));
      },
      cancel: () => cancelled.resolve(),
    });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const message of readSse(body, 20)) seen.push(message.data);
    })();
    await expect(reading).rejects.toThrow(ConnectionError);
    await cancelled.promise;
    expect(seen).toEqual(['x']);
  });
});
