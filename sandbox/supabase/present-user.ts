import type { GoogleAccount, UserRecord } from './state.ts';

const time = (ms: number | null) => (ms === null ? undefined : new Date(ms).toISOString());

/** The user object of GoTrue's answers. Times that never came are absent. */
export function presentUser(user: UserRecord) {
  const { confirmation, recovery, email_change: emailChange } = user.codes;
  const createdAt = time(user.createdAtMs);
  return {
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    email_confirmed_at: time(user.emailConfirmedAtMs),
    phone: '',
    confirmation_sent_at: time(confirmation?.sentAtMs ?? null),
    recovery_sent_at: time(recovery?.sentAtMs ?? null),
    new_email: user.newEmail ?? undefined,
    email_change_sent_at: time(emailChange?.sentAtMs ?? null),
    confirmed_at: time(user.emailConfirmedAtMs),
    last_sign_in_at: time(user.lastSignInAtMs),
    banned_until: time(user.bannedUntilMs),
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    identities: identitiesOf(user),
    created_at: createdAt,
    updated_at: time(user.updatedAtMs),
    is_anonymous: false,
  };
}

/** One for each way the user may sign in. */
function identitiesOf(user: UserRecord) {
  const createdAt = time(user.createdAtMs);
  const common = {
    user_id: user.id,
    last_sign_in_at: time(user.lastSignInAtMs),
    created_at: createdAt,
    updated_at: createdAt,
  };
  const byEmail = {
    identity_id: user.id,
    id: user.id,
    identity_data: {
      ...user.userMetadata,
      email: user.email,
      email_verified: user.emailConfirmedAtMs !== null,
      sub: user.id,
    },
    provider: 'email',
    email: user.email,
    ...common,
  };
  const providers = user.appMetadata['providers'];
  const hasEmail = !Array.isArray(providers) || providers.includes('email');
  return [
    ...(hasEmail ? [byEmail] : []),
    ...(user.google
      ? [
          {
            identity_id: user.google.sub,
            id: user.google.sub,
            identity_data: googleMetadata(user.google),
            provider: 'google',
            email: user.google.email,
            ...common,
          },
        ]
      : []),
  ];
}

/** What GoTrue keeps of a Google account, in the identity and in the user's own metadata. */
export function googleMetadata({ sub, email, name }: GoogleAccount): Record<string, unknown> {
  return {
    iss: 'https://accounts.google.com',
    sub,
    provider_id: sub,
    email,
    email_verified: true,
    phone_verified: false,
    name,
    full_name: name,
  };
}

/** What sign-up answers for an address that has an account: nothing of it, in the same shape. */
export function presentObfuscated(
  id: string,
  email: string,
  metadata: Record<string, unknown>,
  nowMs: number,
) {
  const now = time(nowMs);
  return {
    id,
    aud: 'authenticated',
    role: 'authenticated',
    email,
    phone: '',
    confirmation_sent_at: now,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: metadata,
    identities: [],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}
