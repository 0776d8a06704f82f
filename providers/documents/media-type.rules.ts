import type { DocumentMediaType } from '@alo/core/ports';
import { decodePlainText } from './plain-text.rules.ts';

/**
 * What the bytes are, by their first ones: a file's name and its declared type are claims.
 * Null if it is nothing we read.
 */
export function detectMediaType(bytes: Uint8Array): DocumentMediaType | null {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  if (/^(?:\u00ef\u00bb\u00bf)?\s*%PDF-/.test(ascii(bytes, 0, 64))) return 'application/pdf';
  return isPlainText(bytes) ? 'text/plain' : null;
}

/** Markup that is text byte for byte, but would reach the agent as gibberish. */
const markup = /^\s*(?:\{\\rtf|<!doctype|<html|<\?xml|<svg|%!ps|#!)/i;

function isPlainText(bytes: Uint8Array): boolean {
  const text = decodePlainText(bytes);
  return text !== null && text.length > 0 && !markup.test(text.slice(0, 256));
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
