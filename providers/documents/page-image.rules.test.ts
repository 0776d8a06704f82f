import { describe, expect, it } from 'vitest';
import {
  coverage,
  encodePgm,
  paintPictures,
  type Matrix,
  type Picture,
} from './page-image.rules.ts';

/** Dark at the top left, light elsewhere: shows every turn and mirroring. */
const corner: Picture = {
  width: 2,
  height: 2,
  samples: 'grey',
  data: Uint8Array.from([0, 200, 200, 200]),
};
const page = { width: 2, height: 2 };
/** Unit square with the origin at the bottom left, on a page with the origin at the top left. */
const upright: Matrix = [2, 0, 0, -2, 0, 2];
const paint = (picture: Picture, place: Matrix, pixelsMax = 1_000) => [
  ...paintPictures([{ picture, place }], page, pixelsMax).data,
];

describe('paintPictures', () => {
  it('paints a picture as it is shown', () => {
    expect(paint(corner, upright)).toEqual([0, 200, 200, 200]);
  });

  it('paints it turned and mirrored as the page turns and mirrors it', () => {
    expect(paint(corner, [0, 2, 2, 0, 0, 0])).toEqual([200, 0, 200, 200]);
    expect(paint(corner, [-2, 0, 0, -2, 2, 2])).toEqual([200, 0, 200, 200]);
    expect(paint(corner, [2, 0, 0, 2, 0, 0])).toEqual([200, 200, 0, 200]);
  });

  it('puts strips of a scan back together', () => {
    const strip = (value: number): Picture => ({
      width: 2,
      height: 1,
      samples: 'grey',
      data: Uint8Array.from([value, value]),
    });
    const painted = paintPictures(
      [
        { picture: strip(10), place: [2, 0, 0, -1, 0, 1] },
        { picture: strip(20), place: [2, 0, 0, -1, 0, 2] },
      ],
      page,
      1_000,
    );
    expect([...painted.data]).toEqual([10, 10, 20, 20]);
  });

  it('reads bits, colours and transparency', () => {
    const bits = {
      width: 2,
      height: 2,
      samples: 'bits',
      data: Uint8Array.from([0x40, 0xc0]),
    } as const;
    expect(paint(bits, upright)).toEqual([0, 255, 255, 255]);
    const rgb = Uint8Array.from([255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0]);
    expect(paint({ width: 2, height: 2, samples: 'rgb', data: rgb }, upright)).toEqual([
      255, 0, 255, 0,
    ]);
    const clear = {
      width: 1,
      height: 1,
      samples: 'rgba',
      data: Uint8Array.from([0, 0, 0, 0]),
    } as const;
    expect(paint(clear, upright)).toEqual([255, 255, 255, 255]);
  });

  it('stays within its bound whatever the page promises', () => {
    const place: Matrix = [1e6, 0, 0, -1e6, 0, 1e6];
    const painted = paintPictures([{ picture: corner, place }], { width: 1e6, height: 1e6 }, 400);
    expect(painted.data.length).toBeLessThanOrEqual(400);
  });

  it('leaves out what lies flat, outside or nowhere', () => {
    for (const place of [
      [0, 0, 0, 0, 0, 0],
      [2, 0, 0, -2, 50, 50],
      [Number.NaN, 0, 0, 1, 0, 0],
    ] as const) {
      expect(paint(corner, place).every((value) => value === 255)).toBe(true);
    }
  });
});

describe('coverage', () => {
  it('is the share of the page', () => {
    expect(coverage([{ picture: corner, place: [1, 0, 0, -2, 0, 2] }], page)).toBe(0.5);
  });
});

describe('encodePgm', () => {
  it('writes a binary PGM', () => {
    const file = encodePgm({ width: 2, height: 1, data: Uint8Array.from([0, 255]) });
    expect(Buffer.from(file).toString('latin1')).toBe('P5\n2 1\n255\n\0\u00ff');
  });
});
