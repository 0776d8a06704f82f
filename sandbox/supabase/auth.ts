import type { Clock } from '@alo/core/kernel';
import { AuthFailure } from './auth-errors.ts';
import type { Codes } from './codes.ts';
import { newUuid } from './keys.ts';
import { hashPassword, verifyPassword } from './passwords.ts';
import { presentObfuscated, presentUser } from './present-user.ts';
import type { SessionAnswer, Sessions } from './sessions.ts';
import type { AuthSettings } from './settings.ts';
import type { CodeKind, Store, UserRecord } from './state.ts';
import type { Users } from './users.ts';

export interface AuthDeps {
  readonly store: Store;
  readonly users: Users;
  readonly codes: Codes;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly settings: AuthSettings;
}

/** PKCE challenge, and where the mailed link leads. */
export interface LinkOptions {
  readonly challenge: string | null;
  readonly redirectTo: string;
}

/** The kinds of code that each `type` of `verify` stands for. */
const verifyKinds: Record<string, readonly CodeKind[]> = {
  signup: ['confirmation'],
  invite: ['confirmation'],
  magiclink: ['recovery'],
  recovery: ['recovery'],
  email: ['confirmation', 'recovery'],
  email_change: ['email_change'],
};

export type Auth = ReturnType<typeof createAuth>;

/** GoTrue's rules for e-mail accounts, apart from HTTP. */
export function createAuth({ store, users, codes, sessions, clock, settings }: AuthDeps) {
  /** Confirms what the code was for, and opens a session. */
  async function accept(user: UserRecord, kind: CodeKind): Promise<void> {
    if (users.isBanned(user)) throw new AuthFailure(403, 'user_banned', 'User is banned');
    if (kind === 'email_change' && user.newEmail !== null) {
      if (users.byEmail(user.newEmail)) throw emailExists();
      user.email = user.newEmail;
      user.newEmail = null;
    }
    user.emailConfirmedAtMs ??= clock.now().getTime();
    users.touch(user);
    await store.save();
  }

  function kindsOf(type: string): readonly CodeKind[] {
    const kinds = verifyKinds[type];
    if (kinds) return kinds;
    throw new AuthFailure(400, 'validation_failed', 'Invalid email verification type');
  }

  /** Spends the code that a link names. */
  async function takeLink(tokenHash: string, type: string) {
    const kinds = kindsOf(type);
    for (const user of store.state.users) {
      const kind = codes.takeHash(user, kinds, tokenHash);
      if (!kind) continue;
      await accept(user, kind);
      return { user, challenge: user.codes[kind]?.challenge ?? null };
    }
    throw new AuthFailure(403, 'otp_expired', 'Email link is invalid or has expired');
  }

  return {
    /** The user object, or a session where e-mails need no confirming. */
    async signUp(
      request: { email: string; password: string; data: Record<string, unknown> },
      link: LinkOptions,
    ): Promise<object> {
      if (!settings.signUpsAllowed) {
        throw new AuthFailure(422, 'signup_disabled', 'Signups not allowed for this instance');
      }
      checkPassword(request.password, settings);
      // Hashed before the account is looked for: from there to its making nothing else may run.
      const passwordHash = await hashPassword(request.password);
      const existing = users.byEmail(request.email);
      if (existing && existing.emailConfirmedAtMs !== null) {
        if (settings.autoconfirm) {
          throw new AuthFailure(422, 'user_already_exists', 'User already registered');
        }
        return presentObfuscated(newUuid(), request.email, request.data, clock.now().getTime());
      }
      // An unconfirmed account is left as it is: nobody has shown yet that it is theirs.
      const user =
        existing ??
        users.add({
          email: request.email,
          passwordHash,
          userMetadata: request.data,
          confirmed: settings.autoconfirm,
        });
      if (settings.autoconfirm) return sessions.open(user, 'password');
      try {
        await codes.send(user, 'confirmation', link);
      } catch (error) {
        // No account that nobody can confirm is left behind, as GoTrue's transaction leaves none.
        if (!existing) users.remove(user.id);
        throw error;
      }
      await store.save();
      return presentUser(user);
    },

    async signIn(email: string, password: string): Promise<SessionAnswer> {
      const user = users.byEmail(email);
      if (!(await verifyPassword(password, user?.passwordHash ?? null)) || !user) {
        throw new AuthFailure(400, 'invalid_credentials', 'Invalid login credentials');
      }
      if (users.isBanned(user)) throw new AuthFailure(400, 'user_banned', 'User is banned');
      if (user.emailConfirmedAtMs === null) {
        throw new AuthFailure(400, 'email_not_confirmed', 'Email not confirmed');
      }
      return sessions.open(user, 'password');
    },

    /** Mails a sign-in code; to a stranger, as a sign-up if `createUser`. */
    async requestCode(
      request: { email: string; createUser: boolean; data: Record<string, unknown> },
      link: LinkOptions,
    ): Promise<void> {
      const existing = users.byEmail(request.email);
      if (!existing && !(request.createUser && settings.signUpsAllowed)) {
        throw new AuthFailure(422, 'otp_disabled', 'Signups not allowed for otp');
      }
      const user =
        existing ??
        users.add({ email: request.email, passwordHash: null, userMetadata: request.data });
      const kind = user.emailConfirmedAtMs === null ? 'confirmation' : 'recovery';
      try {
        await codes.send(user, kind, link);
      } catch (error) {
        if (!existing) users.remove(user.id);
        throw error;
      }
      await store.save();
    },

    /** Says nothing about whether there is an account to mail to. */
    async resend(type: 'signup' | 'email_change', email: string, link: LinkOptions): Promise<void> {
      const user = users.byEmail(email);
      if (!user) return;
      if (type === 'signup' && user.emailConfirmedAtMs !== null) return;
      if (type === 'email_change' && user.newEmail === null) return;
      await codes.send(user, type === 'signup' ? 'confirmation' : 'email_change', link);
      await store.save();
    },

    async recover(email: string, link: LinkOptions): Promise<void> {
      const user = users.byEmail(email);
      if (!user) return;
      await codes.send(user, 'recovery', { ...link, linkType: 'recovery' });
      await store.save();
    },

    async verifyCode(email: string, code: string, type: string): Promise<SessionAnswer> {
      const kinds = kindsOf(type);
      const user =
        type === 'email_change'
          ? store.state.users.find(({ newEmail }) => newEmail === email)
          : users.byEmail(email);
      const kind = user && codes.take(user, kinds, code);
      if (!user || !kind) {
        await store.save();
        throw new AuthFailure(403, 'otp_expired', 'Token has expired or is invalid');
      }
      await accept(user, kind);
      return sessions.open(user, 'otp');
    },

    async verifyHash(tokenHash: string, type: string): Promise<SessionAnswer> {
      const { user } = await takeLink(tokenHash, type);
      return sessions.open(user, 'otp');
    },

    /** The link in the mail: a session, or the PKCE code to get one with. */
    async verifyLink(
      token: string,
      type: string,
    ): Promise<{ session: SessionAnswer } | { flowCode: string }> {
      const { user, challenge } = await takeLink(token, type);
      if (challenge !== null) return { flowCode: await sessions.openFlow(user, challenge) };
      return { session: await sessions.open(user, 'otp') };
    },

    async updateUser(
      user: UserRecord,
      sessionId: string,
      change: { password?: string; email?: string; data?: Record<string, unknown> },
      link: LinkOptions,
    ) {
      if (change.password !== undefined) {
        checkPassword(change.password, settings);
        if (await verifyPassword(change.password, user.passwordHash)) {
          throw new AuthFailure(
            422,
            'same_password',
            'New password should be different from the old password.',
          );
        }
        user.passwordHash = await hashPassword(change.password);
        await sessions.endOthers(user.id, sessionId);
      }
      if (change.data) user.userMetadata = { ...user.userMetadata, ...change.data };
      if (change.email !== undefined && change.email !== user.email) {
        if (users.byEmail(change.email)) throw emailExists();
        user.newEmail = change.email;
        await codes.send(user, 'email_change', link);
      }
      users.touch(user);
      await store.save();
      return presentUser(user);
    },
  };
}

export function emailExists(): AuthFailure {
  return new AuthFailure(
    422,
    'email_exists',
    'A user with this email address has already been registered',
  );
}

/** Throws `weak_password` with its reasons. */
function checkPassword(password: string, settings: AuthSettings): void {
  if (password.length < settings.passwordCharsMin) {
    throw new AuthFailure(
      422,
      'weak_password',
      `Password should be at least ${settings.passwordCharsMin} characters.`,
      { weak_password: { reasons: ['length'] } },
    );
  }
  if (Buffer.byteLength(password) > 72) {
    throw new AuthFailure(400, 'validation_failed', 'Password cannot be longer than 72 characters');
  }
}
