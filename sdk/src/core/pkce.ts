export interface Pkce {
  /** Keep it until the browser has brought the code. */
  readonly verifier: string;
  /** Give it away when the sign-in begins. */
  readonly challenge: string;
}

/** A fresh pair for one sign-in in a browser (RFC 7636, S256). */
export async function createPkce(): Promise<Pkce> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64url(new Uint8Array(digest)) };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
