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
  /** Starts a sign-up; the service mails a one-time code. No session until it is verified. */
  signUp(request: {
    email: string;
    password: string;
    name?: string;
    phone?: string;
  }): Promise<void>;
  resendOtp(email: string): Promise<void>;
  verifyOtp(email: string, code: string): Promise<IdentitySession>;
  signIn(email: string, password: string): Promise<IdentitySession>;
  refresh(refreshToken: string): Promise<IdentitySession>;
  signOut(accessToken: string): Promise<void>;
  /** Checks an access token by the service's published keys. Null if it is not valid. */
  verifyAccessToken(accessToken: string): Promise<IdentityUser | null>;
}
