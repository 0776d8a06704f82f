/** A person as the identity service knows them. */
export interface IdentityUser {
  /** The service's own UUID. */
  readonly authId: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly phone: string | undefined;
}

export interface IdentitySession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
  readonly user: IdentityUser;
}

/** Outside accounts that people can sign in with. */
export const oauthProviders = ['google'] as const;
export type OAuthProvider = (typeof oauthProviders)[number];

/** `local`: this session. `others`: all of the person's but this one. `global`: all of them. */
export const signOutScopes = ['local', 'others', 'global'] as const;
export type SignOutScope = (typeof signOutScopes)[number];

/** Supabase Auth. Methods throw AppError (`invalid_credentials`, `invalid_otp`, `email_not_verified`, `weak_password`, `rate_limited`…) or ProviderError. */
export interface IdentityProvider {
  readonly name: string;
  /**
   * Starts a sign-up; the service mails a one-time code. No session until it is verified. The same
   * for an address that has an account already: its owner gets a code to sign in with, and the
   * caller cannot tell.
   */
  signUp(request: {
    email: string;
    password: string;
    name?: string;
    phone?: string;
  }): Promise<void>;
  /** Mails the sign-up's code again. */
  resendOtp(email: string): Promise<void>;
  /** Mails a sign-in code to an existing account; nothing happens, and nothing is said, without one. */
  requestOtp(email: string): Promise<void>;
  /** Trades a code of either kind for a session. */
  verifyOtp(email: string, code: string): Promise<IdentitySession>;
  signIn(email: string, password: string): Promise<IdentitySession>;
  /**
   * Where a browser begins to sign in with an outside account (OAuth 2 with PKCE, RFC 7636, S256).
   * It comes back to `redirectTo` with `code`, or with `error` and `error_description`.
   */
  oauthUrl(request: {
    provider: OAuthProvider;
    redirectTo: string;
    codeChallenge: string;
  }): Promise<string>;
  /** Trades the code that the browser brought for a session, once. Error: `invalid_oauth_code`. */
  exchangeOAuthCode(code: string, codeVerifier: string): Promise<IdentitySession>;
  /** Mails a code to set a new password with, if there is an account; nothing is said without one. */
  requestPasswordReset(email: string): Promise<void>;
  /**
   * Sets a new password by the mailed code, and ends all sessions but the one it returns. The code
   * is spent even if the password is refused (`weak_password`).
   */
  resetPassword(email: string, code: string, password: string): Promise<IdentitySession>;
  /** Sets a new password for whom the token belongs to, and ends their other sessions. */
  changePassword(accessToken: string, password: string): Promise<void>;
  refresh(refreshToken: string): Promise<IdentitySession>;
  /** Ends the session this token belongs to, or the person's others, or all. */
  signOut(accessToken: string, scope: SignOutScope): Promise<void>;
  /** Checks an access token by the service's published keys. Null if it is not valid. */
  verifyAccessToken(accessToken: string): Promise<IdentityUser | null>;
}
