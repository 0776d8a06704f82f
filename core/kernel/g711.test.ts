import { describe, expect, test } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts';

const allBytes = Uint8Array.from({ length: 256 }, (_, i) => i);
const allSamples = Int16Array.from({ length: 65_536 }, (_, i) => i - 32_768);
const one = (codec: (pcm: Int16Array) => Uint8Array, sample: number) =>
  codec(Int16Array.of(sample))[0];

describe('mu-law', () => {
  test('silence is 0xFF and comes back as zero', () => {
    expect(one(encodeMulaw, 0)).toBe(0xff);
    expect([...decodeMulaw(Uint8Array.of(0xff, 0x7f))]).toEqual([0, 0]);
  });

  test('has the values of the ITU tables', () => {
    expect([...decodeMulaw(Uint8Array.of(0x00, 0x80, 0x0f, 0x8f, 0x70, 0xf0, 0x7e, 0xfe))]).toEqual(
      [-32_124, 32_124, -16_764, 16_764, -120, 120, -8, 8],
    );
  });

  test('every byte survives the round trip, but for negative zero', () => {
    const back = encodeMulaw(decodeMulaw(allBytes));
    expect([...back]).toEqual([...allBytes].map((byte) => (byte === 0x7f ? 0xff : byte)));
  });

  test('never strays further than half a step of its segment', () => {
    const back = decodeMulaw(encodeMulaw(allSamples));
    // 32635 is where the standard clips.
    const bound = (level: number) => (level > 32_635 ? 700 : (level + 132) / 32 + 1);
    const strays = allSamples.filter(
      (sample, i) => Math.abs((back[i] as number) - sample) > bound(Math.abs(sample)),
    );
    expect([...strays]).toEqual([]);
  });
});

describe('A-law', () => {
  test('silence is 0xD5', () => {
    expect(one(encodeAlaw, 0)).toBe(0xd5);
    expect([...decodeAlaw(Uint8Array.of(0xd5, 0x55))]).toEqual([8, -8]);
  });

  test('has the values of the ITU tables', () => {
    expect([...decodeAlaw(Uint8Array.of(0x2a, 0xaa, 0x25, 0xa5, 0x54, 0xd4))]).toEqual([
      -32_256, 32_256, -16_896, 16_896, -24, 24,
    ]);
  });

  test('every byte survives the round trip', () => {
    expect([...encodeAlaw(decodeAlaw(allBytes))]).toEqual([...allBytes]);
  });

  test('never strays further than half a step of its segment', () => {
    const back = decodeAlaw(encodeAlaw(allSamples));
    const bound = (level: number) => Math.max(8, level / 32) + 8;
    const strays = allSamples.filter(
      (sample, i) => Math.abs((back[i] as number) - sample) > bound(Math.abs(sample)),
    );
    expect([...strays]).toEqual([]);
  });
});

test('louder input never codes as softer output', () => {
  for (const [encode, decode] of [
    [encodeMulaw, decodeMulaw],
    [encodeAlaw, decodeAlaw],
  ] as const) {
    const back = decode(encode(allSamples));
    expect(back.every((value, i) => i === 0 || value >= (back[i - 1] as number))).toBe(true);
  }
});

test('empty audio is empty', () => {
  expect(encodeMulaw(new Int16Array(0))).toHaveLength(0);
  expect(decodeAlaw(new Uint8Array(0))).toHaveLength(0);
});
