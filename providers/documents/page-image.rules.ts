/** An affine map `[a, b, c, d, e, f]`: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  return [
    outer[0] * inner[0] + outer[2] * inner[1],
    outer[1] * inner[0] + outer[3] * inner[1],
    outer[0] * inner[2] + outer[2] * inner[3],
    outer[1] * inner[2] + outer[3] * inner[3],
    outer[0] * inner[4] + outer[2] * inner[5] + outer[4],
    outer[1] * inner[4] + outer[3] * inner[5] + outer[5],
  ];
}

/** Decoded samples as pdf.js hands them over. `bits`: one bit a pixel, rows padded to bytes, 0 is ink. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly samples: 'bits' | 'grey' | 'rgb' | 'rgba';
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture on a page: `place` maps the unit square (origin at the bottom left) to the page. */
export interface PlacedPicture {
  readonly picture: Picture;
  readonly place: Matrix;
}

export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** The share of the page that pictures cover; overlaps count twice, up to 1. */
export function coverage(pictures: readonly PlacedPicture[], page: PageSize): number {
  const covered = pictures.reduce(
    (sum, { place }) => sum + Math.abs(place[0] * place[3] - place[1] * place[2]),
    0,
  );
  return Math.min(1, covered / (page.width * page.height));
}

export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a page's pictures, and nothing else, in grey on white, in the resolution of the finest of
 * them within `pixelsMax`. So a scan that was turned, mirrored or cut into strips comes out upright and whole.
 */
export function paintPictures(
  pictures: readonly PlacedPicture[],
  page: PageSize,
  pixelsMax: number,
): GreyImage {
  const finest = Math.max(1, ...pictures.map(pixelsPerUnit).filter(Number.isFinite));
  const scale = Math.min(finest, Math.sqrt(pixelsMax / (page.width * page.height)));
  const width = Math.max(1, Math.floor(page.width * scale));
  const height = Math.max(1, Math.floor(page.height * scale));
  const canvas = { width, height, data: new Uint8Array(width * height).fill(255) };
  for (const { picture, place } of pictures) {
    paint(canvas, picture, multiply([scale, 0, 0, scale, 0, 0], place));
  }
  return canvas;
}

function pixelsPerUnit({ picture, place }: PlacedPicture): number {
  return Math.max(
    picture.width / Math.hypot(place[0], place[1]),
    picture.height / Math.hypot(place[2], place[3]),
  );
}

function paint(canvas: GreyImage, picture: Picture, place: Matrix): void {
  const [a, b, c, d, e, f] = place;
  const determinant = a * d - b * c;
  if (!Number.isFinite(determinant) || Math.abs(determinant) < 1) return;
  const sample = sampler(picture);
  const box = bounds(canvas, place);
  for (let y = box.top; y < box.bottom; y += 1) {
    for (let x = box.left; x < box.right; x += 1) {
      // The pixel's centre, taken back into the unit square.
      const px = x + 0.5 - e;
      const py = y + 0.5 - f;
      const u = (d * px - c * py) / determinant;
      const v = (a * py - b * px) / determinant;
      if (u < 0 || u >= 1 || v <= 0 || v > 1) continue;
      const column = Math.floor(u * picture.width);
      const row = Math.floor((1 - v) * picture.height);
      canvas.data[y * canvas.width + x] = sample(column, row);
    }
  }
}

function bounds(canvas: GreyImage, [a, b, c, d, e, f]: Matrix) {
  const clamp = (value: number, max: number) => Math.min(max, Math.max(0, value));
  return {
    left: clamp(Math.floor(e + Math.min(0, a, c, a + c)), canvas.width),
    right: clamp(Math.ceil(e + Math.max(0, a, c, a + c)), canvas.width),
    top: clamp(Math.floor(f + Math.min(0, b, d, b + d)), canvas.height),
    bottom: clamp(Math.ceil(f + Math.max(0, b, d, b + d)), canvas.height),
  };
}

/** Grey of one pixel, 0 black to 255 white; pixels that the data lacks are white. */
function sampler({ width, samples, data }: Picture): (column: number, row: number) => number {
  const at = (index: number) => data[index] ?? 255;
  const luma = (index: number) => (77 * at(index) + 150 * at(index + 1) + 29 * at(index + 2)) >> 8;
  switch (samples) {
    case 'bits': {
      const stride = Math.ceil(width / 8);
      return (column, row) => (at(row * stride + (column >> 3)) & (0x80 >> (column & 7)) ? 255 : 0);
    }
    case 'grey':
      return (column, row) => at(row * width + column);
    case 'rgb':
      return (column, row) => luma((row * width + column) * 3);
    case 'rgba':
      return (column, row) => {
        const index = (row * width + column) * 4;
        const alpha = at(index + 3);
        return (luma(index) * alpha + 255 * (255 - alpha)) / 255;
      };
  }
}

/** Binary PGM (Netpbm P5): a header and the samples. The reader of images takes it as it is. */
export function encodePgm({ width, height, data }: GreyImage): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}
