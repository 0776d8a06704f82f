import { ApiError, type Session } from '@alo/sdk';
import type { Context } from './context.ts';
import type { Localized } from './language.ts';
import { toSaved } from './session.ts';

/** What `signup` and `login` have in common. */

export function askEmail(
  { prompts }: Context,
  given: string | undefined,
): Promise<string> | string {
  return given ?? prompts.text({ message: { es: 'Correo', en: 'E-mail' }, flag: '--email' });
}

export function askPassword(
  { prompts }: Context,
  given: string | undefined,
  message: Localized = { es: 'Contraseña', en: 'Password' },
): Promise<string> | string {
  return given ?? prompts.text({ message, flag: '--password', secret: true });
}

export interface MailedCode<T> {
  readonly email: string;
  /** Asks for a mail with a code: the first one, and another whenever the person wants it. */
  send(): Promise<unknown>;
  /** What the code is good for. */
  use(code: string): Promise<T>;
}

/**
 * Has a code mailed, asks for it, and uses it. A mistyped code is asked for again, until the API
 * refuses more attempts; an empty answer has another one mailed. Whoever may not have another
 * mail yet can still type the code of the last one.
 */
export async function withMailedCode<T>(context: Context, mailed: MailedCode<T>): Promise<T> {
  const { output, prompts } = context;
  const { email, send, use } = mailed;
  const sendOne = async () => {
    try {
      await send();
      output.note({
        es: `Le enviamos un código a ${email}. (Con el buzón de pruebas: alo inbox)`,
        en: `We mailed a code to ${email}. (With the sandbox mailbox: alo inbox)`,
      });
    } catch (error) {
      if (!isApiError(error, 'rate_limited')) throw error;
      output.note({ es: error.message, en: error.message });
    }
  };
  await sendOne();
  for (;;) {
    const code = await prompts.text({
      message: { es: 'Código (Enter: enviar otro)', en: 'Code (Enter: send another)' },
      flag: '--code',
      mayBeEmpty: true,
    });
    if (code === '') {
      await sendOne();
      continue;
    }
    try {
      return await use(code);
    } catch (error) {
      const isMistyped =
        isApiError(error, 'invalid_otp') ||
        (isApiError(error, 'validation_failed') && error.param === 'code');
      if (!isMistyped) throw error;
      output.note({ es: error.message, en: error.message });
    }
  }
}

function isApiError(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** Keeps the session for the runs to come, and says so. */
export async function finishSignIn(context: Context, session: Session): Promise<void> {
  const { credentials, apiUrl, output } = context;
  await credentials.save(apiUrl, toSaved(session));
  output.result({ user: session.user, api_url: apiUrl }, ({ user }, style) =>
    context.lang === 'es'
      ? `${style.good('✓')} Sesión iniciada como ${style.bold(user.email)}.`
      : `${style.good('✓')} Signed in as ${style.bold(user.email)}.`,
  );
}

/** A code is on its way and nobody is here to type it. */
export function reportCodeSent(
  { output, lang }: Context,
  email: string,
  next = `alo login --email ${email} --code <CODE>`,
): void {
  output.result({ status: 'otp_sent', email, next }, (data) =>
    lang === 'es'
      ? `Código enviado. Siga con: ${data.next}`
      : `Code sent. Go on with: ${data.next}`,
  );
}
