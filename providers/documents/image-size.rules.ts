import type { DocumentMediaType } from '@alo/core/ports';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Width and height from an image's header, without decoding a pixel: a few bytes can promise
 * gigabytes. Null if the header is broken. Sources: PNG (W3C) §11.2.2, JPEG (T.81) B.2.2,
 * WebP container specification.
 */
export function imageSize(bytes: Uint8Array, mediaType: DocumentMediaType): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = readSize(view, mediaType);
    return size !== null && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    // The header points beyond the end of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readSize(view: DataView, mediaType: DocumentMediaType): ImageSize | null {
  if (mediaType === 'image/png') return pngSize(view);
  if (mediaType === 'image/jpeg') return jpegSize(view);
  if (mediaType === 'image/webp') return webpSize(view);
  return null;
}

const IHDR = 0x49484452;

function pngSize(view: DataView): ImageSize | null {
  if (view.getUint32(12) !== IHDR) return null;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function jpegSize(view: DataView): ImageSize | null {
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // Padding before a marker.
      at += 1;
    } else if (isStartOfFrame(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else if (marker === 0xd9 || marker === 0xda) {
      return null;
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
}

/** SOF0…SOF15 without the tables (DHT, JPG, DAC) that share the range. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

const VP8 = 0x56503820;
const VP8L = 0x5650384c;
const VP8X = 0x56503858;

function webpSize(view: DataView): ImageSize | null {
  switch (view.getUint32(12)) {
    case VP8:
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    case VP8L: {
      const bits = view.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case VP8X:
      return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
    default:
      return null;
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
