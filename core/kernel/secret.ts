import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

/** A credential that does not print: not in logs, not in JSON, not in an error's properties. */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  /** The value itself. Call it only where the credential leaves for its owner. */
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return '[redacted]';
  }
  toJSON(): string {
    return '[redacted]';
  }
  [inspect.custom](): string {
    return '[redacted]';
  }
}

/** Compares two strings in time that depends on neither's content; unequal lengths are unequal. */
export function constantTimeEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Hex SHA-256: how credentials that we only ever compare (API keys, stream tokens) are stored. */
export function sha256Hex(value: string | Uint8Array): string {
  return createHash('sha256').update(value).digest('hex');
}
