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
  refresh(refreshToken: string): Promise<IdentitySession>;
  /** Ends the session this token belongs to. */
  signOut(accessToken: string): Promise<void>;
  /** Checks an access token by the service's published keys. Null if it is not valid. */
  verifyAccessToken(accessToken: string): Promise<IdentityUser | null>;
}
