import {
  Alo,
  AuthenticationError,
  type ClientOptions,
  type Credentials,
  type Session,
} from '@alo/sdk';
import type { CredentialStore, SavedSession } from './credentials.ts';

/** A token this close to its end is renewed before it is used. */
const renewBeforeMs = 30_000;

/**
 * The saved session as the SDK's source of tokens. Renewing writes the new session down first:
 * a refresh token works once, and another run of `alo` may need the next one a moment later.
 */
export function savedCredentials(
  store: CredentialStore,
  options: ClientOptions & { readonly baseUrl: string },
  now: () => number,
): Credentials {
  const { baseUrl } = options;
  // Renewals of one process wait for each other, or the second would use a spent refresh token.
  let renewing: Promise<string | undefined> | undefined;

  async function renewFrom(used: SavedSession): Promise<string | undefined> {
    const saved = await store.load(baseUrl);
    if (saved && saved.refresh_token !== used.refresh_token) return saved.access_token;
    try {
      const anonymous = new Alo(options);
      const session = await anonymous.auth.refresh({ refresh_token: used.refresh_token });
      await store.save(baseUrl, toSaved(session));
      return session.access_token;
    } catch (error) {
      if (!(error instanceof AuthenticationError)) throw error;
      // Another run may have renewed it between our look and our request.
      const latest = await store.load(baseUrl);
      if (latest && latest.refresh_token !== used.refresh_token) return latest.access_token;
      await store.remove(baseUrl);
      return undefined;
    }
  }

  async function renew(): Promise<string | undefined> {
    const session = await store.load(baseUrl);
    if (!session) return undefined;
    renewing ??= renewFrom(session).finally(() => {
      renewing = undefined;
    });
    return renewing;
  }

  return {
    renew,
    token: async () => {
      const session = await store.load(baseUrl);
      if (!session) return undefined;
      const endsInMs = Date.parse(session.expires_at) - now();
      return endsInMs < renewBeforeMs ? renew() : session.access_token;
    },
  };
}

export function toSaved(session: Session): SavedSession {
  const { access_token, refresh_token, expires_at, user } = session;
  return { access_token, refresh_token, expires_at, email: user.email };
}
