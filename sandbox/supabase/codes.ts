import { createHash, randomInt } from 'node:crypto';
import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import { AuthFailure } from './auth-errors.ts';
import type { Mailer, MailPurpose } from './mails.ts';
import type { RateWindows } from './rate-windows.ts';
import type { AuthSettings } from './settings.ts';
import type { CodeKind, CodeRecord, UserRecord } from './state.ts';

/** The links of PKCE sign-ins say so, as GoTrue's do. */
const PKCE_PREFIX = 'pkce_';

/** How `verify` calls the kinds; links carry these too. */
const linkTypes: Record<CodeKind, MailPurpose> = {
  confirmation: 'signup',
  recovery: 'magiclink',
  email_change: 'email_change',
};

interface CodesDeps {
  readonly clock: Clock;
  readonly settings: AuthSettings;
  readonly mailer: Mailer;
  readonly rates: RateWindows;
  /** `http://…/auth/v1` */
  readonly baseUrl: () => string;
}

export type Codes = ReturnType<typeof createCodes>;

/** One-time codes: made, mailed, checked. Only hashes of them are kept. */
export function createCodes({ clock, settings, mailer, rates, baseUrl }: CodesDeps) {
  const nowMs = () => clock.now().getTime();

  function make(user: UserRecord, kind: CodeKind, challenge: string | null) {
    const email = addressOf(user, kind);
    const code = String(randomInt(10 ** settings.codeDigits)).padStart(settings.codeDigits, '0');
    const prefix = challenge === null ? '' : PKCE_PREFIX;
    const record: CodeRecord = {
      tokenHash: `${prefix}${hashCode(email, code)}`,
      sentAtMs: nowMs(),
      failures: 0,
      used: false,
      challenge,
    };
    return { code, record, email };
  }

  function linkFor(record: CodeRecord, type: string, redirectTo: string): string {
    const query = new URLSearchParams({ token: record.tokenHash, type, redirect_to: redirectTo });
    return `${baseUrl()}/verify?${query}`;
  }

  const isLive = (record: CodeRecord | undefined): record is CodeRecord =>
    record !== undefined &&
    !record.used &&
    record.failures < settings.codeAttemptsMax &&
    nowMs() - record.sentAtMs < settings.codeLifetimeMs;

  return {
    /**
     * Makes a code and mails it. One mail a minute of a kind to an address, and so many an hour in
     * all; if the mail is not taken, the code before it stays.
     */
    async send(
      user: UserRecord,
      kind: CodeKind,
      options: { challenge?: string | null; redirectTo: string; linkType?: MailPurpose },
    ): Promise<void> {
      const before = user.codes[kind];
      const waitMs = before ? before.sentAtMs + settings.mailIntervalMs - nowMs() : 0;
      if (waitMs > 0) {
        throw tooManyMails(
          `For security purposes, you can only request this after ${Math.ceil(waitMs / 1_000)} seconds.`,
        );
      }
      if (!rates.take('mail', 'all', settings.mailsPerHour)) {
        throw tooManyMails('email rate limit exceeded');
      }
      const { code, record, email } = make(user, kind, options.challenge ?? null);
      // Set before the mail goes out: a second request meanwhile finds it and has to wait.
      user.codes[kind] = record;
      const purpose = options.linkType ?? linkTypes[kind];
      const link = linkFor(record, purpose, options.redirectTo);
      try {
        await mailer.send({ to: email, purpose, code, link });
      } catch {
        if (before) user.codes[kind] = before;
        else delete user.codes[kind];
        throw new AuthFailure(500, 'unexpected_failure', `Error sending ${kind} email`);
      }
    },

    /** A code for an administrator to hand over; nothing is mailed. */
    issue(user: UserRecord, kind: CodeKind, type: string, redirectTo: string) {
      const { code, record } = make(user, kind, null);
      user.codes[kind] = record;
      return { code, tokenHash: record.tokenHash, link: linkFor(record, type, redirectTo) };
    },

    /** Whether `code` is the live one of one of `kinds`; a wrong try counts against all of them. */
    take(user: UserRecord, kinds: readonly CodeKind[], code: string): CodeKind | null {
      const live = kinds.filter((kind) => isLive(user.codes[kind]));
      for (const kind of live) {
        const record = user.codes[kind];
        const hash = hashCode(addressOf(user, kind), code);
        if (record && constantTimeEqual(record.tokenHash.replace(PKCE_PREFIX, ''), hash)) {
          record.used = true;
          return kind;
        }
      }
      for (const kind of live) {
        const record = user.codes[kind];
        if (record) record.failures += 1;
      }
      return null;
    },

    /** The live code whose hash a link carries, spent with this. */
    takeHash(user: UserRecord, kinds: readonly CodeKind[], tokenHash: string): CodeKind | null {
      for (const kind of kinds) {
        const record = user.codes[kind];
        if (isLive(record) && constantTimeEqual(record.tokenHash, tokenHash)) {
          record.used = true;
          return kind;
        }
      }
      return null;
    },
  };
}

/** A change of address is confirmed from the new one. */
function addressOf(user: UserRecord, kind: CodeKind): string {
  return kind === 'email_change' ? (user.newEmail ?? user.email) : user.email;
}

function hashCode(email: string, code: string): string {
  return createHash('sha224').update(`${email}${code}`).digest('hex');
}

function tooManyMails(message: string): AuthFailure {
  return new AuthFailure(429, 'over_email_send_rate_limit', message);
}
