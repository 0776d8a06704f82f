import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { imageSize } from './image-size.rules.ts';

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url));
const webp = (fourCc: string, ...rest: number[]) =>
  Uint8Array.from([...Buffer.from(`RIFF\0\0\0\0WEBP${fourCc}\0\0\0\0`, 'latin1'), ...rest]);

describe('imageSize', () => {
  it('reads the size of each kind of image', async () => {
    expect(imageSize(await fixture('price-board.png'), 'image/png')).toEqual({
      width: 630,
      height: 364,
    });
    expect(imageSize(await fixture('price-board.jpg'), 'image/jpeg')).toEqual({
      width: 720,
      height: 416,
    });
    expect(imageSize(await fixture('price-board.webp'), 'image/webp')).toEqual({
      width: 630,
      height: 364,
    });
  });

  it('reads lossless and extended WebP', () => {
    expect(imageSize(webp('VP8L', 0x2f, 0x7f, 0xc2, 0x18, 0), 'image/webp')).toEqual({
      width: 640,
      height: 100,
    });
    expect(imageSize(webp('VP8X', 0, 0, 0, 0, 0xff, 0xff, 0x0f, 9, 0, 0), 'image/webp')).toEqual({
      width: 1_048_576,
      height: 10,
    });
  });

  it('is null for a header that is cut short, empty or goes in circles', async () => {
    const jpeg = await fixture('price-board.jpg');
    expect(imageSize(jpeg.subarray(0, 20), 'image/jpeg')).toBeNull();
    expect(imageSize(Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), 'image/jpeg')).toBeNull();
    expect(imageSize(new Uint8Array(40), 'image/png')).toBeNull();
    expect(imageSize(webp('VP8 ', ...Buffer.alloc(14)), 'image/webp')).toBeNull();
    expect(imageSize(webp('ALPH'), 'image/webp')).toBeNull();
  });
});
