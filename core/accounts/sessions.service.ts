import { createMemoryCounters } from '../counters/index.ts';
import { AppError, type Clock } from '../kernel/index.ts';
import type { Counters, IdentityProvider, SignOutScope } from '../ports/index.ts';
import { createAttempts } from './attempts.ts';
import { refuseDisposable } from './fraud.rules.ts';
import { createMailPace } from './mail-pace.ts';
import { presentSession } from './sessions.present.ts';
import { isAllowedRedirect } from './sessions.rules.ts';
import type {
  OAuthExchange,
  OAuthStart,
  PasswordChange,
  PasswordReset,
  SessionWire,
  SignIn,
  SignUp,
  Verify,
} from './sessions.schema.ts';
import { createVelocity, type Visitor } from './velocity.ts';

export interface SessionsDeps {
  readonly identity: IdentityProvider;
  readonly clock: Clock;
  /** Shared by all processes, or each counts by itself. */
  readonly counters?: Counters | undefined;
  /** The web portal's address: a browser may bring a sign-in's code there. */
  readonly portalUrl?: string | undefined;
}

/** A signed-in person who asks something of their own account. */
export interface SignedIn {
  readonly accessToken: string;
  readonly email: string;
}

/**
 * The identity service's flows, bounded: how often one visitor may ask, how often one address may be
 * mailed, how often its password or code may be guessed. Errors are those of `IdentityProvider`.
 */
export function createSessions(deps: SessionsDeps) {
  const { identity } = deps;
  const counters = deps.counters ?? createMemoryCounters(deps.clock);
  const velocity = createVelocity(counters);
  const guesses = {
    code: createAttempts(counters, 'code'),
    password: createAttempts(counters, 'password'),
  };
  const pace = createMailPace(counters);

  async function mail(email: string, visitor: Visitor, work: () => Promise<void>) {
    await velocity.check('mail', visitor);
    await pace.run(email, work);
  }

  /** A try of a mailed code: whoever has it reads that mailbox. */
  async function tryCode<T>(email: string, visitor: Visitor, work: () => Promise<T>): Promise<T> {
    await velocity.check('credential', visitor);
    const result = await guesses.code.guard(email, work);
    await pace.release(email);
    return result;
  }

  return {
    /**
     * Starts a sign-up. Says the same whether or not the address has an account. Errors:
     * `validation_failed` for a throw-away mailbox, `weak_password`, `rate_limited`.
     */
    async signUp(request: SignUp, visitor: Visitor): Promise<void> {
      await velocity.check('signUp', visitor);
      refuseDisposable(request.email);
      await pace.run(request.email, () => identity.signUp(request));
    },

    /** Mails the sign-up code again, once a minute. */
    resendCode: (email: string, visitor: Visitor): Promise<void> =>
      mail(email, visitor, () => identity.resendOtp(email)),

    /** Mails a sign-in code, once a minute, if there is an account; does not say whether. */
    requestCode: (email: string, visitor: Visitor): Promise<void> =>
      mail(email, visitor, () => identity.requestOtp(email)),

    /** Trades a mailed code for a session. Errors: `invalid_otp`, `rate_limited`. */
    async verifyCode({ email, code }: Verify, visitor: Visitor): Promise<SessionWire> {
      return presentSession(await tryCode(email, visitor, () => identity.verifyOtp(email, code)));
    },

    /** Errors: `invalid_credentials`, `email_not_verified`, `rate_limited`. */
    async signIn({ email, password }: SignIn, visitor: Visitor): Promise<SessionWire> {
      await velocity.check('credential', visitor);
      return guesses.password.guard(email, async () =>
        presentSession(await identity.signIn(email, password)),
      );
    },

    /** Where a browser begins to sign in. Error: `validation_failed` for a foreign `redirect_to`. */
    async startOAuth(request: OAuthStart, visitor: Visitor): Promise<{ url: string }> {
      await velocity.check('credential', visitor);
      if (!isAllowedRedirect(request.redirect_to, deps.portalUrl)) throw foreignRedirect();
      const url = await identity.oauthUrl({
        provider: request.provider,
        redirectTo: request.redirect_to,
        codeChallenge: request.code_challenge,
      });
      return { url };
    },

    /** Trades the browser's code for a session. Errors: `invalid_oauth_code`, `rate_limited`. */
    async exchangeOAuth(request: OAuthExchange, visitor: Visitor): Promise<SessionWire> {
      await velocity.check('credential', visitor);
      const session = await identity.exchangeOAuthCode(request.code, request.code_verifier);
      try {
        refuseDisposable(session.user.email);
      } catch (error) {
        await identity.signOut(session.accessToken, 'local');
        throw error;
      }
      return presentSession(session);
    },

    /** Mails a code to set a new password with, once a minute; does not say whether to anybody. */
    forgotPassword: (email: string, visitor: Visitor): Promise<void> =>
      mail(email, visitor, () => identity.requestPasswordReset(email)),

    /**
     * Sets a new password by the mailed code and ends every other session. Errors: `invalid_otp`,
     * `weak_password` (ask for another code then), `rate_limited`.
     */
    async resetPassword(request: PasswordReset, visitor: Visitor): Promise<SessionWire> {
      const { email, code, password } = request;
      return presentSession(
        await tryCode(email, visitor, () => identity.resetPassword(email, code, password)),
      );
    },

    /**
     * Sets a new password in place of the current one and ends every other session. Errors:
     * `validation_failed` naming `current_password`, `weak_password`, `rate_limited`.
     */
    async changePassword(
      { accessToken, email }: SignedIn,
      request: PasswordChange,
      visitor: Visitor,
    ): Promise<void> {
      await velocity.check('credential', visitor);
      const proof = await guesses.password
        .guard(email, () => identity.signIn(email, request.current_password))
        .catch((error: unknown) => {
          throw isWrongPassword(error) ? wrongCurrentPassword(error) : error;
        });
      try {
        await identity.changePassword(accessToken, request.password);
      } catch (error) {
        // A changed password would have ended the session that proved the current one.
        await identity.signOut(proof.accessToken, 'local');
        throw error;
      }
    },

    /** The next session; keep its refresh token, the one given is spent. Error: `unauthenticated`. */
    async refresh(refreshToken: string): Promise<SessionWire> {
      return presentSession(await identity.refresh(refreshToken));
    },

    /** Ends this session, or the person's others, or all: their refresh tokens stop working at once. */
    signOut: (accessToken: string, scope: SignOutScope = 'local'): Promise<void> =>
      identity.signOut(accessToken, scope),
  };
}

const isWrongPassword = (error: unknown) =>
  error instanceof AppError && error.code === 'invalid_credentials';

function wrongCurrentPassword(cause: unknown): AppError {
  return new AppError('validation_failed', {
    cause,
    param: 'current_password',
    detail: {
      es: 'La contraseña actual no es esa.',
      en: 'That is not the current password.',
    },
  });
}

function foreignRedirect(): AppError {
  return new AppError('validation_failed', {
    param: 'redirect_to',
    detail: {
      es: 'redirect_to debe ser http://127.0.0.1:<puerto>/callback o una dirección del portal.',
      en: 'redirect_to must be http://127.0.0.1:<port>/callback or an address of the portal.',
    },
  });
}
