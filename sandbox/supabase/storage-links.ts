import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import type { Keys } from './keys.ts';
import { StorageFailure } from './storage-errors.ts';

export interface StorageLinks {
  /** A token that opens one file for one use (`read` or `upload`) until it expires. */
  sign(use: 'read' | 'upload', target: string, lifetimeMs: number): string;
  /** Throws what the vendor answers for a forged or expired one. */
  check(use: 'read' | 'upload', target: string, token: string): void;
}

/** Signed URLs: the token is `<expiry>.<HMAC over use, target and expiry>`. */
export function createStorageLinks(keys: Keys, clock: Clock): StorageLinks {
  const macOf = (use: string, target: string, expiry: string) =>
    keys.mac(`storage:${use}:${expiry}:${target}`);
  return {
    sign(use, target, lifetimeMs) {
      const expiry = String(clock.now().getTime() + lifetimeMs);
      return `${expiry}.${macOf(use, target, expiry)}`;
    },
    check(use, target, token) {
      const [, expiry, mac] = /^(\d{1,16})\.([0-9a-f]{64})$/.exec(token) ?? [];
      if (!expiry || !mac || !constantTimeEqual(mac, macOf(use, target, expiry))) {
        throw new StorageFailure(400, 'InvalidJWT', 'signature verification failed');
      }
      if (Number(expiry) <= clock.now().getTime()) {
        throw new StorageFailure(400, 'InvalidJWT', '"exp" claim timestamp check failed');
      }
    },
  };
}
