import { randomBytes } from 'node:crypto';
import { createPkce, type Session } from '@alo/sdk';
import { openInBrowser } from './browser.ts';
import type { Context } from './context.ts';
import { openLoopback } from './loopback.ts';

/** What the identity service gives a sign-in, from the first page to the code. */
const SIGN_IN_MS = 5 * 60_000;

/**
 * Signs in with Google in the person's browser, which brings the code back to this machine. The
 * address is always written to stderr as well: the browser may be somewhere else, or a program.
 */
export async function signInWithGoogle(
  context: Context,
  options: { readonly opensBrowser: boolean },
): Promise<Session> {
  const { clientFor, apiUrl, output, signal, lang, t } = context;
  const { auth } = clientFor(apiUrl);
  const state = randomBytes(16).toString('base64url');
  const [{ verifier, challenge }, loopback] = await Promise.all([
    createPkce(),
    openLoopback(state, lang),
  ]);
  try {
    const { url } = await auth.oauth.authorize(
      { redirect_to: loopback.redirectTo, code_challenge: challenge },
      { signal },
    );
    const say = t({
      es: 'Abra esta dirección en su navegador para entrar con Google:',
      en: 'Open this address in your browser to sign in with Google:',
    });
    output.progress(`${say}\n  ${url}`);
    if (options.opensBrowser) openInBrowser(url);
    const code = await loopback.code({ timeoutMs: SIGN_IN_MS, signal });
    return await auth.oauth.exchange({ code, code_verifier: verifier }, { signal });
  } finally {
    loopback.close();
  }
}
