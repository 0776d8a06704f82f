import { createTransport } from 'nodemailer';
import {
  ProviderError,
  type Clock,
  type Log,
  type ProviderErrorKind,
  type Secret,
} from '@alo/core/kernel';
import type { Mailer } from '@alo/core/ports';

export interface SmtpOptions {
  /** `smtp[s]://user:password@host:port`. */
  readonly url: Secret;
  /** `Aló <hola@alo.co>`. */
  readonly from: string;
  readonly clock: Clock;
  readonly log: Log;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Mail through any SMTP server (RFC 5321). Off this machine nothing goes out without TLS: a server
 * that offers none is an error, unless the address itself says `?requireTLS=false`.
 */
export function createSmtpMailer({ url, from, clock, log }: SmtpOptions): Mailer {
  const address = new URL(url.reveal());
  if (!address.searchParams.has('requireTLS') && !isLoopback(address.hostname)) {
    address.searchParams.set('requireTLS', 'true');
  }
  const transport = createTransport({
    url: address.href,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    // Attachments and bodies are never read from a file or an address that a mail names.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'smtp',
    async send({ to, subject, text, html, language }) {
      const startedMs = clock.monotonicMs();
      try {
        await transport.sendMail({
          from,
          // An object: a list hidden in a text would be several people.
          to: { name: '', address: to },
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
        });
      } catch (error) {
        throw toProviderError(error);
      }
      log.debug({ pii: { to }, ms: Math.round(clock.monotonicMs() - startedMs) }, 'mail sent');
    },
    close: () => transport.close(),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}

/** Nodemailer's error by its code, or by the server's own reply (RFC 5321 §4.2.1: 4yz passes, 5yz stays). */
function toProviderError(error: unknown): ProviderError {
  const { code, responseCode, message } = error as {
    code?: string;
    responseCode?: number;
    message: string;
  };
  return new ProviderError('smtp', kindOf(code, responseCode), message, {
    cause: error,
    ...(responseCode === undefined ? {} : { status: responseCode }),
  });
}

function kindOf(code: string | undefined, responseCode: number | undefined): ProviderErrorKind {
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'auth';
  if (responseCode !== undefined) return responseCode >= 500 ? 'invalid_request' : 'unavailable';
  if (code === 'ETIMEDOUT') return 'timeout';
  return code === 'EENVELOPE' ? 'invalid_request' : 'connection';
}
