import { createHash } from 'node:crypto';
import { constantTimeEqual, type Clock } from '@alo/core/kernel';
import { AuthFailure } from './auth-errors.ts';
import { newUuid, type Keys } from './keys.ts';
import { presentUser } from './present-user.ts';
import type { AuthSettings } from './settings.ts';
import type { SessionRecord, Store, UserRecord } from './state.ts';
import type { Users } from './users.ts';

/** Sessions kept for one user; the oldest go. */
const SESSIONS_MAX = 100;

interface SessionsDeps {
  readonly store: Store;
  readonly keys: Keys;
  readonly users: Users;
  readonly clock: Clock;
  readonly settings: AuthSettings;
}

export type Sessions = ReturnType<typeof createSessions>;
export type SessionAnswer = Awaited<ReturnType<Sessions['open']>>;

/** Sessions: access tokens, rotating refresh tokens, PKCE codes. */
export function createSessions({ store, keys, users, clock, settings }: SessionsDeps) {
  const { state } = store;
  const nowMs = () => clock.now().getTime();

  async function answer(session: SessionRecord, user: UserRecord) {
    const issuedAt = Math.floor(nowMs() / 1_000);
    const lifetime = Math.floor(settings.accessTokenLifetimeMs / 1_000);
    const accessToken = await keys.sign({
      sub: user.id,
      aud: 'authenticated',
      iat: issuedAt,
      exp: issuedAt + lifetime,
      email: user.email,
      phone: '',
      app_metadata: user.appMetadata,
      user_metadata: user.userMetadata,
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: session.method, timestamp: Math.floor(session.createdAtMs / 1_000) }],
      session_id: session.id,
      is_anonymous: false,
    });
    return {
      access_token: accessToken,
      token_type: 'bearer',
      expires_in: lifetime,
      expires_at: issuedAt + lifetime,
      refresh_token: keys.refreshToken(session.id, session.counter),
      user: presentUser(user),
    };
  }

  function end(matches: (session: SessionRecord) => boolean) {
    state.sessions = state.sessions.filter((session) => !matches(session));
  }

  return {
    /** A new session of a user who has just shown who they are. */
    async open(user: UserRecord, method: string) {
      const at = nowMs();
      user.lastSignInAtMs = at;
      const session: SessionRecord = {
        id: newUuid(),
        userId: user.id,
        method,
        counter: 0,
        createdAtMs: at,
        refreshedAtMs: at,
      };
      const own = state.sessions.filter(({ userId }) => userId === user.id);
      const oldest = own.length >= SESSIONS_MAX ? own[0] : undefined;
      if (oldest) end(({ id }) => id === oldest.id);
      state.sessions.push(session);
      await store.save();
      return answer(session, user);
    },

    /**
     * The next tokens of a session. The refresh token before the current one gives the current one
     * again (its answer may have been lost), as does any old one in a short while after a refresh
     * (tabs race); an older one later is a theft, and ends the session.
     */
    async refresh(refreshToken: string) {
      const read = keys.readRefreshToken(refreshToken);
      const session = read && state.sessions.find(({ id }) => id === read.sessionId);
      if (!read || !session || read.counter > session.counter) throw refreshTokenNotFound();
      const user = users.byId(session.userId);
      if (!user) throw refreshTokenNotFound();
      if (users.isBanned(user)) {
        throw new AuthFailure(400, 'user_banned', 'Invalid Refresh Token: User Banned');
      }
      const behind = session.counter - read.counter;
      const racing = nowMs() - session.refreshedAtMs < settings.refreshReuseMs;
      if (behind > 1 && !racing) {
        end(({ id }) => id === session.id);
        await store.save();
        throw new AuthFailure(
          400,
          'refresh_token_already_used',
          'Invalid Refresh Token: Already Used',
        );
      }
      if (behind === 0) session.counter += 1;
      session.refreshedAtMs = nowMs();
      await store.save();
      return answer(session, user);
    },

    /** The user and session behind an access token. Throws what GoTrue answers. */
    async authenticate(token: string | undefined) {
      if (token === undefined) {
        throw new AuthFailure(401, 'no_authorization', 'This endpoint requires a Bearer token');
      }
      const claims = await keys.verify(token);
      const user = users.byId(String(claims.sub));
      if (!user) {
        throw new AuthFailure(403, 'user_not_found', 'User from sub claim in JWT does not exist');
      }
      const session = state.sessions.find(({ id }) => id === claims['session_id']);
      if (session?.userId !== user.id) {
        throw new AuthFailure(
          403,
          'session_not_found',
          'Session from session_id claim in JWT does not exist',
        );
      }
      if (users.isBanned(user)) throw new AuthFailure(403, 'user_banned', 'User is banned');
      return { user, session };
    },

    async end(scope: 'global' | 'local' | 'others', current: SessionRecord) {
      end((session) => {
        if (session.userId !== current.userId) return false;
        if (scope === 'global') return true;
        return (session.id === current.id) === (scope === 'local');
      });
      await store.save();
    },

    /** Ends all of a user's sessions but one: after a change of password. */
    async endOthers(userId: string, keptId: string | undefined) {
      end((session) => session.userId === userId && session.id !== keptId);
      await store.save();
    },

    /** A code that the holder of the PKCE verifier may trade for a session. */
    async openFlow(
      user: UserRecord,
      challenge: string,
      begun: { method: string; atMs: number } = { method: 'otp', atMs: nowMs() },
    ): Promise<string> {
      const code = newUuid();
      state.flows = state.flows.filter(({ expiresAtMs }) => expiresAtMs > nowMs() - 3_600_000);
      state.flows.push({
        code,
        challenge,
        userId: user.id,
        expiresAtMs: begun.atMs + settings.flowLifetimeMs,
        method: begun.method,
      });
      await store.save();
      return code;
    },

    async exchangeFlow(code: string, verifier: string) {
      const flow = state.flows.find((each) => each.code === code);
      const user = flow && users.byId(flow.userId);
      if (!flow || !user) {
        throw new AuthFailure(
          404,
          'flow_state_not_found',
          'invalid flow state, no valid flow state found',
        );
      }
      if (flow.expiresAtMs <= nowMs()) {
        throw new AuthFailure(
          422,
          'flow_state_expired',
          'invalid flow state, flow state has expired',
        );
      }
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      if (!constantTimeEqual(challenge, flow.challenge)) {
        throw new AuthFailure(
          400,
          'bad_code_verifier',
          'code challenge does not match previously saved code verifier',
        );
      }
      state.flows = state.flows.filter((each) => each.code !== code);
      const session = await this.open(user, flow.method);
      // Google's own tokens come along, once; nobody here has a use for them.
      const outside = flow.method === 'oauth' ? `ya29.sandbox-${newUuid()}` : undefined;
      return outside ? { ...session, provider_token: outside } : session;
    },
  };
}

function refreshTokenNotFound(): AuthFailure {
  return new AuthFailure(
    400,
    'refresh_token_not_found',
    'Invalid Refresh Token: Refresh Token Not Found',
  );
}
