import { randomBytes } from 'node:crypto';
import { AuthenticationError, NotFoundError, RateLimitError, type Alo, type Me } from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import { CliError } from '../lib/errors.ts';
import { readInbox } from '../lib/sandbox.ts';
import { toSaved } from '../lib/session.ts';
import { waitFor } from '../lib/wait.ts';
import type { Owner } from './files.ts';

/** Getting the owner in: an account, the mailed code, a session that is kept. */

const codeTimeoutMs = 30_000;
/** Supabase mails one address once a minute. */
const mailPatienceMs = 70_000;

export interface SignUpRequest extends Owner {
  readonly password: string;
}

/** The session of an earlier run, if it is this owner's and still works. */
export async function resumeSession(
  { credentials, sessionClient, signal }: Context,
  apiUrl: string,
  email: string,
): Promise<Me | undefined> {
  const saved = await credentials.load(apiUrl);
  if (saved?.email.toLowerCase() !== email.toLowerCase()) return undefined;
  try {
    return await sessionClient(apiUrl).me.get({ signal });
  } catch (error) {
    // The session of a platform that has been set up anew since.
    if (error instanceof AuthenticationError || error instanceof NotFoundError) return undefined;
    throw error;
  }
}

export interface MailWatch {
  /** The code of the first mail that was not there before. */
  nextCode(): Promise<string>;
}

/**
 * Looks at the sandbox's mailbox before something is mailed. Undefined where the mail is real:
 * then only the owner can read it.
 */
export async function watchMail(
  context: Context,
  server: Alo,
  email: string,
): Promise<MailWatch | undefined> {
  const { signal, io } = context;
  const look = () => readInbox(server, email, signal);
  let before: Set<string>;
  try {
    before = new Set((await look()).map((mail) => mail.id));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  return {
    nextCode: () =>
      waitFor(
        async () => {
          const fresh = (await look()).find((mail) => !before.has(mail.id) && mail.code !== null);
          return fresh?.code ?? undefined;
        },
        {
          timeoutMs: codeTimeoutMs,
          signal,
          now: io.now,
          what: {
            es: `El código para ${email} no llegó al buzón en ${codeTimeoutMs / 1_000} s.`,
            en: `The code for ${email} did not reach the mailbox within ${codeTimeoutMs / 1_000} s.`,
          },
        },
      ),
  };
}

/** Signs up. An address that has an account gets a code to sign in with; it looks the same. */
export async function requestCode(
  context: Context,
  server: Alo,
  request: SignUpRequest,
): Promise<void> {
  const { email, password, name, phone } = request;
  const { signal, io } = context;
  let refusal: unknown;
  await waitFor(
    async () => {
      try {
        await server.auth.signUp(
          { email, password, ...(name && { name }), ...(phone && { phone }) },
          { signal },
        );
        return true;
      } catch (error) {
        if (!(error instanceof RateLimitError)) throw error;
        refusal = error;
        return undefined;
      }
    },
    {
      timeoutMs: mailPatienceMs,
      everyMs: 5_000,
      signal,
      now: io.now,
      what: {
        es: 'Demasiados códigos seguidos para ese correo.',
        en: 'Too many codes in a row for that address.',
      },
    },
  ).catch((error: unknown) => {
    throw error instanceof CliError && error.code === 'timeout' ? (refusal ?? error) : error;
  });
}

/** Trades the code for a session, keeps it, and says who that is. */
export async function enter(
  context: Context,
  apiUrl: string,
  { email, code }: { readonly email: string; readonly code: string },
): Promise<Me> {
  const session = await context
    .clientFor(apiUrl)
    .auth.verify({ email, code }, { signal: context.signal });
  await context.credentials.save(apiUrl, toSaved(session));
  return context.sessionClient(apiUrl).me.get({ signal: context.signal });
}

/** A password nobody needs to remember: the sandbox run signs in with codes. */
export function inventPassword(): string {
  return `${randomBytes(15).toString('base64url')}-9a`;
}

/** Where the mail is real and no code was given. */
export function codeNeeded(email: string): CliError {
  return new CliError(
    'otp_required',
    {
      es: `Le enviamos un código a ${email}, y ese buzón no lo podemos leer.`,
      en: `We mailed a code to ${email}, and that is a mailbox we cannot read.`,
    },
    {
      hint: {
        es: 'Repita el comando con --otp CÓDIGO (o ALO_OTP).',
        en: 'Run the command again with --otp CODE (or ALO_OTP).',
      },
    },
  );
}
