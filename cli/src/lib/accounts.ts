import type { Session } from '@alo/sdk';
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

/** Asks for the code that was just mailed. */
export async function askMailedCode({ output, prompts }: Context, email: string): Promise<string> {
  output.note({
    es: `Le enviamos un código a ${email}. (Con el buzón de pruebas: alo inbox)`,
    en: `We mailed a code to ${email}. (With the sandbox mailbox: alo inbox)`,
  });
  return prompts.text({ message: { es: 'Código', en: 'Code' }, flag: '--code' });
}

/** Asks for the code that was just mailed and trades it for a session. */
export async function verifyMailedCode(context: Context, email: string): Promise<Session> {
  const { clientFor, apiUrl } = context;
  const code = await askMailedCode(context, email);
  return clientFor(apiUrl).auth.verify({ email, code });
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
