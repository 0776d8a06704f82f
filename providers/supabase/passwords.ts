import type { SupabaseClient } from '@supabase/supabase-js';
import { AppError } from '@alo/core/kernel';
import type { IdentityProvider } from '@alo/core/ports';
import { toOurError } from './auth-errors.ts';
import { toIdentitySession } from './users.ts';

interface PasswordChangesDeps {
  readonly connect: () => SupabaseClient;
  readonly call: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tokens: { forget(token: string, whose: 'this' | 'all'): void };
}

/** New passwords, by a mailed code or by who is signed in. */
export function createPasswordChanges({
  connect,
  call,
  tokens,
}: PasswordChangesDeps): Pick<
  IdentityProvider,
  'requestPasswordReset' | 'resetPassword' | 'changePassword'
> {
  /** Sets the password of whom the client is signed in as; their other sessions end. */
  async function setPassword(client: SupabaseClient, accessToken: string, password: string) {
    const { error } = await client.auth.updateUser({ password });
    // The same password again is the one that was asked for.
    if (error && error.code !== 'same_password') throw toOurError(error);
    tokens.forget(accessToken, 'all');
    // Supabase ends them by itself; a server that only speaks like it may not.
    const { error: failed } = await client.auth.admin.signOut(accessToken, 'others');
    if (failed) throw toOurError(failed);
  }

  return {
    requestPasswordReset: (email) =>
      call(async () => {
        const { error } = await connect().auth.resetPasswordForEmail(email);
        if (error && error.code !== 'user_not_found') throw toOurError(error);
      }),
    resetPassword: (email, code, password) =>
      call(async () => {
        const client = connect();
        const { data, error } = await client.auth.verifyOtp({
          email,
          token: code,
          type: 'recovery',
        });
        if (error) throw toOurError(error);
        const session = toIdentitySession(data.session);
        try {
          await setPassword(client, session.accessToken, password);
        } catch (failure) {
          // Nobody has been given this session.
          await client.auth.admin.signOut(session.accessToken, 'local');
          throw failure instanceof AppError && failure.code === 'weak_password'
            ? spentCode(failure)
            : failure;
        }
        return session;
      }),
    changePassword: (accessToken, password) =>
      call(async () => {
        const client = connect();
        // Never used: the access token is good, and nothing here lives long enough to renew it.
        const { error } = await client.auth.setSession({
          access_token: accessToken,
          refresh_token: 'none',
        });
        if (error) throw toOurError(error);
        await setPassword(client, accessToken, password);
      }),
  };
}

function spentCode(weak: AppError): AppError {
  return new AppError('weak_password', {
    param: 'password',
    cause: weak,
    detail: {
      es: `${weak.detail.es} El código ya se gastó: pida otro y elija una contraseña más fuerte.`,
      en: `${weak.detail.en} The code is spent: ask for another and choose a stronger password.`,
    },
  });
}
