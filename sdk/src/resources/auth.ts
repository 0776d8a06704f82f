import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  OAuthExchange,
  OAuthStart,
  OAuthStarted,
  OtpSent,
  PasswordChange,
  PasswordReset,
  Session,
  SignIn,
  SignOut,
  SignUp,
} from '../types.ts';

interface Address {
  readonly email: string;
}

/**
 * What sends a mail or tries a secret is not sent again by itself: the answer to “too often” is to
 * tell the person, not to wait a minute in silence.
 */
const once = { maxRetries: 0 } as const;

/** Accounts and sessions. Only `signOut` and `password.change` need a credential. */
export function authResource(http: Transport) {
  const post = <T>(path: string, body: unknown, options?: RequestOptions) =>
    http.request<T>('POST', `/v1/auth/${path}`, { ...once, ...options, body });
  return {
    /** Starts an account; a one-time code is mailed, which `verify` wants. */
    signUp: (body: SignUp, options?: RequestOptions) => post<OtpSent>('sign_up', body, options),
    /** The mailed code for a session. Verifies the address of a new account as well. */
    verify: (body: Address & { readonly code: string }, options?: RequestOptions) =>
      post<Session>('verify', body, options),
    /** Mails the code of an unfinished sign-up again. */
    resend: (body: Address, options?: RequestOptions) => post<OtpSent>('resend', body, options),
    /** Mails a code to sign in with, in place of a password. */
    otp: (body: Address, options?: RequestOptions) => post<OtpSent>('otp', body, options),
    signIn: (body: SignIn, options?: RequestOptions) => post<Session>('sign_in', body, options),
    /** The next session for a refresh token, which works once. */
    refresh: (body: { readonly refresh_token: string }, options?: RequestOptions) =>
      http.request<Session>('POST', '/v1/auth/refresh', { ...options, body }),
    /** Ends the session of the credential in use; with a `scope`, the others or all of the person's. */
    signOut: (body: SignOut = {}, options?: RequestOptions) =>
      http.request<void>('POST', '/v1/auth/sign_out', { ...options, body }),
    /** Signing in with Google in a browser: OAuth 2 with PKCE, for which `createPkce` makes the pair. */
    oauth: {
      /** Where the browser begins; it comes back to `redirect_to` with a `code`. */
      authorize: (body: OAuthStart, options?: RequestOptions) =>
        post<OAuthStarted>('oauth/authorize', body, options),
      /** The code for a session, by whoever kept the verifier; once. */
      exchange: (body: OAuthExchange, options?: RequestOptions) =>
        post<Session>('oauth/exchange', body, options),
    },
    password: {
      /** Mails a code that `reset` wants. */
      forgot: (body: Address, options?: RequestOptions) =>
        post<OtpSent>('password/forgot', body, options),
      /** A new password by the mailed code. Signs in, and ends every other session. */
      reset: (body: PasswordReset, options?: RequestOptions) =>
        post<Session>('password/reset', body, options),
      /** A new password in place of the current one. Every other session ends. */
      change: (body: PasswordChange, options?: RequestOptions) =>
        post<void>('password', body, options),
    },
  };
}
