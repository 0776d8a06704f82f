import type { Clock } from '../kernel/index.ts';
import type { IdentityProvider } from '../ports/index.ts';
import { presentSession } from './sessions.present.ts';
import type { SessionWire, SignIn, SignUp, Verify } from './sessions.schema.ts';
import { createAttempts } from './attempts.ts';
import { createMailPace } from './mail-pace.ts';

export interface SessionsDeps {
  readonly identity: IdentityProvider;
  readonly clock: Clock;
}

/** The identity service's flows. Errors are those of `IdentityProvider`. */
export function createSessions({ identity, clock }: SessionsDeps) {
  const codeAttempts = createAttempts(clock);
  const passwordAttempts = createAttempts(clock);
  const resends = createMailPace(clock);
  const requests = createMailPace(clock);
  return {
    /** Starts a sign-up. Says the same whether or not the address has an account. */
    async signUp(request: SignUp): Promise<void> {
      await identity.signUp(request);
      resends.note(request.email);
    },

    /** Mails the sign-up code again, once a minute. */
    resendCode: (email: string): Promise<void> =>
      resends.run(email, () => identity.resendOtp(email)),

    /** Mails a sign-in code, once a minute, if there is an account; does not say whether. */
    requestCode: (email: string): Promise<void> =>
      requests.run(email, () => identity.requestOtp(email)),

    /** Trades a mailed code for a session. Errors: `invalid_otp`, `rate_limited`. */
    async verifyCode({ email, code }: Verify): Promise<SessionWire> {
      return codeAttempts.guard(email, async () =>
        presentSession(await identity.verifyOtp(email, code)),
      );
    },

    /** Errors: `invalid_credentials`, `email_not_verified`, `rate_limited`. */
    async signIn({ email, password }: SignIn): Promise<SessionWire> {
      return passwordAttempts.guard(email, async () =>
        presentSession(await identity.signIn(email, password)),
      );
    },

    /** The next session; keep its refresh token, the one given is spent. Error: `unauthenticated`. */
    async refresh(refreshToken: string): Promise<SessionWire> {
      return presentSession(await identity.refresh(refreshToken));
    },

    /** Ends this session: its refresh token stops working at once. */
    signOut: (accessToken: string): Promise<void> => identity.signOut(accessToken),
  };
}
