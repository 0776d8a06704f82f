/**
 * G.711 (ITU-T, 1988): the two codings of telephone speech, 8 bits a sample, against 16-bit linear PCM.
 * Both directions are table look-ups, so a call's audio costs next to nothing. Samples are kept on the
 * full 16-bit scale: mu-law peaks at ±32124, A-law at ±32256.
 */

const MULAW_BIAS = 0x84;
const MULAW_CLIP = 32_635;
const ALAW_TOGGLE = 0x55;

function mulawToLinear(byte: number): number {
  const inverted = ~byte & 0xff;
  const exponent = (inverted >> 4) & 7;
  const magnitude = (((inverted & 0x0f) << 3) + MULAW_BIAS) << exponent;
  return inverted & 0x80 ? MULAW_BIAS - magnitude : magnitude - MULAW_BIAS;
}

function linearToMulaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), MULAW_CLIP) + MULAW_BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

function alawToLinear(byte: number): number {
  const code = byte ^ ALAW_TOGGLE;
  const exponent = (code >> 4) & 7;
  const mantissa = (code & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return code & 0x80 ? magnitude : -magnitude;
}

function linearToAlaw(sample: number): number {
  // The codec works on 13 bits; an arithmetic shift keeps -1 on the negative side, as the standard has it.
  const scaled = sample >> 3;
  const positive = scaled >= 0;
  const magnitude = positive ? scaled : -scaled - 1;
  const exponent = magnitude < 32 ? 0 : 31 - Math.clz32(magnitude) - 4;
  const mantissa = (magnitude >> Math.max(1, exponent)) & 0x0f;
  return ((positive ? 0x80 : 0) | (exponent << 4) | mantissa) ^ ALAW_TOGGLE;
}

const decodeTable = (decode: (byte: number) => number) =>
  Int16Array.from({ length: 256 }, (_, byte) => decode(byte));

/** Indexed by the sample's bits taken as an unsigned number. */
const encodeTable = (encode: (sample: number) => number) =>
  Uint8Array.from({ length: 65_536 }, (_, bits) => encode((bits << 16) >> 16));

const mulawDecode = decodeTable(mulawToLinear);
const alawDecode = decodeTable(alawToLinear);
const mulawEncode = encodeTable(linearToMulaw);
const alawEncode = encodeTable(linearToAlaw);

function decodeWith(table: Int16Array, bytes: Uint8Array, into?: Int16Array): Int16Array {
  const pcm = into?.length === bytes.length ? into : new Int16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pcm[i] = table[bytes[i] as number] as number;
  return pcm;
}

function encodeWith(table: Uint8Array, pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) bytes[i] = table[(pcm[i] as number) & 0xffff] as number;
  return bytes;
}

/** Mu-law (PCMU) bytes to 16-bit samples, one for one; put into `into` where that has their number. */
export const decodeMulaw = (bytes: Uint8Array, into?: Int16Array): Int16Array =>
  decodeWith(mulawDecode, bytes, into);
/** 16-bit samples to mu-law (PCMU); louder than ±32635 is clipped. Silence is 0xFF. */
export const encodeMulaw = (pcm: Int16Array): Uint8Array => encodeWith(mulawEncode, pcm);
/** A-law (PCMA) bytes to 16-bit samples, one for one; put into `into` where that has their number. */
export const decodeAlaw = (bytes: Uint8Array, into?: Int16Array): Int16Array =>
  decodeWith(alawDecode, bytes, into);
/** 16-bit samples to A-law (PCMA). Silence is 0xD5. */
export const encodeAlaw = (pcm: Int16Array): Uint8Array => encodeWith(alawEncode, pcm);
