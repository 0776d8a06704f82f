import { createHash } from 'node:crypto';
import type { Clock } from '@alo/core/kernel';
import { newUuid } from './keys.ts';
import type { GoogleAccount } from './state.ts';

/** Google's own codes live about this long. */
const CODE_LIFETIME_MS = 60_000;

/** The part of Google that a sign-in meets: who consents, and the code that stands for it, once. */
export interface Google {
  /** The person chose an account: a code for whoever asked. */
  consent(account: { email: string; name: string | undefined }): string;
  /** The account behind a code. Null for one that is unknown, used or old. */
  redeem(code: string): GoogleAccount | null;
}

export function createGoogle(clock: Clock): Google {
  const codes = new Map<string, { account: GoogleAccount; expiresAtMs: number }>();
  return {
    consent({ email, name }) {
      const code = `4/0A${newUuid()}`;
      const account = { sub: subjectOf(email), email, name: name ?? nameOf(email) };
      const nowMs = clock.now().getTime();
      for (const [old, { expiresAtMs }] of codes) if (expiresAtMs <= nowMs) codes.delete(old);
      codes.set(code, { account, expiresAtMs: nowMs + CODE_LIFETIME_MS });
      return code;
    },
    redeem(code) {
      const found = codes.get(code);
      codes.delete(code);
      return found && found.expiresAtMs > clock.now().getTime() ? found.account : null;
    },
  };
}

/** Twenty-one digits, the same ones for the same address. */
function subjectOf(email: string): string {
  const digest = createHash('sha256').update(email).digest('hex');
  return `1${(BigInt(`0x${digest}`) % 10n ** 20n).toString().padStart(20, '0')}`;
}

/** `ana.ruiz@…` → `Ana Ruiz` */
function nameOf(email: string): string {
  const words = (email.split('@')[0] ?? '').split(/[._+-]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
