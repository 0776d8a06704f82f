/**
 * Where the bearer token of each request comes from. `token` is asked before every try;
 * `renew` once, after a 401, and the request is sent again if it gives another token.
 */
export interface Credentials {
  token(): Promise<string | undefined> | string | undefined;
  renew?(): Promise<string | undefined>;
}

export interface CredentialOptions {
  /** `alo_sk_live_…` or `alo_sk_test_…`: a program. */
  readonly apiKey?: string | undefined;
  /** A signed-in person's access token. */
  readonly accessToken?: string | undefined;
  /** Tokens that change while the client lives (a session that is refreshed). */
  readonly credentials?: Credentials | undefined;
}

/** The one source of tokens among the options; the most specific wins. */
export function credentialsOf(options: CredentialOptions): Credentials {
  if (options.credentials) return options.credentials;
  const token = options.apiKey ?? options.accessToken;
  return { token: () => token };
}
