/**
 * How a word travels in the data tone: as one or more frames of
 *
 *     header (1 byte) · payload (0 to 48 bytes of UTF-8) · CRC-16 (2 bytes)
 *
 * The header is the payload's length; its top bit marks a piece of a word too long for one frame. A piece
 * starts with `index, total, tag`, so pieces of different words, or with a hole between them, never join.
 * A frame without payload is a pulse: "a word is being said". It marks a word's start and fills long ones.
 */

const PAYLOAD_MAX = 48;
const PIECE_FLAG = 0x80;
const PIECE_HEADER = 3;
const PIECES_MAX = 255;
/** Bytes around the payload. */
const FRAME_OVERHEAD_BYTES = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** CRC-16/CCITT-FALSE. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}

function seal(header: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(payload.length + FRAME_OVERHEAD_BYTES);
  frame[0] = header;
  frame.set(payload, 1);
  const crc = crc16(frame.subarray(0, payload.length + 1));
  frame[payload.length + 1] = crc >> 8;
  frame[payload.length + 2] = crc & 0xff;
  return frame;
}

/** Carries no text. */
export const pulseFrame = seal(0, new Uint8Array(0));
export const isPulse = (frame: Uint8Array) => frame[0] === 0;

/** The frames that carry one word, in order. None for what no one says: a word of more than 11 kB. */
export function framesOf(word: string): Uint8Array[] {
  const bytes = encoder.encode(word);
  if (bytes.length <= PAYLOAD_MAX) return [seal(bytes.length, bytes)];
  const room = PAYLOAD_MAX - PIECE_HEADER;
  const total = Math.ceil(bytes.length / room);
  if (total > PIECES_MAX) return [];
  const tag = crc16(bytes) & 0xff;
  return Array.from({ length: total }, (_, index) => {
    const part = bytes.subarray(index * room, (index + 1) * room);
    return seal(
      PIECE_FLAG | (part.length + PIECE_HEADER),
      Uint8Array.of(index, total, tag, ...part),
    );
  });
}

/** How long the frame with this header is in all, or null where no frame starts so. */
export function frameLength(header: number): number | null {
  const length = header & ~PIECE_FLAG;
  const least = header & PIECE_FLAG ? PIECE_HEADER + 1 : 0;
  return length < least || length > PAYLOAD_MAX ? null : length + FRAME_OVERHEAD_BYTES;
}

/** Whether the frame arrived whole. */
export function isIntact(frame: Uint8Array): boolean {
  const end = frame.length - 2;
  return crc16(frame.subarray(0, end)) === (((frame[end] ?? 0) << 8) | (frame[end + 1] ?? 0));
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    // Not UTF-8: no voice of ours said this.
    return null;
  }
}

/** Puts intact frames together into words. Returns the word that a frame completes, if it does. */
export function createAssembler(): (frame: Uint8Array) => string | null {
  let pieces: Uint8Array[] = [];
  return (frame) => {
    const payload = frame.subarray(1, frame.length - 2);
    if (!((frame[0] ?? 0) & PIECE_FLAG)) {
      pieces = [];
      return textOf(payload);
    }
    const [index, total, tag] = payload;
    const previous = pieces[0];
    const continues = index === pieces.length && (!previous || previous[2] === tag);
    if (index === 0) pieces = [payload];
    else if (continues) pieces.push(payload);
    else pieces = [];
    if (pieces.length === 0 || pieces.length !== total) return null;
    const word = textOf(Buffer.concat(pieces.map((piece) => piece.subarray(PIECE_HEADER))));
    pieces = [];
    return word;
  };
}
