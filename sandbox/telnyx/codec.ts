import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';

export type Encoding = 'PCMU' | 'PCMA';

export interface Codec {
  readonly silence: number;
  encode(pcm: Int16Array): Uint8Array;
  decode(bytes: Uint8Array): Int16Array;
}

export const codecs: Record<Encoding, Codec> = {
  PCMU: { silence: 0xff, encode: encodeMulaw, decode: decodeMulaw },
  PCMA: { silence: 0xd5, encode: encodeAlaw, decode: decodeAlaw },
};

/** Mean magnitude above which a frame is speech and not line noise (full scale is 32767). */
const AUDIBLE_MEAN = 150;

/** Whether a person would hear something in this frame. */
export function isAudible(pcm: Int16Array): boolean {
  let sum = 0;
  for (const sample of pcm) sum += Math.abs(sample);
  return pcm.length > 0 && sum / pcm.length > AUDIBLE_MEAN;
}
