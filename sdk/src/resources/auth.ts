import type { RequestOptions, Transport } from '../core/transport.ts';
import type { OtpSent, Session, SignIn, SignUp } from '../types.ts';

/** Accounts and sessions. None of these needs a credential. */
export function authResource(http: Transport) {
  return {
    /** Starts an account; a one-time code is mailed, which `verify` wants. */
    signUp: (body: SignUp, options?: RequestOptions) =>
      http.request<OtpSent>('POST', '/v1/auth/sign_up', { ...options, body }),
    /** The mailed code for a session. Verifies the address of a new account as well. */
    verify: (body: { readonly email: string; readonly code: string }, options?: RequestOptions) =>
      http.request<Session>('POST', '/v1/auth/verify', { ...options, body }),
    /** Mails the code of an unfinished sign-up again. */
    resend: (body: { readonly email: string }, options?: RequestOptions) =>
      http.request<OtpSent>('POST', '/v1/auth/resend', { ...options, body }),
    /** Mails a code to sign in with, in place of a password. */
    otp: (body: { readonly email: string }, options?: RequestOptions) =>
      http.request<OtpSent>('POST', '/v1/auth/otp', { ...options, body }),
    signIn: (body: SignIn, options?: RequestOptions) =>
      http.request<Session>('POST', '/v1/auth/sign_in', { ...options, body }),
    /** The next session for a refresh token, which works once. */
    refresh: (body: { readonly refresh_token: string }, options?: RequestOptions) =>
      http.request<Session>('POST', '/v1/auth/refresh', { ...options, body }),
    /** Ends the session of the credential in use. */
    signOut: (options?: RequestOptions) => http.request<void>('POST', '/v1/auth/sign_out', options),
  };
}
