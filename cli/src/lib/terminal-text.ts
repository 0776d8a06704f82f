/**
 * What others wrote, made safe to print: a name or a transcript must not move the cursor, change
 * the window's title, colour what follows or reorder what is read.
 */

// Built from a string so that no control character stands in this file. CSI, OSC/DCS/… and other
// two-character escapes first, then what is left of C0 (but line break and tab), DEL and C1.
const escapes = new RegExp(
  '\\u001b\\[[0-?]*[ -/]*[@-~]?|\\u009b[0-?]*[ -/]*[@-~]?' +
    '|\\u001b[P\\]X^_](?:[^\\u0007\\u001b]|\\u001b(?!\\\\))*(?:\\u0007|\\u001b\\\\)?' +
    '|\\u001b[ -/]*[0-~]?' +
    '|[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]',
  'g',
);
/** Overrides and isolates of the bidirectional algorithm. */
const bidi = /[\u202a-\u202e\u2066-\u2069]/g;

export function cleanText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(escapes, '').replace(bidi, '');
}

/** The same value with every string in it cleaned, keys included. */
export function cleanDeep<T>(value: T): T {
  if (typeof value === 'string') return cleanText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => cleanDeep(item)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), cleanDeep(item)]),
  ) as T;
}
