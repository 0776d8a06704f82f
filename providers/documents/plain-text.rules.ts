// Tab, line feed, form feed and carriage return are text; other control characters are not.
// oxlint-disable-next-line eslint/no-control-regex
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u0080-\u009f\ufffe\uffff]/;

/**
 * The text of a plain file, or null if it is not one: UTF-8, UTF-16 with a byte-order mark, or
 * Windows-1252, which is what Excel in Spanish writes as CSV. A control character gives a binary away.
 */
export function decodePlainText(bytes: Uint8Array): string | null {
  for (const encoding of candidates(bytes)) {
    const text = decode(bytes, encoding);
    if (text !== null && !controls.test(text)) return text;
  }
  return null;
}

function candidates(bytes: Uint8Array): readonly string[] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ['utf-16le'];
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return ['utf-16be'];
  return ['utf-8', 'windows-1252'];
}

function decode(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // Not that encoding: the answer, not a failure.
    return null;
  }
}
