import { describe, expect, it } from 'vitest';
import { createFramer, readMessage } from './wire.ts';

describe('the line', () => {
  it('reads audio, marks and clears', () => {
    expect(readMessage(Uint8Array.of(1, 2).buffer)).toEqual({
      type: 'audio',
      pcm: Uint8Array.of(1, 2),
    });
    expect(readMessage('{"type":"mark","name":"utterance-1"}')).toEqual({
      type: 'mark',
      name: 'utterance-1',
    });
    expect(readMessage('{"type":"clear"}')).toEqual({ type: 'clear' });
  });

  it.each(['', '{', 'null', '[]', '"clear"', '{"type":"mark","name":7}', '{"type":"event"}', 7])(
    'does not mind what it has no use for: %j',
    (data) => {
      expect(readMessage(data)).toBeNull();
    },
  );
});

describe("a microphone's bytes", () => {
  it('become whole samples, whatever pieces they come in', () => {
    const frame = createFramer();
    expect(frame(Uint8Array.of(1))).toEqual([]);
    expect(frame(Uint8Array.of(2, 3))).toEqual([Uint8Array.of(1, 2)]);
    expect(frame(new Uint8Array(0))).toEqual([]);
    expect(frame(Uint8Array.of(4, 5, 6))).toEqual([Uint8Array.of(3, 4, 5, 6)]);
  });

  it('become messages of a second at most', () => {
    const frame = createFramer();
    expect(frame(new Uint8Array(70_001)).map((message) => message.length)).toEqual([
      32_000, 32_000, 6_000,
    ]);
    expect(frame(new Uint8Array(1)).map((message) => message.length)).toEqual([2]);
  });
});
