import { createHash } from 'node:crypto';
import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import { z } from 'zod';
import { AuthFailure } from './auth-errors.ts';
import type { Google } from './google.ts';
import type { Keys } from './keys.ts';
import { googleMetadata } from './present-user.ts';
import type { SessionAnswer, Sessions } from './sessions.ts';
import type { AuthSettings } from './settings.ts';
import type { GoogleAccount, Store, UserRecord } from './state.ts';
import type { Users } from './users.ts';

interface OAuthDeps {
  readonly store: Store;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly keys: Keys;
  readonly google: Google;
  readonly clock: Clock;
  readonly settings: AuthSettings;
}

/** What a sign-in with an outside account was begun with; it travels signed, as Google's `state`. */
const stateShape = z.object({
  redirectTo: z.string(),
  challenge: z.string().nullable(),
  atMs: z.number(),
});
type OAuthState = z.infer<typeof stateShape>;

export type OAuth = ReturnType<typeof createOAuth>;

/** GoTrue's rules for accounts that come from Google. */
export function createOAuth(deps: OAuthDeps) {
  const { store, users, sessions, keys, google, clock, settings } = deps;
  const nowMs = () => clock.now().getTime();

  /** The user this account is of: known by it, else by its address, else new. */
  async function userOf(account: GoogleAccount): Promise<UserRecord> {
    const known = users.byGoogle(account.sub) ?? users.byEmail(account.email);
    if (!known && !settings.signUpsAllowed) {
      throw new AuthFailure(422, 'signup_disabled', 'Signups not allowed for this instance');
    }
    const user = known ?? users.add({ email: account.email, passwordHash: null, google: account });
    if (users.isBanned(user)) throw new AuthFailure(403, 'user_banned', 'User is banned');
    link(user, account);
    users.touch(user);
    await store.save();
    return user;
  }

  function link(user: UserRecord, account: GoogleAccount): void {
    const providers = new Set((user.appMetadata['providers'] as string[] | undefined) ?? []);
    if (user.emailConfirmedAtMs === null) {
      // Nobody has shown that the password's account is theirs; Google has now said whose it is.
      user.passwordHash = null;
      user.codes = {};
      user.userMetadata = {};
      user.newEmail = null;
      providers.delete('email');
      user.emailConfirmedAtMs = nowMs();
    }
    user.google = account;
    user.userMetadata = { ...user.userMetadata, ...googleMetadata(account) };
    const listed = [...providers.add('google')];
    user.appMetadata = { ...user.appMetadata, provider: listed[0], providers: listed };
  }

  return {
    /** The state that Google is to bring back. */
    begin(redirectTo: string, challenge: string | null): string {
      const state: OAuthState = { redirectTo, challenge, atMs: nowMs() };
      const body = Buffer.from(JSON.stringify(state)).toString('base64url');
      return `${body}.${keys.mac(`oauth:${body}`)}`;
    },

    /** Throws `bad_oauth_state` for a state that is not ours, or has grown old. */
    read(state: string): OAuthState {
      const [body = '', mac = ''] = state.split('.');
      if (!constantTimeEqual(mac, keys.mac(`oauth:${body}`))) throw invalidState();
      const parsed = stateShape.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
      if (parsed.atMs + settings.flowLifetimeMs <= nowMs()) throw invalidState();
      return parsed;
    },

    /** What the browser takes home: a code for the holder of the verifier, or the session itself. */
    async finish(
      { challenge, atMs }: OAuthState,
      googleCode: string,
    ): Promise<{ session: SessionAnswer } | { flowCode: string }> {
      const account = google.redeem(googleCode);
      if (!account) {
        throw new AuthFailure(
          500,
          'unexpected_failure',
          `Unable to exchange external code: ${googleCode.slice(0, 8)}`,
        );
      }
      const user = await userOf(account);
      if (challenge === null) return { session: await sessions.open(user, 'oauth') };
      return { flowCode: await sessions.openFlow(user, challenge, { method: 'oauth', atMs }) };
    },
  };
}

const challengePattern = /^[\w.~-]{43,128}$/;

/**
 * The S256 challenge of a flow with PKCE; null for one without. Throws what GoTrue answers to one
 * without the other, or to a challenge that cannot be one.
 */
export function readChallenge(
  challenge: string | undefined,
  method: string | undefined,
): string | null {
  if (!challenge && !method) return null;
  if (!challenge || !method) {
    throw new AuthFailure(
      400,
      'validation_failed',
      'PKCE flow requires code_challenge_method and code_challenge',
    );
  }
  if (!challengePattern.test(challenge)) {
    throw new AuthFailure(400, 'validation_failed', 'code challenge is not valid');
  }
  const kind = method.toLowerCase();
  if (kind === 's256') return challenge;
  if (kind === 'plain') return createHash('sha256').update(challenge).digest('base64url');
  throw new AuthFailure(400, 'validation_failed', `unsupported code_challenge method "${method}"`);
}

export function invalidState(): AuthFailure {
  return new AuthFailure(400, 'bad_oauth_state', 'OAuth state is invalid');
}
