/**
 * The media line of a talk, as its client speaks it: binary messages are 16-bit little-endian PCM,
 * mono, 16 kHz, both ways; text messages are JSON control.
 */
export const sampleRateHz = 16_000;
export const bytesPerMs = (sampleRateHz * 2) / 1_000;
/** The most a message may hold: a second of audio, or this much writing. */
const audioBytesMax = sampleRateHz * 2;
export const textCharsMax = 2_000;

/** What the platform says on the line. Its events are read elsewhere: from the call's own stream. */
export type LineMessage =
  | { readonly type: 'audio'; readonly pcm: Uint8Array }
  /** Wants to know when what came before it has been heard, or was cleared. */
  | { readonly type: 'mark'; readonly name: string }
  /** Forget what has not been played. */
  | { readonly type: 'clear' };

export type LineOrder =
  | { readonly type: 'hello' }
  | { readonly type: 'played'; readonly name: string }
  | { readonly type: 'text'; readonly text: string }
  /** Such a text is being written: that is no silence. */
  | { readonly type: 'typing' }
  | { readonly type: 'bye' };

/** A message of the line; null for those this program has no use for. */
export function readMessage(data: unknown): LineMessage | null {
  if (data instanceof ArrayBuffer) return { type: 'audio', pcm: new Uint8Array(data) };
  const control = typeof data === 'string' ? parsed(data) : null;
  if (control?.['type'] === 'clear') return { type: 'clear' };
  const name = control?.['name'];
  if (control?.['type'] !== 'mark' || typeof name !== 'string') return null;
  return { type: 'mark', name };
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** Cuts what a program writes, in pieces of any size, into messages of whole samples. */
export function createFramer(): (chunk: Uint8Array) => Uint8Array<ArrayBuffer>[] {
  let half: Uint8Array = new Uint8Array(0);
  return (chunk) => {
    const bytes = new Uint8Array(half.length + chunk.length);
    bytes.set(half);
    bytes.set(chunk, half.length);
    const whole = bytes.length - (bytes.length % 2);
    half = bytes.subarray(whole);
    const messages: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < whole; at += audioBytesMax)
      messages.push(bytes.subarray(at, Math.min(at + audioBytesMax, whole)));
    return messages;
  };
}
