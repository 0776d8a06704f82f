import type { Clock } from '@alo/core/kernel';
import { newUuid } from './keys.ts';
import type { GoogleAccount, Store, UserRecord } from './state.ts';

interface NewUser {
  readonly email: string;
  readonly passwordHash: string | null;
  readonly confirmed?: boolean;
  readonly userMetadata?: Record<string, unknown> | undefined;
  readonly appMetadata?: Record<string, unknown> | undefined;
  /** The account they came with, if it was not by e-mail. */
  readonly google?: GoogleAccount | undefined;
}

export type Users = ReturnType<typeof createUsers>;

/** The users of a project. Changes are kept once the store is saved. */
export function createUsers(store: Store, clock: Clock) {
  const { state } = store;
  return {
    byId: (id: string) => state.users.find((user) => user.id === id),
    byEmail: (email: string) => state.users.find((user) => user.email === email),
    byGoogle: (sub: string) => state.users.find(({ google }) => google?.sub === sub),
    add({ email, passwordHash, confirmed, userMetadata, ...rest }: NewUser): UserRecord {
      const nowMs = clock.now().getTime();
      const provider = rest.google ? 'google' : 'email';
      const user: UserRecord = {
        id: newUuid(),
        email,
        newEmail: null,
        passwordHash,
        emailConfirmedAtMs: confirmed ? nowMs : null,
        lastSignInAtMs: null,
        bannedUntilMs: null,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        userMetadata: userMetadata ?? {},
        appMetadata: { ...rest.appMetadata, provider, providers: [provider] },
        codes: {},
        google: rest.google ?? null,
      };
      state.users.push(user);
      return user;
    },
    touch(user: UserRecord) {
      user.updatedAtMs = clock.now().getTime();
    },
    remove(id: string) {
      state.users = state.users.filter((user) => user.id !== id);
      state.sessions = state.sessions.filter((session) => session.userId !== id);
      state.flows = state.flows.filter((flow) => flow.userId !== id);
    },
    isBanned: (user: UserRecord) =>
      user.bannedUntilMs !== null && user.bannedUntilMs > clock.now().getTime(),
  };
}
